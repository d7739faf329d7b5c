import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from 'porthor/client'
import { leaveForLogin } from './login.ts'

/** So often what failed is tried again where another try may help. */
const RETRIES = 2

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveIfEnded }),
  mutationCache: new MutationCache({ onError: leaveIfEnded }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => failures < RETRIES && mayPass(error),
      // Also without a network of the browser's knowledge, for the server may be on this machine.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})

/** The network and the stores come back; what the API refuses it goes on to refuse. */
function mayPass(error: Error): boolean {
  return !(error instanceof ApiError) || error.status >= 500
}

/** What failed because the session has ended leads to the login. For what is asked beside the caches too. */
export function leaveIfEnded(error: Error): void {
  if (error instanceof ApiError && error.status === 401) leaveForLogin()
}
