import { useMutation } from '@tanstack/react-query'
import { answer } from 'porthor/client'
import { api } from './client.ts'
import { queryClient } from './query-client.ts'
import type { AuditLine } from './types.ts'

/**
 * Compares the two stores, and tells what comes of it as it comes.
 *
 * @param options.repair - Whether all that can be repaired is.
 * @throws {ApiError} It was refused.
 * @throws {TypeError} The connection failed on the way.
 */
export async function* audit(options: { repair: boolean; signal: AbortSignal }): AsyncGenerator<AuditLine> {
  const request = { parseAs: 'stream' as const, signal: options.signal }
  const stream = await answer(
    options.repair
      ? api.POST('/auth/api/v1/audit/repair-all', request)
      : api.GET('/auth/api/v1/audit', request),
  )
  if (stream) yield* lines(stream)
}

/** Of JSON, each a document of its own. */
async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<AuditLine> {
  const reader = stream
    .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .getReader()
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    const parts = (rest + value).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) yield JSON.parse(part) as AuditLine
  }
}

/** Repairs what is wrong with these tokens now. */
export function useRepair() {
  return useMutation({
    mutationFn: (tokens: string[]) => answer(api.POST('/auth/api/v1/audit/repair', { body: { tokens } })),
    onSuccess: () => void forgetEverything(),
  })
}

/** A repair may have changed any token. */
export async function forgetEverything(): Promise<void> {
  await queryClient.invalidateQueries({ predicate: ({ queryKey: [kind] }) => kind !== 'session' })
}
