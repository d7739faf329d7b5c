import { z } from 'zod'
import { NotFoundError } from '../../models/errors.ts'
import { noteField, text, tokenTypeField } from '../../models/fields.ts'
import { ADMIN_TOKEN_SCOPE } from '../../models/scopes.ts'
import { tokenInfoAnswer, tokenInfoToAnswer } from '../../models/token-info.ts'
import { MAXIMUM_USERNAME_LENGTH } from '../../models/usernames.ts'
import type { FrozenUser } from '../../storage/frozen-user-store.ts'
import type { KnownUser } from '../../storage/user-search-store.ts'
import { endpoint } from '../endpoint.ts'
import { exampleChild, exampleToken } from '../examples.ts'
import { namePage, namePageQuery } from '../name-pages.ts'
import { DEFAULT_PAGE_SIZE, pageLinks } from '../paging.ts'
import { userPath } from '../schemas.ts'

const access = { scope: ADMIN_TOKEN_SCOPE, bootstrap: true }

const frozenUserAnswer = z
  .object({
    username: z.string(),
    since: z.int().meta({ description: 'Seconds since the epoch' }),
    actor: z.string().meta({ description: 'Who froze them' }),
    reason: z.string().optional().meta({ description: 'Why' }),
  })
  .meta({ id: 'FrozenUser' })

const freezeRequest = z
  .object({
    reason: noteField.nullish().meta({ description: 'Why, for other administrators' }),
  })
  .meta({ id: 'FreezeRequest' })

const usersQuery = z.object({
  ...namePageQuery.shape,
  prefix: text({
    minimum: 1,
    maximum: MAXIMUM_USERNAME_LENGTH,
    pattern: /^[a-z0-9-]+$/,
    mismatch: 'Must have lower-case letters, digits and hyphens only',
    description: 'Only users whose name begins so',
  }).optional(),
  frozen: z.literal('true').optional().meta({ description: '`true`: only users who are frozen' }),
})

const knownUserAnswer = z
  .object({
    username: z.string(),
    tokens: z.int().meta({ description: 'How many unexpired tokens' }),
    by_type: z.array(z.object({ token_type: tokenTypeField, count: z.int() })),
    last_used: z
      .int()
      .optional()
      .meta({ description: 'When one of these tokens was last used: seconds since the epoch' }),
    admin: z.boolean().meta({ description: 'Whether they are an administrator' }),
    frozen: z
      .object({ since: z.int(), actor: z.string(), reason: z.string().optional() })
      .optional()
      .meta({ description: 'Since when, by whom and why they are frozen; missing: they are not' }),
  })
  .meta({ id: 'KnownUser' })

function knownUserToAnswer(user: KnownUser) {
  const { username, tokens, lastUsed, frozen, isAdmin } = user
  return {
    username,
    tokens: tokens.reduce((sum, { count }) => sum + count, 0),
    by_type: tokens.map(({ tokenType, count }) => ({ token_type: tokenType, count })),
    ...(lastUsed !== null && { last_used: lastUsed }),
    admin: isAdmin,
    ...(frozen && { frozen: frozenToAnswer(frozen) }),
  }
}

function frozenToAnswer({ since, actor, reason }: Omit<FrozenUser, 'username'>) {
  return { since, actor, ...(reason !== null && { reason }) }
}

/** What an administrator does when an account has fallen into wrong hands; the reference has none of it. */
export const userEndpoints = [
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/users',
    tag: 'admin',
    summary: 'Find users',
    description: 'By name, in pages: those who have a token, are frozen or are administrators.',
    access,
    query: usersQuery,
    answers: {
      200: {
        description: 'The users',
        schema: z.array(knownUserAnswer),
        example: [
          {
            username: 'alice',
            tokens: 3,
            by_type: [
              { token_type: 'session', count: 1 },
              { token_type: 'user', count: 2 },
            ],
            last_used: 1_795_463_809,
            admin: false,
          },
        ],
        headers: { Link: 'The first and the next page' },
      },
    },
    async handle({ porthor, caller, url, query }) {
      const { cursor = null, limit = DEFAULT_PAGE_SIZE, prefix, frozen } = query
      const filters = { ...(prefix !== undefined && { prefix }), ...(frozen && { frozen: true }) }
      const { shown, next } = await namePage(
        (page) => porthor.users.search(caller, { limit, ...page, ...filters }),
        ({ username }) => username,
        { after: cursor, limit },
      )
      return {
        headers: { link: pageLinks(url, { next, prev: null }) },
        body: shown.map(knownUserToAnswer),
      }
    },
  }),
  endpoint({
    method: 'POST',
    path: '/auth/api/v1/users/{username}/revoke',
    tag: 'admin',
    summary: 'Revoke every token of a user',
    access,
    params: userPath,
    answers: {
      200: {
        description: 'The tokens that ended',
        schema: z.array(tokenInfoAnswer),
        example: [exampleToken, exampleChild],
      },
    },
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
    body: freezeRequest,
    bodyExample: { reason: 'Stolen laptop' },
    bodyOptional: true,
    answers: { 204: { description: 'The user is frozen' } },
    async handle({ porthor, caller, params, body }) {
      await porthor.users.freeze(caller, params.username, body.reason ?? null)
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
    description: 'In pages.',
    access,
    query: namePageQuery,
    answers: {
      200: {
        description: 'The frozen users, by name',
        schema: z.array(frozenUserAnswer),
        example: [{ username: 'mallory', since: 1_795_463_809, actor: 'admin', reason: 'Stolen laptop' }],
        headers: { Link: 'The first and the next page' },
      },
    },
    async handle({ porthor, caller, url, query: { cursor = null, limit = DEFAULT_PAGE_SIZE } }) {
      const { shown, next } = await namePage(
        (page) => porthor.users.listFrozen(caller, page),
        ({ username }) => username,
        { after: cursor, limit },
      )
      return {
        headers: { link: pageLinks(url, { next, prev: null }) },
        body: shown.map(({ username, ...rest }) => ({ username, ...frozenToAnswer(rest) })),
      }
    },
  }),
]
