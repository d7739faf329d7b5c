import { z } from 'zod'
import { NotSupportedError } from '../../models/errors.ts'
import { stringifyJson } from '../../models/json.ts'
import { type Quota, quotaAnswer, quotaToAnswer } from '../../models/quota.ts'
import type { UserInfo } from '../../models/user-info.ts'
import { dataOf, endpoint } from '../endpoint.ts'
import { userPath } from '../schemas.ts'

const posixId = z.int().min(1)

const userInfoAnswer = z
  .object({
    username: z.string(),
    name: z.string().optional(),
    email: z.string().optional(),
    uid: posixId.optional(),
    gid: posixId.optional(),
    groups: z.array(z.object({ name: z.string(), id: z.int() })),
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
    async handle(call) {
      const { userInfo, quotas } = call.porthor
      const info = await userInfo.ofToken(dataOf(call))
      const quota = await quotas.quotaFor(info.groupNames)
      return { body: stringifyJson(answerOf(info, quota)) }
    },
  }),
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/users/{username}',
    tag: 'user',
    summary: 'See what the directory knows about a user',
    description: 'Answered where Porthor is connected to a directory.',
    access: {},
    params: userPath,
    answers: { 200: { description: 'The user', schema: userInfoAnswer } },
    errors: { 404: ['not_supported'] },
    async handle() {
      throw new NotSupportedError('There is no directory to ask about users')
    },
  }),
]

/** In the order of the reference's keys; what is null is left out. */
function answerOf({ username, name, email, uid, gid, groups }: UserInfo, quota: Quota | null): object {
  return {
    username,
    ...(name !== null && { name }),
    ...(email !== null && { email }),
    ...(uid !== null && { uid }),
    ...(gid !== null && { gid }),
    groups: groups.map(({ name, id }) => ({ name, id })),
    ...(quota && { quota: quotaToAnswer(quota) }),
  }
}
