import { infiniteQueryOptions, queryOptions, useMutation } from '@tanstack/react-query'
import { answer, answerWithHeaders, nextCursor } from 'porthor/client'
import { api } from './client.ts'
import { queryClient } from './query-client.ts'
import { forgetTokens } from './tokens.ts'
import type { AdminTokenRequest, NewToken, TokenType } from './types.ts'

const PAGE_SIZE = 50

/** @param frozen - Only users who are frozen. */
export function usersQuery(prefix: string, frozen: boolean) {
  return infiniteQueryOptions({
    queryKey: ['admin', 'users', prefix, frozen],
    initialPageParam: '',
    queryFn: async ({ pageParam }) => {
      const query = {
        ...{ cursor: pageParam, limit: PAGE_SIZE },
        ...(prefix !== '' && { prefix }),
        ...(frozen && { frozen: 'true' as const }),
      }
      const { data, headers } = await answerWithHeaders(api.GET('/auth/api/v1/users', { params: { query } }))
      return { users: data, next: nextCursor(headers) }
    },
    getNextPageParam: (page) => page.next,
  })
}

/** What is known of one user; null: there is no such user, or they have nothing. */
export function userQuery(username: string) {
  return queryOptions({
    queryKey: ['admin', 'user', username],
    queryFn: async () => {
      const query = { cursor: '', limit: 1, prefix: username }
      const [first] = await answer(api.GET('/auth/api/v1/users', { params: { query } }))
      return first?.username === username ? first : null
    },
  })
}

export interface TokenSearch {
  username: string
  namePrefix: string
  service: string
  key: string
  type: TokenType | null
}

export function tokenSearchQuery({ username, namePrefix, service, key, type }: TokenSearch) {
  return infiniteQueryOptions({
    queryKey: ['admin', 'tokens', username, namePrefix, service, key, type],
    initialPageParam: '',
    queryFn: async ({ pageParam }) => {
      const query = {
        ...{ cursor: pageParam, limit: PAGE_SIZE },
        ...(username !== '' && { username }),
        ...(namePrefix !== '' && { name_prefix: namePrefix }),
        ...(service !== '' && { service }),
        ...(key !== '' && { key }),
        ...(type !== null && { token_type: type }),
      }
      const { data, headers } = await answerWithHeaders(
        api.GET('/auth/api/v1/token-search', { params: { query } }),
      )
      return { tokens: data, next: nextCursor(headers) }
    },
    getNextPageParam: (page) => page.next,
  })
}

/** What revoking everything of a user would end. */
export function userRevocationQuery(username: string) {
  return queryOptions({
    queryKey: ['admin', 'revocation', username],
    queryFn: () =>
      answer(api.GET('/auth/api/v1/users/{username}/revocation', { params: { path: { username } } })),
    staleTime: 0,
    gcTime: 0,
  })
}

/** @returns How many ended, when it is done. */
export function useRevokeUser(username: string) {
  return useMutation({
    mutationFn: async (): Promise<number> => {
      const params = { path: { username } }
      return (await answer(api.POST('/auth/api/v1/users/{username}/revoke', { params }))).length
    },
    onSuccess: () => void forgetUser(username),
  })
}

export function useFreeze(username: string) {
  return useMutation({
    mutationFn: (reason: string): Promise<unknown> =>
      answer(
        api.POST('/auth/api/v1/users/{username}/freeze', {
          params: { path: { username } },
          body: reason === '' ? {} : { reason },
        }),
      ),
    onSuccess: () => void forgetUser(username),
  })
}

export function useUnfreeze(username: string) {
  return useMutation({
    mutationFn: (): Promise<unknown> =>
      answer(api.DELETE('/auth/api/v1/users/{username}/freeze', { params: { path: { username } } })),
    onSuccess: () => void forgetUser(username),
  })
}

export const adminsQuery = queryOptions({
  queryKey: ['admin', 'administrators'],
  queryFn: () => answer(api.GET('/auth/api/v1/admins')),
})

export function useAddAdmin() {
  return useMutation({
    mutationFn: (username: string): Promise<unknown> =>
      answer(api.POST('/auth/api/v1/admins', { body: { username } })),
    onSuccess: () => void forgetAdmin(),
  })
}

export function useRemoveAdmin() {
  return useMutation({
    mutationFn: (username: string): Promise<unknown> =>
      answer(api.DELETE('/auth/api/v1/admins/{username}', { params: { path: { username } } })),
    onSuccess: () => void forgetAdmin(),
  })
}

/** Of users for whom somebody else makes it: bots, mostly. */
export function useCreateTokenFor() {
  return useMutation({
    mutationFn: (body: AdminTokenRequest): Promise<NewToken> =>
      answer(api.POST('/auth/api/v1/tokens', { body })),
    onSuccess: (_, { username }) => void forgetTokens(username),
  })
}

export const statisticsQuery = queryOptions({
  queryKey: ['admin', 'statistics'],
  queryFn: () => answer(api.GET('/auth/api/v1/statistics')),
  // Processes write down what they did once a minute.
  refetchInterval: 60_000,
})

async function forgetUser(username: string): Promise<void> {
  await Promise.all([
    forgetTokens(username),
    queryClient.invalidateQueries({ queryKey: ['sessions', username] }),
  ])
}

async function forgetAdmin(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['admin'] })
}
