import { queryOptions, useMutation } from '@tanstack/react-query'
import { ApiError, answer } from 'porthor/client'
import { api } from './client.ts'
import { queryClient } from './query-client.ts'
import type { QuotaOverrides } from './types.ts'

const PATH = '/auth/api/v1/quota-overrides'

/** Null: there are none. */
export const quotaOverridesQuery = queryOptions({
  queryKey: ['admin', 'quota-overrides'],
  queryFn: async (): Promise<QuotaOverrides | null> => {
    try {
      return await answer(api.GET(PATH))
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null
      throw error
    }
  },
  // Somebody edits what they say.
  refetchOnWindowFocus: false,
})

export function useSetQuotaOverrides() {
  return useMutation({
    mutationFn: (body: QuotaOverrides): Promise<unknown> => answer(api.PUT(PATH, { body })),
    onSuccess: () => void forget(),
  })
}

export function useRemoveQuotaOverrides() {
  return useMutation({
    mutationFn: (): Promise<unknown> => answer(api.DELETE(PATH)),
    onSuccess: () => void forget(),
  })
}

async function forget(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: quotaOverridesQuery.queryKey })
}
