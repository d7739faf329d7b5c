import { z } from 'zod'
import { ADMIN_TOKEN_SCOPE } from '../../models/scopes.ts'
import { tokenDetailsAnswer, tokenDetailsToAnswer } from '../../models/token-details.ts'
import { endpoint } from '../endpoint.ts'
import { ENTITY_TAG, tokenTag } from '../entity-tag.ts'
import { exampleChildDetails, exampleDetails } from '../examples.ts'
import { pageLinks } from '../paging.ts'
import { keyPath, tokenPath } from '../schemas.ts'
import {
  allTokensQuery,
  filtersOf,
  formatTokenCursor,
  formatTreeCursor,
  treeQuery,
} from '../token-queries.ts'

const access = { scope: ADMIN_TOKEN_SCOPE, bootstrap: true }

const treeAnswer = z
  .object({
    ancestors: z
      .array(tokenDetailsAnswer)
      .meta({ description: 'What it was derived from: the root first, the parent last' }),
    token: tokenDetailsAnswer,
    descendants: z
      .array(
        z
          .object({
            ...tokenDetailsAnswer.shape,
            depth: z.int().meta({ description: '1: derived from the token itself; 2: from one of those; …' }),
          })
          .meta({ id: 'DescendantToken' }),
      )
      .meta({ description: 'What was derived from it, nearest first' }),
  })
  .meta({ id: 'TokenTree' })

/** Finding tokens, and their kinship; the reference has none of it. */
export const tokenSearchEndpoints = [
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/token-search',
    tag: 'admin',
    summary: 'Find tokens of any user',
    description: 'Newest first, in pages, expired ones included for a while.',
    access,
    query: allTokensQuery,
    answers: {
      200: {
        description: 'The tokens',
        schema: z.array(tokenDetailsAnswer),
        example: [exampleDetails, exampleChildDetails],
        headers: { Link: 'The first and the next page' },
      },
    },
    async handle({ porthor, caller, url, query }) {
      const { cursor, limit, ...filters } = query
      const paging = { limit, after: cursor ?? null }
      const { tokens, next } = await porthor.tokenSearch.search(caller, filtersOf(filters), paging)
      return {
        headers: { link: pageLinks(url, { next: next && formatTokenCursor(next), prev: null }) },
        body: tokens.map(tokenDetailsToAnswer),
      }
    },
  }),
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/tokens/{key}',
    tag: 'admin',
    summary: 'Look at a token of any user',
    access,
    params: keyPath,
    answers: {
      200: {
        description: 'The token',
        schema: tokenDetailsAnswer,
        example: exampleDetails,
        headers: ENTITY_TAG,
      },
    },
    errors: { 404: ['not_found'] },
    async handle({ porthor, caller, params }) {
      const token = await porthor.tokenSearch.get(caller, params.key)
      return { headers: { etag: tokenTag(token) }, body: tokenDetailsToAnswer(token) }
    },
  }),
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/users/{username}/tokens/{key}/tree',
    tag: 'user',
    summary: 'Look at a token with what it was derived from and what was derived from it',
    description: 'The descendants come in pages; each page has the token and its ancestors again.',
    access: {},
    params: tokenPath,
    query: treeQuery,
    answers: {
      200: {
        description: 'The token and its kin',
        schema: treeAnswer,
        example: {
          ancestors: [],
          token: exampleDetails,
          descendants: [{ ...exampleChildDetails, depth: 1 }],
        },
        headers: {
          ...ENTITY_TAG,
          Link: 'The first and the next page of the descendants',
          'X-Total-Count': 'How many descendants there are on all pages',
        },
      },
    },
    errors: { 404: ['not_found'] },
    async handle({ porthor, caller, url, query: { cursor, limit }, params: { username, key } }) {
      const paging = { limit, after: cursor ?? null }
      const tree = await porthor.tokenSearch.tree(caller, username, key, paging)
      const { ancestors, token, descendants, total, next } = tree
      return {
        headers: {
          etag: tokenTag(token),
          link: pageLinks(url, { next: next && formatTreeCursor(next), prev: null }),
          'x-total-count': String(total),
        },
        body: {
          ancestors: ancestors.map(tokenDetailsToAnswer),
          token: tokenDetailsToAnswer(token),
          descendants: descendants.map((one) => ({ ...tokenDetailsToAnswer(one), depth: one.depth })),
        },
      }
    },
  }),
]
