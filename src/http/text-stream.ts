import { AsyncLocalStorage } from 'node:async_hooks'
import { Readable } from 'node:stream'

/**
 * A body that is made while it is sent, no faster than it is read; where nobody reads it any more, its making ends. What is
 * logged meanwhile names the request, as what is logged before.
 *
 * @returns Once its first part is there: what fails at once can still be answered as an error.
 */
export async function textStream(parts: AsyncGenerator<string, void>): Promise<Readable> {
  const within = AsyncLocalStorage.snapshot()
  let first: IteratorResult<string, void> | null = await parts.next()
  // Not a generator: one that was never begun would not end what it was to go through.
  const iterator: AsyncIterator<string, void> = {
    async next() {
      if (!first) return within(() => parts.next())
      const begun = first
      first = null
      return begun
    },
    return: () => within(() => parts.return()),
  }
  return Readable.from({ [Symbol.asyncIterator]: () => iterator }, { objectMode: false })
}
