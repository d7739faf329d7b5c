import { z } from 'zod'
import { InvalidRequestError } from '../../models/errors.ts'
import { tokenInfoAnswer, tokenInfoToAnswer } from '../../models/token-info.ts'
import type { Session } from '../../storage/session-store.ts'
import { endpoint } from '../endpoint.ts'
import { tokenPath, userPath } from '../schemas.ts'

const SESSIONS = '/auth/api/v1/users/{username}/sessions'

const seconds = z.int().meta({ description: 'Seconds since the epoch' })

const sessionAnswer = z
  .object({
    token: z.string().meta({ description: 'Key of its token' }),
    created: seconds,
    expires: seconds.optional(),
    last_used: seconds.optional(),
    ip_address: z.string().optional().meta({ description: 'Where it was begun' }),
    user_agent: z.string().optional().meta({ description: 'What the browser calls itself' }),
    current: z.boolean().meta({ description: 'Whether it is the one of this very request' }),
  })
  .meta({ id: 'Session' })

const endQuery = z.object({
  keep: z
    .literal('current')
    .optional()
    .meta({ description: '`current`: the session of this request goes on' }),
})

/** Sessions of browsers; the reference has none of it. */
export const userSessionEndpoints = [
  endpoint({
    method: 'GET',
    path: SESSIONS,
    tag: 'user',
    summary: 'List the sessions of a user',
    description: 'Those that can be used, newest first.',
    access: {},
    params: userPath,
    answers: { 200: { description: 'The sessions', schema: z.array(sessionAnswer) } },
    async handle({ porthor, caller, params }) {
      const sessions = await porthor.sessions.list(caller, params.username)
      return { body: sessions.map((session) => toAnswer(session, caller.tokenKey)) }
    },
  }),
  endpoint({
    method: 'DELETE',
    path: SESSIONS,
    tag: 'user',
    summary: 'End all sessions of a user, or all but this one',
    access: {},
    params: userPath,
    query: endQuery,
    answers: { 200: { description: 'The tokens that ended', schema: z.array(tokenInfoAnswer) } },
    errors: { 400: ['invalid_request'] },
    async handle({ porthor, caller, data, params: { username }, query }) {
      if (query.keep && (data?.tokenType !== 'session' || data.username !== username)) {
        throw new InvalidRequestError('This request was not made with a session of that user', {
          location: ['query', 'keep'],
        })
      }
      const ended = await porthor.sessions.endAll(caller, username, query.keep ? caller.tokenKey : null)
      return { body: ended.map(tokenInfoToAnswer) }
    },
  }),
  endpoint({
    method: 'DELETE',
    path: `${SESSIONS}/{key}`,
    tag: 'user',
    summary: 'End a session',
    description: 'With everything that was derived from it.',
    access: {},
    params: tokenPath,
    answers: { 204: { description: 'The session has ended' } },
    errors: { 404: ['not_found'] },
    async handle({ porthor, caller, params: { username, key } }) {
      await porthor.sessions.end(caller, username, key)
      return { status: 204 }
    },
  }),
]

function toAnswer(
  { token, created, expires, lastUsed, ipAddress, userAgent }: Session,
  current: string | null,
) {
  return {
    token,
    created,
    ...(expires !== null && { expires }),
    ...(lastUsed !== null && { last_used: lastUsed }),
    ...(ipAddress !== null && { ip_address: ipAddress }),
    ...(userAgent !== null && { user_agent: userAgent }),
    current: token === current,
  }
}
