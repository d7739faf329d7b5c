import { z } from 'zod'
import { userTokenModifyRequest, userTokenRequest } from '../../models/requests.ts'
import { tokenDetailsAnswer, tokenDetailsToAnswer } from '../../models/token-details.ts'
import { type TokenInfo, tokenInfoAnswer, tokenInfoToAnswer } from '../../models/token-info.ts'
import { authorize, type Caller } from '../../services/caller.ts'
import { type Answer, type Call, dataOf, endpoint } from '../endpoint.ts'
import { ENTITY_TAG, IF_MATCH, meets, tokenTag } from '../entity-tag.ts'
import { exampleChild, exampleDetails, exampleToken } from '../examples.ts'
import { pageLinks } from '../paging.ts'
import { newTokenAnswer, rotationRequest, tokenPath, userPath } from '../schemas.ts'
import {
  filtersOf,
  formatTokenCursor,
  formatTreeCursor,
  revocationQuery,
  type TokenListQuery,
  tokenListQuery,
} from '../token-queries.ts'
import { createdAnswers, newTokenCreated } from './tokens.ts'

const TOKENS = '/auth/api/v1/users/{username}/tokens'
const TOKEN = `${TOKENS}/{key}`

/** For whom there is nothing under a name, a key under it neither exists nor does not: 403 comes before 404. */
function checkOwner(caller: Caller, username: string, options: { requireAdmin?: boolean } = {}): void {
  authorize(caller, username, options)
}

/** Without pages the reference's fields alone. */
const listedToken = tokenDetailsAnswer
  .partial({ live: true, children: true })
  .meta({ id: 'ListedToken', description: 'A token; in a page of a list with all its details' })

const CHANGED = {
  200: {
    description: 'The token after the change',
    schema: tokenInfoAnswer,
    example: exampleToken,
    headers: ENTITY_TAG,
  },
}

const CHANGE_ERRORS = {
  404: ['not_found'],
  409: ['duplicate_token_name', 'conflict'],
  412: ['precondition_failed'],
  422: ['invalid_expires', 'invalid_scopes'],
}

/** A user's tokens (spec/rest-api.md §3.9, §3.10), and what Porthor adds to them. */
export const userTokenEndpoints = [
  endpoint({
    method: 'GET',
    path: TOKENS,
    tag: 'user',
    summary: 'List the tokens of a user',
    description:
      'Newest first, expired ones included for a while. All at once, unless a cursor asks for pages: `?cursor=&limit=50` gives the first, and the `Link` header of each names the next. Filters, order and all that goes beyond a `TokenInfo` come with pages only.',
    access: {},
    params: userPath,
    query: tokenListQuery,
    answers: {
      200: {
        description: 'The tokens',
        schema: z.array(listedToken),
        example: [exampleDetails],
        headers: { Link: 'The first and the next page', 'X-Total-Count': 'How many there are on all pages' },
      },
    },
    handle: listTokens,
  }),
  endpoint({
    method: 'POST',
    path: TOKENS,
    tag: 'user',
    summary: 'Make a token for oneself',
    access: {},
    params: userPath,
    body: userTokenRequest,
    bodyExample: {
      token_name: 'laptop',
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
    async handle(call) {
      const { porthor, caller, params, body } = call
      const token = await porthor.tokens.createUserToken(caller, dataOf(call), params.username, body)
      return newTokenCreated(params.username, token)
    },
  }),
  endpoint({
    method: 'GET',
    path: TOKEN,
    tag: 'user',
    summary: 'Look at a token',
    access: {},
    params: tokenPath,
    answers: {
      200: {
        description: 'The token',
        schema: tokenInfoAnswer,
        example: exampleToken,
        headers: ENTITY_TAG,
      },
    },
    errors: { 404: ['not_found'] },
    async handle({ porthor, caller, params: { username, key } }) {
      checkOwner(caller, username)
      return tokenAnswer(await porthor.tokens.getTokenInfo(caller, username, key))
    },
  }),
  endpoint({
    method: 'PATCH',
    path: TOKEN,
    tag: 'admin',
    summary: 'Change a user token',
    description: 'For administrators. What is left out stays as it is; `"expires": null` means never.',
    access: {},
    params: tokenPath,
    body: userTokenModifyRequest,
    bodyExample: { scopes: ['read:all', 'user:token'], expires: null },
    headers: IF_MATCH,
    answers: CHANGED,
    errors: CHANGE_ERRORS,
    async handle({ porthor, caller, params: { username, key }, body, headers }) {
      checkOwner(caller, username, { requireAdmin: true })
      const isExpected = (info: TokenInfo) => meets(headers, tokenTag(info))
      return tokenAnswer(await porthor.tokens.modifyToken(caller, username, key, body, isExpected))
    },
  }),
  endpoint({
    method: 'PATCH',
    path: `${TOKEN}/details`,
    tag: 'user',
    summary: 'Rename, annotate or narrow a user token',
    description:
      'For its owner as well: another name or note, fewer scopes, an earlier end, never more than it has. What is left out stays as it is.',
    access: {},
    params: tokenPath,
    body: userTokenModifyRequest,
    bodyExample: { token_name: 'laptop', scopes: ['read:all'], note: null },
    headers: IF_MATCH,
    answers: CHANGED,
    errors: CHANGE_ERRORS,
    async handle({ porthor, caller, params: { username, key }, body, headers }) {
      checkOwner(caller, username)
      const isExpected = (info: TokenInfo) => meets(headers, tokenTag(info))
      return tokenAnswer(await porthor.tokens.restrictToken(caller, username, key, body, isExpected))
    },
  }),
  endpoint({
    method: 'DELETE',
    path: TOKEN,
    tag: 'user',
    summary: 'Revoke a token and everything that was derived from it',
    access: {},
    params: tokenPath,
    answers: { 204: { description: 'The token is revoked' } },
    errors: { 404: ['not_found'] },
    async handle({ porthor, caller, params: { username, key } }) {
      checkOwner(caller, username)
      await porthor.tokens.revokeToken(caller, username, key)
      return { status: 204 }
    },
  }),
  endpoint({
    method: 'GET',
    path: `${TOKEN}/revocation`,
    tag: 'user',
    summary: 'See which tokens revoking one would end',
    description:
      'In pages. How many there are of what kind, `/users/{username}/revocation?key=` says at once.',
    access: {},
    params: tokenPath,
    query: revocationQuery,
    answers: {
      200: {
        description: 'The token itself, then everything that was derived from it, nearest first',
        schema: z.array(tokenInfoAnswer),
        example: [exampleToken, exampleChild],
        headers: { Link: 'The first and the next page', 'X-Total-Count': 'How many there are on all pages' },
      },
    },
    errors: { 404: ['not_found'] },
    async handle({ porthor, caller, url, params: { username, key }, query: { cursor, limit } }) {
      checkOwner(caller, username)
      const after = cursor ?? null
      const tree = await porthor.tokenSearch.tree(caller, username, key, { after, limit })
      const ending = [...(after ? [] : [tree.token]), ...tree.descendants]
      return {
        headers: {
          link: pageLinks(url, { next: tree.next && formatTreeCursor(tree.next), prev: null }),
          'x-total-count': String(1 + tree.total),
        },
        body: ending.map(tokenInfoToAnswer),
      }
    },
  }),
  endpoint({
    method: 'POST',
    path: `${TOKEN}/rotate`,
    tag: 'user',
    summary: 'Give a token a new secret',
    description:
      'Key, name, scopes and derived tokens stay. For a while the old secret may be accepted as well. Not for scopes beyond those of the token that asks, unless an administrator does.',
    access: {},
    params: tokenPath,
    body: rotationRequest,
    bodyExample: { overlap: 3_600 },
    bodyOptional: true,
    answers: {
      200: {
        description: 'The token with its new secret',
        schema: newTokenAnswer,
        example: { token: 'gt-62HmFHN2zLl1wf59EiDSiQ.…' },
      },
    },
    errors: { 404: ['not_found'], 409: ['conflict'], 422: ['invalid_expires', 'invalid_scopes'] },
    async handle({ porthor, caller, params: { username, key }, body }) {
      checkOwner(caller, username)
      const token = await porthor.tokens.rotateToken(caller, username, key, body.overlap)
      return { body: { token: token.toString() } }
    },
  }),
]

function tokenAnswer(info: TokenInfo): Answer {
  return { headers: { etag: tokenTag(info) }, body: tokenInfoToAnswer(info) }
}

async function listTokens(call: Call<z.output<typeof userPath>, TokenListQuery, undefined>): Promise<Answer> {
  const { porthor, caller, url, query } = call
  const { username } = call.params
  if (query.cursor === undefined) {
    return { body: (await porthor.tokens.listTokens(caller, username)).map(tokenInfoToAnswer) }
  }
  const { cursor: after, limit, sort: order, ...rest } = query
  const filters = { ...filtersOf(rest), username }
  const { tokens, next } = await porthor.tokenSearch.search(caller, filters, { limit, after, order })
  return {
    headers: {
      link: pageLinks(url, { next: next && formatTokenCursor(next), prev: null }, ''),
      'x-total-count': String(await porthor.tokenSearch.count(caller, filters)),
    },
    body: tokens.map(tokenDetailsToAnswer),
  }
}
