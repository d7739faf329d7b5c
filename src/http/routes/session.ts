import { z } from 'zod'
import { nowSeconds } from '../../models/clock.ts'
import { MAXIMUM_NOTE_LENGTH, MAXIMUM_TOKEN_NAME_LENGTH } from '../../models/fields.ts'
import { isAdmin } from '../../services/caller.ts'
import { MINIMUM_LIFETIME_SECONDS } from '../../services/token-rules.ts'
import { MAXIMUM_OVERLAP_SECONDS } from '../../services/token-service.ts'
import { dataOf, endpoint } from '../endpoint.ts'
import { newCsrfValue } from '../session-cookie.ts'

const seconds = z.int().meta({ description: 'Seconds since the epoch' })

const limits = z
  .object({
    minimum_lifetime: z.int().meta({ description: 'A token lives at least so many seconds' }),
    maximum_lifetime: z
      .int()
      .optional()
      .meta({ description: 'A token lives at most so many seconds, and has an end; missing: no limit' }),
    maximum_tokens: z
      .int()
      .optional()
      .meta({ description: 'One has at most so many unexpired user tokens; missing: no limit' }),
    maximum_overlap: z
      .int()
      .meta({ description: 'The old secret is accepted for at most so many seconds after a rotation' }),
    token_name_length: z.int().meta({ description: 'Characters of a name' }),
    note_length: z.int().meta({ description: 'Characters of a note' }),
  })
  .meta({ id: 'Limits', description: 'What may be asked for here' })

const sessionAnswer = z
  .object({
    csrf: z
      .string()
      .meta({ description: 'To be sent as X-CSRF-Token with everything that changes something' }),
    username: z.string(),
    scopes: z.array(z.string()).meta({ description: 'What the session may do' }),
    token: z.string().meta({ description: 'Key of the session’s token' }),
    created: seconds,
    expires: seconds.optional(),
    may_administer: z.boolean().meta({ description: 'Whether it may look after other users’ tokens' }),
    may_change_admins: z.boolean().meta({ description: 'Whether it may add and remove administrators' }),
    now: seconds.meta({ description: 'What the server’s clock says: seconds since the epoch' }),
    known_scopes: z
      .array(z.object({ name: z.string(), description: z.string() }))
      .meta({ description: 'All scopes that there are' }),
    limits,
    login_url: z.string().meta({ description: 'Where to log in; `?rd=` says where to go afterwards' }),
    logout_url: z.string().meta({ description: 'Where to log out; `?rd=` says where to go afterwards' }),
  })
  .meta({ id: 'SessionInfo' })

const example = {
  csrf: 'OmNdVTtKKuK_VuJsGFdrqg',
  username: 'alice',
  scopes: ['read:all', 'user:token'],
  token: 'ryMbSEmVP8Dc6HOMH9u0oA',
  created: 1_795_463_748,
  expires: 1_798_055_748,
  may_administer: false,
  may_change_admins: false,
  now: 1_795_463_809,
  known_scopes: [{ name: 'read:all', description: 'Read everything' }],
  limits: {
    minimum_lifetime: 300,
    maximum_tokens: 100,
    maximum_overlap: 86_400,
    token_name_length: 64,
    note_length: 500,
  },
  login_url: '/login',
  logout_url: '/logout',
}

/** What a page needs beyond the reference's `/login`, whose answer stays as it is. */
export const sessionEndpoints = [
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/session',
    tag: 'browser',
    summary: 'Look at the session one is in',
    description:
      'For the session cookie alone. Makes the value against forged requests where there is none yet.',
    access: { cookieOnly: true },
    answers: { 200: { description: 'The session', schema: sessionAnswer, example } },
    async handle(call) {
      const { porthor, caller, session } = call
      const { config, clock, admins } = porthor
      const { token, created, expires } = dataOf(call)
      session.csrf ??= newCsrfValue()
      return {
        body: {
          csrf: session.csrf,
          username: caller.username,
          scopes: caller.scopes,
          token: token.key,
          created,
          ...(expires !== null && { expires }),
          may_administer: isAdmin(caller),
          may_change_admins: isAdmin(caller) && (await admins.mayChange(caller)),
          now: nowSeconds(clock),
          known_scopes: config.knownScopes.map(({ name, description }) => ({ name, description })),
          limits: {
            minimum_lifetime: MINIMUM_LIFETIME_SECONDS,
            ...(config.maximumTokenLifetimeSeconds !== null && {
              maximum_lifetime: config.maximumTokenLifetimeSeconds,
            }),
            ...(config.maxTokensPerUser !== null && { maximum_tokens: config.maxTokensPerUser }),
            maximum_overlap: MAXIMUM_OVERLAP_SECONDS,
            token_name_length: MAXIMUM_TOKEN_NAME_LENGTH,
            note_length: MAXIMUM_NOTE_LENGTH,
          },
          login_url: '/login',
          logout_url: '/logout',
        },
      }
    },
  }),
]
