import { keepPreviousData, useInfiniteQuery, useQueries } from '@tanstack/react-query'
import { childrenQuery, type TokenFilters, tokenPagesQuery } from '../api/tokens.ts'
import type { TokenType } from '../api/types.ts'
import type { Children, Group } from './rows.ts'
import { TOKEN_TYPES } from './token-types.ts'
import type { ListFilters } from './use-filters.ts'

/** A user's tokens by kind, as far as they have been loaded. */
export function useGroups(username: string, filters: ListFilters): Group[] {
  const { type } = filters
  const by: Record<TokenType, Group> = {
    user: useGroup(username, 'user', filters),
    session: useGroup(username, 'session', filters),
    notebook: useGroup(username, 'notebook', filters),
    internal: useGroup(username, 'internal', filters),
    oidc: useGroup(username, 'oidc', filters),
    service: useGroup(username, 'service', filters),
  }
  return TOKEN_TYPES.filter((one) => type === null || one === type).map((one) => by[one])
}

function useGroup(username: string, type: TokenType, filters: ListFilters & TokenFilters): Group {
  const query = useInfiniteQuery({
    ...tokenPagesQuery(username, type, filters),
    enabled: filters.type === null || filters.type === type,
    // While somebody types, what was found before stays where it is.
    placeholderData: keepPreviousData,
  })
  const { data, error, isFetching, hasNextPage } = query
  return {
    type,
    total: data?.pages.at(-1)?.total,
    tokens: data?.pages.flatMap(({ tokens }) => tokens) ?? [],
    error,
    isFetching,
    retry: () => void query.refetch(),
    more: hasNextPage ? () => void query.fetchNextPage() : null,
  }
}

/** The children of the tokens with these keys. */
export function useChildren(username: string, keys: readonly string[]): ReadonlyMap<string, Children> {
  return useQueries({
    queries: keys.map((key) => childrenQuery(username, key)),
    combine: (results) =>
      new Map(
        results.map(({ data, error, refetch }, index): [string, Children] => [
          keys[index] ?? '',
          { tokens: data?.tokens, total: data?.total, error, retry: () => void refetch() },
        ]),
      ),
  })
}
