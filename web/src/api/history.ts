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
  /** An address or a network. */
  address: string
  actor: string
  /** Key of a token: that and all that was ever derived from it. */
  subtree: string
}

/** Null: of all users, for administrators. */
export type HistoryOwner = string | null

const PAGE_SIZE = 50
/** So many are fetched at a time for a file. */
const EXPORT_PAGE_SIZE = 1_000

export function historyQuery(owner: HistoryOwner, filters: HistoryFilters) {
  return infiniteQueryOptions({
    queryKey: ['history', owner, filters],
    initialPageParam: '',
    queryFn: ({ pageParam }) => fetchPage(owner, filters, pageParam, PAGE_SIZE),
    getNextPageParam: (page) => page.next,
  })
}

/** All that matches, for a file. */
export async function fetchWholeHistory(
  owner: HistoryOwner,
  filters: HistoryFilters,
): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page = await fetchPage(owner, filters, cursor, EXPORT_PAGE_SIZE)
    entries.push(...page.entries)
    cursor = page.next
  }
  return entries
}

async function fetchPage(owner: HistoryOwner, filters: HistoryFilters, cursor: string, limit: number) {
  const query = { limit, ...(cursor !== '' && { cursor }), ...queryOf(filters) }
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

function queryOf({ since, until, type, address, actor, subtree }: HistoryFilters) {
  return {
    ...(since !== null && { since }),
    ...(until !== null && { until }),
    ...(type !== null && { token_type: type }),
    ...(address !== '' && { ip_address: address }),
    ...(actor !== '' && { actor }),
    ...(subtree !== '' && { subtree }),
  }
}
