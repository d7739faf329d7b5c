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

/** One session by its key, all but the one in use, or all. */
export type EndedSessions = { key: string } | 'others' | 'all'

export function useEndSessions(username: string) {
  return useMutation({
    mutationFn: (which: EndedSessions): Promise<unknown> => {
      if (typeof which === 'object') {
        const params = { path: { username, key: which.key } }
        return answer(api.DELETE('/auth/api/v1/users/{username}/sessions/{key}', { params }))
      }
      const query = which === 'others' ? { keep: 'current' as const } : {}
      const params = { path: { username }, query }
      return answer(api.DELETE('/auth/api/v1/users/{username}/sessions', { params }))
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
