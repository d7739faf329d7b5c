import { z } from 'zod'
import { keyField, tokenTypeField } from '../../models/fields.ts'
import { tokenInfoAnswer, tokenInfoToAnswer } from '../../models/token-info.ts'
import type { TokenTally } from '../../storage/token-search-store.ts'
import { endpoint } from '../endpoint.ts'
import { exampleChild, exampleToken } from '../examples.ts'
import { flagField, userPath } from '../schemas.ts'

const USER = '/auth/api/v1/users/{username}'

/** A page of a list has no more selected; each is an operation of its own. */
const MAXIMUM_TOKENS = 100

const revocationRequest = z
  .object({
    tokens: z.array(keyField).min(1).max(MAXIMUM_TOKENS).meta({ description: 'Keys of the tokens' }),
  })
  .meta({ id: 'RevocationRequest' })

const revokedAnswer = z
  .object({
    revoked: z
      .array(tokenInfoAnswer)
      .meta({ description: 'What ended: these tokens and everything that was derived from them' }),
    not_found: z.array(z.string()).meta({ description: 'Keys of which the user has no token (any more)' }),
  })
  .meta({ id: 'RevokedTokens' })

const previewQuery = z
  .object({
    others: flagField.optional().meta({
      description: 'Whether the token in use stays, as with `revoke-others`',
      type: 'boolean',
      default: false,
    }),
    key: keyField.optional().meta({ description: 'Only this token and everything that was derived from it' }),
  })
  .superRefine(({ others, key }, context) => {
    if (!others || key === undefined) return
    const params = { type: 'value_error' }
    context.addIssue({ code: 'custom', path: ['others'], message: 'Means nothing beside a key', params })
  })

const previewAnswer = z
  .object({
    username: z.string(),
    tokens: z.int().meta({ description: 'How many would end' }),
    by_type: z.array(z.object({ token_type: tokenTypeField, count: z.int() })),
    by_service: z
      .array(z.object({ service: z.string(), count: z.int() }))
      .meta({ description: 'Those that services hold' }),
    ends_current: z.boolean().meta({ description: 'Whether the token in use is among them' }),
  })
  .meta({ id: 'UserRevocation' })

const previewExample = {
  username: 'alice',
  tokens: 3,
  by_type: [
    { token_type: 'internal', count: 2 },
    { token_type: 'user', count: 1 },
  ],
  by_service: [{ service: 'tap', count: 2 }],
  ends_current: false,
}

/** Ending several tokens at once; the reference has none of it. */
export const revocationEndpoints = [
  endpoint({
    method: 'POST',
    path: `${USER}/tokens/revoke`,
    tag: 'user',
    summary: 'Revoke several tokens of a user',
    description:
      'Each with everything that was derived from it. Asking again, after an error, does the rest.',
    access: {},
    params: userPath,
    body: revocationRequest,
    bodyExample: { tokens: [exampleToken.token] },
    answers: {
      200: {
        description: 'What ended',
        schema: revokedAnswer,
        example: { revoked: [exampleToken, exampleChild], not_found: [] },
      },
    },
    async handle({ porthor, caller, params: { username }, body }) {
      const { revoked, notFound } = await porthor.revocations.revokeTokens(caller, username, body.tokens)
      return { body: { revoked: revoked.map(tokenInfoToAnswer), not_found: notFound } }
    },
  }),
  endpoint({
    method: 'POST',
    path: `${USER}/revoke-others`,
    tag: 'user',
    summary: 'Revoke all of one’s tokens but the one in use',
    description: 'What that was derived from stays as well, with everything that was derived from it.',
    access: {},
    params: userPath,
    answers: {
      200: {
        description: 'The tokens that ended',
        schema: z.array(tokenInfoAnswer),
        example: [exampleToken, exampleChild],
      },
    },
    async handle({ porthor, caller, params: { username } }) {
      const ended = await porthor.revocations.revokeOthers(caller, username)
      return { body: ended.map(tokenInfoToAnswer) }
    },
  }),
  endpoint({
    method: 'GET',
    path: `${USER}/revocation`,
    tag: 'user',
    summary: 'See what revoking all tokens of a user, or one with all below it, would end',
    access: {},
    params: userPath,
    query: previewQuery,
    answers: {
      200: { description: 'How many tokens of what kind', schema: previewAnswer, example: previewExample },
    },
    errors: { 404: ['not_found'] },
    async handle({ porthor, caller, params: { username }, query: { others, key } }) {
      const part = key === undefined ? (others ? 'others' : 'all') : { subtree: key }
      const { tallies, endsOwn } = await porthor.revocations.preview(caller, username, part)
      return {
        body: {
          username,
          tokens: total(tallies),
          by_type: summed(tallies, ({ tokenType }) => tokenType).map(([type, count]) => ({
            token_type: type,
            count,
          })),
          by_service: summed(tallies, ({ service }) => service).map(([service, count]) => ({
            service,
            count,
          })),
          ends_current: endsOwn,
        },
      }
    },
  }),
]

function total(tallies: readonly TokenTally[]): number {
  return tallies.reduce((sum, { count }) => sum + count, 0)
}

/** The most numerous first. */
function summed<K extends string>(
  tallies: readonly TokenTally[],
  name: (tally: TokenTally) => K | null,
): [K, number][] {
  const groups = Map.groupBy(tallies, name)
  const sums = [...groups].flatMap(([key, group]): [K, number][] =>
    key === null ? [] : [[key, total(group)]],
  )
  return sums.sort(([, one], [, other]) => other - one)
}
