import { tokenInfoAnswer, tokenInfoToAnswer } from '../../models/token-info.ts'
import { dataOf, endpoint } from '../endpoint.ts'
import { exampleToken } from '../examples.ts'

/** The token that is presented (spec/rest-api.md §3.5). */
export const tokenInfoEndpoints = [
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/token-info',
    tag: 'user',
    summary: 'Look at the token one is using',
    access: {},
    answers: { 200: { description: 'The token', schema: tokenInfoAnswer, example: exampleToken } },
    errors: { 403: ['invalid_token'] },
    async handle(call) {
      const info = await call.porthor.tokens.getOwnTokenInfo(dataOf(call).token.key)
      return { body: tokenInfoToAnswer(info) }
    },
  }),
]
