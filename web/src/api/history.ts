import { infiniteQueryOptions } from '@tanstack/react-query'
import { answerWithHeaders, nextCursor } from 'porthor/client'
import { api } from './client.ts'
import type { HistoryEntry, TokenType } from './types.ts'

/** What is wanted of the history; empty: anything. */
export interface HistoryFilters {
  /** Seconds since the epoch; null: from the beginning. */
  since: number | null
  /** Null: until now. */
  until: number | null
  type: TokenType | null
  action: HistoryEntry['action'] | null
  /** An address or a network. */
  address: string
  actor: string
  /** Key of a token: that and all that was ever derived from it. */
  subtree: string
}

/** Null: of all users, for administrators. */
export type HistoryOwner = string | null

const PAGE_SIZE = 50

export function historyQuery(owner: HistoryOwner, filters: HistoryFilters) {
  return infiniteQueryOptions({
    queryKey: ['history', owner, filters],
    initialPageParam: '',
    queryFn: ({ pageParam }) => fetchPage(owner, filters, pageParam),
    getNextPageParam: (page) => page.next,
  })
}

/** Where all that matches is to be had as a file: not only what has been loaded. */
export function historyFileUrl(owner: HistoryOwner, filters: HistoryFilters, format: 'csv' | 'json'): string {
  const path =
    owner === null
      ? '/auth/api/v1/history/token-changes'
      : `/auth/api/v1/users/${encodeURIComponent(owner)}/token-change-history`
  const parameters = Object.entries({ ...queryOf(filters), format }).map(([name, value]) => [
    name,
    String(value),
  ])
  return `${path}?${new URLSearchParams(parameters)}`
}

async function fetchPage(owner: HistoryOwner, filters: HistoryFilters, cursor: string) {
  const query = { limit: PAGE_SIZE, ...(cursor !== '' && { cursor }), ...queryOf(filters) }
  const { data, headers } = await answerWithHeaders(
    owner === null
      ? api.GET('/auth/api/v1/history/token-changes', { params: { query } })
      : api.GET('/auth/api/v1/users/{username}/token-change-history', {
          params: { path: { username: owner }, query },
        }),
  )
  const total = Number(headers.get('x-total-count') ?? 0)
  return { entries: data, total, next: nextCursor(headers) }
}

function queryOf({ since, until, type, action, address, actor, subtree }: HistoryFilters) {
  return {
    ...(since !== null && { since }),
    ...(until !== null && { until }),
    ...(type !== null && { token_type: type }),
    ...(action !== null && { action }),
    ...(address !== '' && { ip_address: address }),
    ...(actor !== '' && { actor }),
    ...(subtree !== '' && { subtree }),
  }
}
