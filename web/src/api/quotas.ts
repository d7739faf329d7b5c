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

const NONE: KnownOverrides = { overrides: null, tag: null }

export const quotaOverridesQuery = queryOptions({
  queryKey: ['admin', 'quota-overrides'],
  queryFn: async (): Promise<KnownOverrides> => {
    try {
      return known(await answerWithHeaders(api.GET(PATH)))
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return NONE
      throw error
    }
  },
  // Somebody edits what they say.
  refetchOnWindowFocus: false,
})

/** @param tag - Of the state that was seen: if another has changed them since, that is not overwritten. */
export function useSetQuotaOverrides(tag: string | null) {
  return useMutation({
    mutationFn: async (body: QuotaOverrides): Promise<KnownOverrides> => {
      const header = tag === null ? { 'If-None-Match': '*' } : { 'If-Match': tag }
      return known(await answerWithHeaders(api.PUT(PATH, { params: { header }, body })))
    },
    onSuccess: note,
  })
}

/** @param tag - As for useSetQuotaOverrides. */
export function useRemoveQuotaOverrides(tag: string | null) {
  return useMutation({
    mutationFn: async (): Promise<KnownOverrides> => {
      const header = tag === null ? {} : { 'If-Match': tag }
      await answer(api.DELETE(PATH, { params: { header } }))
      return NONE
    },
    onSuccess: note,
  })
}

/** What is set now; what was asked before that and is still to be answered is asked again. */
function note(now: KnownOverrides): void {
  queryClient.setQueryData(quotaOverridesQuery.queryKey, now)
  void queryClient.invalidateQueries({ queryKey: quotaOverridesQuery.queryKey })
}

function known({ data, headers }: { data: QuotaOverrides; headers: Headers }): KnownOverrides {
  return { overrides: data, tag: headers.get('etag') }
}
