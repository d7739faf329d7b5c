import { adminTokenRequest } from '../../models/requests.ts'
import { ADMIN_TOKEN_SCOPE } from '../../models/scopes.ts'
import type { Token } from '../../models/token.ts'
import { type Answer, endpoint } from '../endpoint.ts'
import { newTokenAnswer } from '../schemas.ts'

const NEW_TOKEN = {
  description: 'The token was made',
  schema: newTokenAnswer,
  example: { token: 'gt-9ZYmNlOYUmyYgxB9jI68vA.…' },
  headers: { Location: 'Path of the new token' },
}

/** What is answered to whoever has a token made: the secret, this once, and where the token can be found. */
export function newTokenCreated(username: string, token: Token): Answer {
  return {
    status: 201,
    headers: { location: `/auth/api/v1/users/${encodeURIComponent(username)}/tokens/${token.key}` },
    body: { token: token.toString() },
  }
}

export const createdAnswers = { 201: NEW_TOKEN }

/** Tokens that administrators make (spec/rest-api.md §3.6). */
export const tokenEndpoints = [
  endpoint({
    method: 'POST',
    path: '/auth/api/v1/tokens',
    tag: 'admin',
    summary: 'Make a user or service token for anybody',
    access: { scope: ADMIN_TOKEN_SCOPE, bootstrap: true },
    body: adminTokenRequest,
    bodyExample: {
      username: 'bot-nightly',
      token_type: 'service',
      scopes: ['read:all'],
      expires: 1_924_992_000,
      note: 'For the nightly run',
    },
    answers: createdAnswers,
    errors: {
      403: ['user_frozen'],
      409: ['duplicate_token_name', 'conflict', 'limit_reached'],
      422: ['invalid_expires', 'invalid_scopes'],
    },
    async handle({ porthor, caller, body }) {
      return newTokenCreated(body.username, await porthor.tokens.createTokenAsAdmin(caller, body))
    },
  }),
]
