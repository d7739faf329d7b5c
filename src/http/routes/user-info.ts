import { z } from 'zod'
import { NotSupportedError, PermissionDeniedError } from '../../models/errors.ts'
import { stringifyJson } from '../../models/json.ts'
import { type Quota, quotaAnswer, quotaToAnswer } from '../../models/quota.ts'
import { ADMIN_USERINFO_SCOPE } from '../../models/scopes.ts'
import type { Group } from '../../models/token-data.ts'
import type { UserInfo } from '../../models/user-info.ts'
import { dataOf, endpoint, type Visit } from '../endpoint.ts'
import { userPath } from '../schemas.ts'

const posixId = z.int().min(1)

const groupsAnswer = z.array(z.object({ name: z.string(), id: z.int() }))

const userInfoAnswer = z
  .object({
    username: z.string(),
    name: z.string().optional(),
    email: z.string().optional(),
    uid: posixId.optional(),
    gid: posixId.optional(),
    groups: groupsAnswer,
    quota: quotaAnswer.optional(),
  })
  .meta({ id: 'UserInfo', description: 'What is known about a user; what is not known is left out' })

/** Information about users (spec/rest-api.md §3.7, §3.8). */
export const userInfoEndpoints = [
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/user-info',
    tag: 'user',
    summary: 'See what is known about the user of the token',
    access: {},
    answers: { 200: { description: 'The user', schema: userInfoAnswer } },
    errors: { 500: ['user_info_failed'] },
    async handle(call) {
      const info = await call.porthor.userInfo.ofToken(dataOf(call))
      return { body: stringifyJson(answerOf(info, await quotaOf(call, info), info.groups)) }
    },
  }),
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/users/{username}',
    tag: 'user',
    summary: 'See what the directory knows about a user',
    description:
      'About oneself, or with the scope admin:userinfo. Answered where Porthor is connected to a directory; of somebody whom that does not know there is nothing but the name.',
    access: {},
    params: userPath,
    answers: {
      200: { description: 'The user', schema: userInfoAnswer.extend({ groups: groupsAnswer.optional() }) },
    },
    errors: { 404: ['not_supported'], 503: ['user_info_failed'] },
    async handle(call) {
      const { porthor, caller, params } = call
      if (!porthor.userInfo.hasDirectory) {
        throw new NotSupportedError('No external user information source configured')
      }
      if (caller.username !== params.username && !caller.scopes.includes(ADMIN_USERINFO_SCOPE)) {
        throw new PermissionDeniedError(`Missing required scope ${ADMIN_USERINFO_SCOPE}`)
      }
      const info = await porthor.userInfo.ofUsername(params.username)
      const groups = info.groups.length > 0 ? info.groups : null
      return { body: stringifyJson(answerOf(info, await quotaOf(call, info), groups)) }
    },
  }),
]

function quotaOf({ porthor }: Visit, { groupNames }: UserInfo): Promise<Quota | null> {
  return porthor.quotas.quotaFor(groupNames)
}

/** In the order of the reference's keys; what is null is left out. */
function answerOf(
  { username, name, email, uid, gid }: UserInfo,
  quota: Quota | null,
  groups: readonly Group[] | null,
): object {
  return {
    username,
    ...(name !== null && { name }),
    ...(email !== null && { email }),
    ...(uid !== null && { uid }),
    ...(gid !== null && { gid }),
    ...(groups && { groups: groups.map(({ name, id }) => ({ name, id })) }),
    ...(quota && { quota: quotaToAnswer(quota) }),
  }
}
