import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/models/clock.ts'
import { Token } from '../../src/models/token.ts'
import type { TokenData } from '../../src/models/token-data.ts'
import { RememberedToken } from '../../src/services/remembered-token.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { Verifier } from '../../src/services/verifier.ts'
import type {
  InvalidationListener,
  TokenDataReading,
  TokenDataStore,
} from '../../src/storage/token-data/token-data-store.ts'

/*
 * The orders in which answers and pushes can come (PROTOCOLS.md §5.2 and §5.3), one by one: a real link gives each of them
 * now and then, and none of them when it is wanted. What a verification accepts after the push is a revoked token.
 */

const LEASE_SECONDS = 2

/** A link whose answers, pushes and end come when the test says so. */
class SlowLink {
  listener: InvalidationListener | null = null
  readonly reads: PromiseWithResolvers<TokenDataReading>[] = []
  readonly proofs: PromiseWithResolvers<void>[] = []

  store(): TokenDataStore {
    const openReader = async (listener: InvalidationListener) => {
      this.listener = listener
      return {
        identity: null,
        read: () => queued(this.reads),
        prove: () => queued(this.proofs),
        close: async () => {},
      }
    }
    return { openReader } as Partial<TokenDataStore> as TokenDataStore
  }
}

function queued<T>(queue: PromiseWithResolvers<T>[]): Promise<T> {
  const answer = Promise.withResolvers<T>()
  queue.push(answer)
  return answer.promise
}

describe('the memory of verifications', () => {
  let link: SlowLink
  let verifier: Verifier
  const token = RememberedToken.of(Token.generate())
  const absent: TokenDataReading = { stored: null, frozen: false }
  const valid: TokenDataReading = {
    stored: {
      text: 'as it was',
      data: { token, expires: null, previous: [] } as Partial<TokenData> as TokenData,
    },
    frozen: false,
  }

  beforeEach(() => {
    vi.useFakeTimers()
    link = new SlowLink()
    verifier = new Verifier({
      ...{ data: link.store(), trust: null, clock: systemClock, log: silentLog },
      linkLeaseSeconds: LEASE_SECONDS,
    })
  })
  afterEach(async () => {
    await verifier.close()
    vi.useRealTimers()
  })

  const settled = () => vi.advanceTimersByTimeAsync(0)
  const verify = async () => {
    const verification = verifier.verify(token)
    await settled()
    return verification
  }
  /** Begun, its question on the way. */
  const begin = async () => {
    const verification = verifier.verify(token).then(({ kind }) => kind)
    await settled()
    return { verification }
  }

  it('does not keep an answer that a push has overtaken', async () => {
    const { verification } = await begin()
    link.listener?.forgetToken(token.key)
    link.reads[0]?.resolve(valid)
    expect(await verification).toBe('valid')
    expect(verifier.verifyFromMemory(token)).toBeNull()
  })

  it('does not keep an answer that the news of a freeze has overtaken', async () => {
    const { verification } = await begin()
    link.listener?.forgetFrozenUsers()
    link.reads[0]?.resolve(valid)
    await verification
    expect(verifier.verifyFromMemory(token)).toBeNull()
  })

  it('does not let a verification that begins after a push join a question asked before it', async () => {
    const before = await begin()
    link.listener?.forgetToken(token.key)
    const after = await begin()
    link.reads[0]?.resolve(valid)
    link.reads[1]?.resolve(absent)
    expect(await before.verification).toBe('valid')
    expect(await after.verification).toBe('unknown')
  })

  it('does not keep an answer that comes after the link broke', async () => {
    const { verification } = await begin()
    link.listener?.lost()
    link.reads[0]?.resolve(valid)
    await verification
    expect(verifier.verifyFromMemory(token)).toBeNull()
  })

  it('forgets all when the link breaks', async () => {
    const verification = verify()
    await settled()
    link.reads[0]?.resolve(valid)
    await verification
    expect(verifier.verifyFromMemory(token)?.kind).toBe('valid')
    link.listener?.lost()
    expect(verifier.verifyFromMemory(token)).toBeNull()
  })

  it('counts the lease from the question, however late its answer comes', async () => {
    const { verification } = await begin()
    link.reads[0]?.resolve(valid)
    await verification
    await vi.advanceTimersByTimeAsync(600)
    expect(link.proofs).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1_300)
    link.proofs[0]?.resolve()
    await settled()
    expect(verifier.verifyFromMemory(token)?.kind).toBe('valid')
    // Asked after 0.5 s, so believed for 2.5.
    await vi.advanceTimersByTimeAsync(700)
    expect(verifier.verifyFromMemory(token)).toBeNull()
  })
})
