import { z } from 'zod'
import { NotFoundError } from '../../models/errors.ts'
import { ADMIN_TOKEN_SCOPE } from '../../models/scopes.ts'
import { tokenInfoAnswer, tokenInfoToAnswer } from '../../models/token-info.ts'
import { endpoint } from '../endpoint.ts'
import { userPath } from '../schemas.ts'

const access = { scope: ADMIN_TOKEN_SCOPE, bootstrap: true }

const frozenUserAnswer = z
  .object({
    username: z.string(),
    since: z.int().meta({ description: 'Seconds since the epoch' }),
    actor: z.string().meta({ description: 'Who froze them' }),
  })
  .meta({ id: 'FrozenUser' })

/** What an administrator does when an account has fallen into wrong hands; the reference has none of it. */
export const userEndpoints = [
  endpoint({
    method: 'POST',
    path: '/auth/api/v1/users/{username}/revoke',
    tag: 'admin',
    summary: 'Revoke every token of a user',
    access,
    params: userPath,
    answers: { 200: { description: 'The tokens that ended', schema: z.array(tokenInfoAnswer) } },
    async handle({ porthor, caller, params }) {
      const ended = await porthor.tokens.revokeAllOfUser(caller, params.username)
      return { body: ended.map(tokenInfoToAnswer) }
    },
  }),
  endpoint({
    method: 'POST',
    path: '/auth/api/v1/users/{username}/freeze',
    tag: 'admin',
    summary: 'Freeze a user',
    description: 'None of their tokens is accepted any more and none can be made; nothing is deleted.',
    access,
    params: userPath,
    answers: { 204: { description: 'The user is frozen' } },
    async handle({ porthor, caller, params }) {
      await porthor.users.freeze(caller, params.username)
      return { status: 204 }
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/auth/api/v1/users/{username}/freeze',
    tag: 'admin',
    summary: 'Unfreeze a user',
    access,
    params: userPath,
    answers: { 204: { description: 'The user is not frozen any more' } },
    errors: { 404: ['not_found'] },
    async handle({ porthor, caller, params }) {
      if (!(await porthor.users.unfreeze(caller, params.username))) {
        throw new NotFoundError('The user is not frozen', { location: ['path', 'username'] })
      }
      return { status: 204 }
    },
  }),
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/frozen-users',
    tag: 'admin',
    summary: 'List the frozen users',
    access,
    answers: { 200: { description: 'The frozen users, by name', schema: z.array(frozenUserAnswer) } },
    async handle({ porthor, caller }) {
      const frozen = await porthor.users.listFrozen(caller)
      return { body: frozen.map(({ username, since, actor }) => ({ username, since, actor })) }
    },
  }),
]
