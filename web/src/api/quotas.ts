import { queryOptions, useMutation } from '@tanstack/react-query'
import { ApiError, answer, answerWithHeaders } from 'porthor/client'
import { api } from './client.ts'
import { queryClient } from './query-client.ts'
import type { QuotaOverrides } from './types.ts'

const PATH = '/auth/api/v1/quota-overrides'

export interface KnownOverrides {
  /** Null: there are none. */
  overrides: QuotaOverrides | null
  /** Names the state that they are in; null: there are none. */
  tag: string | null
}

export const quotaOverridesQuery = queryOptions({
  queryKey: ['admin', 'quota-overrides'],
  queryFn: async (): Promise<KnownOverrides> => {
    try {
      const { data, headers } = await answerWithHeaders(api.GET(PATH))
      return { overrides: data, tag: headers.get('etag') }
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return { overrides: null, tag: null }
      throw error
    }
  },
  // Somebody edits what they say.
  refetchOnWindowFocus: false,
})

/** @param tag - Of the state that was seen: if another has changed them since, that is not overwritten. */
export function useSetQuotaOverrides(tag: string | null) {
  return useMutation({
    mutationFn: (body: QuotaOverrides): Promise<unknown> => {
      const header = tag === null ? { 'If-None-Match': '*' } : { 'If-Match': tag }
      return answer(api.PUT(PATH, { params: { header }, body }))
    },
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
