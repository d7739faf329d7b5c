import { queryOptions, useMutation } from '@tanstack/react-query'
import { answer } from 'porthor/client'
import { api } from './client.ts'
import { queryClient } from './query-client.ts'
import { sessionQuery } from './session.ts'
import { forgetTokens } from './tokens.ts'

export function sessionsQuery(username: string) {
  return queryOptions({
    queryKey: ['sessions', username],
    queryFn: () =>
      answer(api.GET('/auth/api/v1/users/{username}/sessions', { params: { path: { username } } })),
  })
}

export function useEndSession(username: string) {
  return useMutation({
    mutationFn: (key: string): Promise<unknown> =>
      answer(
        api.DELETE('/auth/api/v1/users/{username}/sessions/{key}', { params: { path: { username, key } } }),
      ),
    onSuccess: () => void forgetSessions(username),
  })
}

/** @returns How many ended, when it is done. */
export function useEndSessions(username: string, options: { keepCurrent: boolean }) {
  return useMutation({
    mutationFn: async (): Promise<number> => {
      const query = options.keepCurrent ? { keep: 'current' as const } : {}
      const ended = await answer(
        api.DELETE('/auth/api/v1/users/{username}/sessions', { params: { path: { username }, query } }),
      )
      return ended.length
    },
    onSuccess: () => void forgetSessions(username),
  })
}

/** One's own may have been among them: whether it was is asked first. */
async function forgetSessions(username: string): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['sessions', username] }),
    forgetTokens(username),
  ])
}
