import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { answer, createClient } from 'porthor/client'
import { noteServerTime } from '../clock.ts'
import { queryClient } from './query-client.ts'
import type { Session } from './types.ts'

const client = createClient({ baseUrl: window.location.origin })

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session> => {
    const session = await answer(client.GET('/auth/api/v1/session'))
    noteServerTime(session.now)
    return session
  },
  // Whether it has ended is asked whenever somebody comes back to the page.
  refetchOnWindowFocus: 'always',
  refetchInterval: 5 * 60 * 1000,
})

/** Who has logged in here, what they may do, and the scopes that there are. Only below SessionGate. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data
}

/** Asks the server, and lets the rest of the page know the answer. */
export function fetchSession(): Promise<Session> {
  return queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 })
}
