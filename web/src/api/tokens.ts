import { infiniteQueryOptions, queryOptions, useMutation } from '@tanstack/react-query'
import { answer, answerWithHeaders, nextCursor } from 'porthor/client'
import { api } from './client.ts'
import { queryClient } from './query-client.ts'
import type {
  ListedToken,
  NewToken,
  TokenChanges,
  TokenDetails,
  TokenInfo,
  TokenRequest,
  TokenType,
} from './types.ts'

/** So many are fetched at a time. */
const PAGE_SIZE = 100
/** So many children of one are shown in a list; its own page has all. */
export const CHILDREN_SHOWN = 200

export const SORTS = [
  { value: '-created', label: 'Newest first' },
  { value: 'created', label: 'Oldest first' },
  { value: 'token_name', label: 'Name, A to Z' },
  { value: '-token_name', label: 'Name, Z to A' },
  { value: 'expires', label: 'Ends soonest' },
  { value: '-expires', label: 'Ends latest' },
  { value: '-last_used', label: 'Used most recently' },
  { value: 'last_used', label: 'Unused for longest' },
] as const

export type Sort = (typeof SORTS)[number]['value']

export interface TokenFilters {
  search: string
  sort: Sort
  /** Null: both. */
  expired: boolean | null
}

/** One kind of a user's tokens, page by page, with how many there are. */
export function tokenPagesQuery(username: string, type: TokenType, { search, sort, expired }: TokenFilters) {
  return infiniteQueryOptions({
    queryKey: ['tokens', username, 'list', type, search, sort, expired],
    initialPageParam: '',
    queryFn: async ({ pageParam }) => {
      const query = {
        ...{ cursor: pageParam, limit: PAGE_SIZE, sort, token_type: type },
        ...(search !== '' && { search }),
        ...(expired !== null && { expired }),
      }
      return pageOf(
        api.GET('/auth/api/v1/users/{username}/tokens', { params: { path: { username }, query } }),
      )
    },
    getNextPageParam: (page) => page.next,
  })
}

/** What was derived from a token directly: the newest. */
export function childrenQuery(username: string, parent: string) {
  return queryOptions({
    queryKey: ['tokens', username, 'children', parent],
    queryFn: () =>
      pageOf(
        api.GET('/auth/api/v1/users/{username}/tokens', {
          params: { path: { username }, query: { cursor: '', limit: CHILDREN_SHOWN, parent } },
        }),
      ),
  })
}

/** A token with what it was derived from and what was derived from it. */
export function treeQuery(username: string, key: string) {
  return infiniteQueryOptions({
    queryKey: ['tokens', username, 'tree', key],
    initialPageParam: '',
    queryFn: async ({ pageParam }) => {
      const { data, headers } = await answerWithHeaders(
        api.GET('/auth/api/v1/users/{username}/tokens/{key}/tree', {
          params: { path: { username, key }, query: { cursor: pageParam, limit: PAGE_SIZE } },
        }),
      )
      return { ...data, total: totalOf(headers), next: nextCursor(headers) }
    },
    getNextPageParam: (page) => page.next,
  })
}

/** A token and the name of the state that it is in, for whoever changes it. */
export interface KnownToken {
  token: TokenInfo
  /** Null: the server has named none. */
  tag: string | null
}

export function tokenQuery(username: string, key: string) {
  return queryOptions({
    queryKey: ['token-state', username, key],
    queryFn: async (): Promise<KnownToken> => {
      const { data, headers } = await answerWithHeaders(
        api.GET('/auth/api/v1/users/{username}/tokens/{key}', { params: { path: { username, key } } }),
      )
      return { token: data, tag: headers.get('etag') }
    },
    // What somebody edits is what is there when they begin.
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
}

export function useCreateToken(username: string) {
  return useMutation({
    mutationFn: (body: TokenRequest): Promise<NewToken> =>
      answer(api.POST('/auth/api/v1/users/{username}/tokens', { params: { path: { username } }, body })),
    onSuccess: () => void forgetTokens(username),
  })
}

/**
 * Of the owner's own, which only take away; administrators may give more. If somebody else has changed the token since it was
 * read, nothing is done.
 */
export function useEditToken({ token, tag }: KnownToken, options: { asAdmin: boolean }) {
  const { username, token: key } = token
  return useMutation({
    mutationFn: (body: TokenChanges): Promise<TokenInfo> => {
      const params = { path: { username, key }, ...(tag !== null && { header: { 'If-Match': tag } }) }
      return options.asAdmin
        ? answer(api.PATCH('/auth/api/v1/users/{username}/tokens/{key}', { params, body }))
        : answer(api.PATCH('/auth/api/v1/users/{username}/tokens/{key}/details', { params, body }))
    },
    onSuccess: () => void forgetTokens(username),
  })
}

export function useRotateToken({ username, token: key }: TokenInfo) {
  return useMutation({
    mutationFn: (body: { overlap?: number }): Promise<NewToken> =>
      answer(
        api.POST('/auth/api/v1/users/{username}/tokens/{key}/rotate', {
          params: { path: { username, key } },
          body,
        }),
      ),
    onSuccess: () => void forgetTokens(username),
  })
}

/**
 * After a change: whatever is shown of a user's tokens and of their history is asked for anew. Not waited for by those who
 * change something: a row that is gone takes its dialog along, which has to say so first.
 */
export async function forgetTokens(username: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['tokens', username] }),
    queryClient.invalidateQueries({ queryKey: ['history'] }),
    queryClient.invalidateQueries({ queryKey: ['admin'] }),
  ])
}

type PageCall = Promise<{ data?: ListedToken[]; error?: unknown; response: Response }>

async function pageOf(call: PageCall) {
  const { data, headers } = await answerWithHeaders(call)
  // With a cursor they come with all details.
  return { tokens: data as TokenDetails[], total: totalOf(headers), next: nextCursor(headers) }
}

function totalOf(headers: Headers): number {
  return Number(headers.get('x-total-count') ?? 0)
}
