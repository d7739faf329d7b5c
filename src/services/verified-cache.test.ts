import { describe, expect, it } from 'vitest'
import { Token } from '../models/token.ts'
import { bareUserInfo, type TokenData } from '../models/token-data.ts'
import type { TokenDataReader, TokenDataReading } from '../storage/token-data/token-data-store.ts'
import { VerifiedCache } from './verified-cache.ts'

const dataOf = (token: Token): TokenData => ({
  ...bareUserInfo('alice'),
  ...{ token, tokenType: 'user', service: null, scopes: [], created: 0, expires: null, previous: [] },
})

/** A reader whose answers come when the test says so. */
function slowReader() {
  const asked: PromiseWithResolvers<TokenDataReading>[] = []
  const reader = {
    read() {
      const answer = Promise.withResolvers<TokenDataReading>()
      asked.push(answer)
      return answer.promise
    },
  } as unknown as TokenDataReader
  const answer = (at: number, data: TokenData | null, frozen = false) =>
    asked[at]?.resolve({ stored: data && { text: 'text', data }, frozen })
  return { asked, reader, answer }
}

const open = (options: Partial<ConstructorParameters<typeof VerifiedCache>[0]> = {}) =>
  new VerifiedCache({ maximumEntries: 10, maximumAge: 60_000, ...options })

describe('what was verified', () => {
  const token = Token.generate()
  const { key } = token

  it('is read once, however many ask for it at the same time', async () => {
    const { asked, reader, answer } = slowReader()
    const cache = open()
    const reads = Array.from({ length: 1_000 }, () => cache.read(key, reader))
    expect(asked).toHaveLength(1)
    answer(0, dataOf(token))
    const entries = await Promise.all(reads)
    expect(new Set(entries).size).toBe(1)
    expect(cache.get(key, performance.now())).toBe(entries[0])
  })

  it('is not remembered where a push came while it was read, nor joined after it', async () => {
    for (const forget of [
      (cache: VerifiedCache) => cache.forget(key),
      (cache: VerifiedCache) => cache.forgetEverything(),
    ]) {
      const { asked, reader, answer } = slowReader()
      const cache = open()
      const early = cache.read(key, reader)
      forget(cache)
      const late = cache.read(key, reader)
      expect(asked).toHaveLength(2)
      answer(1, null)
      expect(await late).toBeNull()
      answer(0, dataOf(token))
      expect((await early)?.kind).toBe('valid')
      expect(cache.get(key, performance.now())).toBeNull()
    }
  })

  it('is not remembered where there is nothing', async () => {
    const { asked, reader, answer } = slowReader()
    const cache = open()
    const first = cache.read(key, reader)
    answer(0, null)
    expect(await first).toBeNull()
    void cache.read(key, reader)
    expect(asked).toHaveLength(2)
  })

  it('is not remembered where it could not be read, and all who wait are told', async () => {
    const { asked, reader } = slowReader()
    const cache = open()
    const reads = [cache.read(key, reader), cache.read(key, reader)]
    asked[0]?.reject(new Error('away'))
    const outcomes = await Promise.allSettled(reads)
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    void cache.read(key, reader)
    expect(asked).toHaveLength(2)
  })

  it('is of no use any more when it is too old, by when it was asked for', async () => {
    const { reader, answer } = slowReader()
    const cache = open({ maximumAge: 1_000 })
    const before = performance.now()
    const read = cache.read(key, reader)
    const after = performance.now()
    answer(0, dataOf(token))
    await read
    expect(cache.get(key, before + 999)).not.toBeNull()
    expect(cache.get(key, after + 1_000)).toBeNull()
  })

  it('takes no more room than it may: what was read longest ago goes', async () => {
    const cache = open({ maximumEntries: 3 })
    const tokens = Array.from({ length: 5 }, () => Token.generate())
    for (const one of tokens) {
      const { reader, answer } = slowReader()
      const read = cache.read(one.key, reader)
      answer(0, dataOf(one))
      await read
    }
    expect(cache.size).toBe(3)
    const known = tokens.map((one) => cache.get(one.key, performance.now()) !== null)
    expect(known).toEqual([false, false, true, true, true])
  })

  it('says who is frozen', async () => {
    const { reader, answer } = slowReader()
    const read = open().read(key, reader)
    answer(0, dataOf(token), true)
    expect((await read)?.kind).toBe('frozen')
  })
})
