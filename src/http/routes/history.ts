import { z } from 'zod'
import { changeHistoryAnswer, changeHistoryToAnswer } from '../../models/change-history.ts'
import { ADMIN_TOKEN_SCOPE } from '../../models/scopes.ts'
import type { HistoryFilters, HistoryPage, HistoryPaging } from '../../storage/change-history-store.ts'
import { type Answer, endpoint } from '../endpoint.ts'
import { historyPageHeaders } from '../paging.ts'
import type { RequestUrl } from '../request-url.ts'
import {
  type AllHistoryQuery,
  allHistoryQuery,
  pageQuery,
  tokenPath,
  userHistoryQuery,
  userPath,
} from '../schemas.ts'

const HISTORY = {
  200: {
    description: 'The changes, newest first',
    schema: z.array(changeHistoryAnswer),
    headers: {
      Link: 'The first, the next and the previous page',
      'X-Total-Count': 'How many there are on all pages',
    },
  },
}

/** The history of changes to tokens (spec/rest-api.md §3.2, §3.11). */
export const historyEndpoints = [
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/history/token-changes',
    tag: 'admin',
    summary: 'See the changes to all tokens',
    access: { scope: ADMIN_TOKEN_SCOPE, bootstrap: true },
    query: allHistoryQuery,
    answers: HISTORY,
    errors: { 422: ['invalid_cursor', 'invalid_ip_address'] },
    async handle({ porthor, caller, query, url }) {
      const page = await porthor.tokens.getChangeHistory(caller, filtersOf(query), pagingOf(query))
      return historyAnswer(page, url, query)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/users/{username}/token-change-history',
    tag: 'user',
    summary: 'See the changes to the tokens of a user',
    access: {},
    params: userPath,
    query: userHistoryQuery,
    answers: HISTORY,
    errors: { 422: ['invalid_cursor', 'invalid_ip_address'] },
    async handle({ porthor, caller, params: { username }, query, url }) {
      const filters = { ...filtersOf(query), username }
      return historyAnswer(
        await porthor.tokens.getChangeHistory(caller, filters, pagingOf(query)),
        url,
        query,
      )
    },
  }),
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/users/{username}/tokens/{key}/change-history',
    tag: 'user',
    summary: 'See the changes to a token',
    description: 'Of a revoked token as well, for as long as the history is kept.',
    access: {},
    params: tokenPath,
    query: pageQuery,
    answers: HISTORY,
    errors: { 404: ['not_found'], 422: ['invalid_cursor'] },
    async handle({ porthor, caller, params: { username, key }, query, url }) {
      const page = await porthor.tokens.getTokenHistory(caller, username, key, pagingOf(query))
      return historyAnswer(page, url, query)
    },
  }),
]

interface PageQuery {
  cursor?: string | undefined
  limit?: number | undefined
}

function historyAnswer(page: HistoryPage, url: RequestUrl, query: PageQuery): Answer {
  const isPage = query.limit !== undefined || query.cursor !== undefined
  return {
    ...(isPage && { headers: historyPageHeaders(url, page) }),
    body: page.entries.map(changeHistoryToAnswer),
  }
}

function pagingOf({ cursor, limit }: PageQuery): HistoryPaging {
  return { ...(cursor !== undefined && { cursor }), ...(limit !== undefined && { limit }) }
}

function filtersOf(query: AllHistoryQuery): HistoryFilters {
  const { since, until, username, actor, key, subtree, token_type: tokenType, ip_address: ipOrCidr } = query
  return {
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(username !== undefined && { username }),
    ...(actor !== undefined && { actor }),
    ...(key !== undefined && { key }),
    ...(subtree !== undefined && { subtree }),
    ...(tokenType !== undefined && { tokenType }),
    ...(ipOrCidr !== undefined && { ipOrCidr }),
  }
}
