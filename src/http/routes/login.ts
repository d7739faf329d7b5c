import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { newCsrfValue } from '../session-cookie.ts'

const loginAnswer = z
  .object({
    csrf: z
      .string()
      .meta({ description: 'To be sent as X-CSRF-Token with everything that changes something' }),
    username: z.string(),
    scopes: z.array(z.string()).meta({ description: 'What the session may do' }),
    config: z.object({
      scopes: z
        .array(z.object({ name: z.string(), description: z.string() }))
        .meta({ description: 'All scopes that there are' }),
    }),
  })
  .meta({ id: 'LoginInfo' })

/** What a page in a browser needs to work with the session it finds itself in (spec/rest-api.md §3.3). */
export const loginEndpoints = [
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/login',
    tag: 'browser',
    summary: 'Begin to use the API from a page in a browser',
    description:
      'For the session cookie alone. Makes the value against forged requests where there is none yet.',
    access: { cookieOnly: true },
    answers: { 200: { description: 'The session', schema: loginAnswer } },
    async handle({ porthor, caller, session }) {
      session.csrf ??= newCsrfValue()
      return {
        body: {
          csrf: session.csrf,
          username: caller.username,
          scopes: caller.scopes,
          config: {
            scopes: porthor.config.knownScopes.map(({ name, description }) => ({ name, description })),
          },
        },
      }
    },
  }),
]
