import { ADMIN_TOKEN_SCOPE } from '../../models/scopes.ts'
import type { TokenHistoryQuery } from '../../services/token-service.ts'
import type { HistoryFilters, HistoryPaging } from '../../storage/change-history-store.ts'
import { endpoint } from '../endpoint.ts'
import { HISTORY_ANSWER, historyAnswer } from '../history-answer.ts'
import {
  allHistoryQuery,
  type HistoryQuery,
  tokenHistoryQuery,
  tokenPath,
  userHistoryQuery,
  userPath,
} from '../schemas.ts'

const ANSWERS = { 200: HISTORY_ANSWER }

const FORM =
  'All of it, unless `limit` or `cursor` asks for a page. As CSV with `Accept: text/csv` or `format=csv`; all filters hold at once.'

/** The history of changes to tokens (spec/rest-api.md §3.2, §3.11). */
export const historyEndpoints = [
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/history/token-changes',
    tag: 'admin',
    summary: 'See the changes to all tokens',
    description: FORM,
    access: { scope: ADMIN_TOKEN_SCOPE, bootstrap: true },
    query: allHistoryQuery,
    answers: ANSWERS,
    errors: { 422: ['invalid_cursor', 'invalid_ip_address'] },
    async handle({ porthor: { tokens }, caller, query, url, headers }) {
      const filters = filtersOf(query)
      return historyAnswer(
        { url, accept: headers.accept, query, name: 'token-changes' },
        {
          page: (limit) => tokens.getChangeHistory(caller, filters, pagingOf(query, limit)),
          all: () => tokens.readChangeHistory(caller, filters, query.cursor),
        },
      )
    },
  }),
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/users/{username}/token-change-history',
    tag: 'user',
    summary: 'See the changes to the tokens of a user',
    description: FORM,
    access: {},
    params: userPath,
    query: userHistoryQuery,
    answers: ANSWERS,
    errors: { 422: ['invalid_cursor', 'invalid_ip_address'] },
    async handle({ porthor: { tokens }, caller, params: { username }, query, url, headers }) {
      const filters = { ...filtersOf(query), username }
      return historyAnswer(
        { url, accept: headers.accept, query, name: `token-changes-${username}` },
        {
          page: (limit) => tokens.getChangeHistory(caller, filters, pagingOf(query, limit)),
          all: () => tokens.readChangeHistory(caller, filters, query.cursor),
        },
      )
    },
  }),
  endpoint({
    method: 'GET',
    path: '/auth/api/v1/users/{username}/tokens/{key}/change-history',
    tag: 'user',
    summary: 'See the changes to a token',
    description: `With those to its children; of a revoked token as well, for as long as the history is kept. ${FORM}`,
    access: {},
    params: tokenPath,
    query: tokenHistoryQuery,
    answers: ANSWERS,
    errors: { 404: ['not_found'], 422: ['invalid_cursor', 'invalid_ip_address'] },
    async handle({ porthor: { tokens }, caller, params: { username, key }, query, url, headers }) {
      const filters = tokenFiltersOf(query)
      return historyAnswer(
        { url, accept: headers.accept, query, name: `token-changes-${key}` },
        {
          page: (limit) => tokens.getTokenHistory(caller, username, key, pagingOf(query, limit), filters),
          all: () => tokens.readTokenHistory(caller, username, key, filters, query.cursor),
        },
      )
    },
  }),
]

type Query = { [name in keyof HistoryQuery]: HistoryQuery[name] | undefined }

function pagingOf({ cursor }: Query, limit: number): HistoryPaging {
  return { ...(cursor !== undefined && { cursor }), limit }
}

function filtersOf(query: Query): HistoryFilters {
  const { username, key, subtree } = query
  return {
    ...commonFiltersOf(query),
    ...(username !== undefined && { username }),
    ...(key !== undefined && { key }),
    ...(subtree !== undefined && { subtree }),
  }
}

function tokenFiltersOf(query: Query): TokenHistoryQuery {
  const { descendants } = query
  return { ...commonFiltersOf(query), ...(descendants !== undefined && { descendants }) }
}

function commonFiltersOf(query: Query) {
  const { since, until, actor, action, token_type: tokenType, ip_address: ipOrCidr } = query
  return {
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(tokenType !== undefined && { tokenType }),
    ...(ipOrCidr !== undefined && { ipOrCidr }),
  }
}
