import { type Clock, nowSeconds } from '../models/clock.ts'
import { StoreUnavailableError } from '../models/errors.ts'
import { equalSecrets, type Token } from '../models/token.ts'
import type { TokenData } from '../models/token-data.ts'
import type { TokenDataReader, TokenDataStore } from '../storage/token-data/token-data-store.ts'
import { within } from '../storage/within.ts'
import type { RedisTrust } from './redis-trust.ts'
import { RememberedToken } from './remembered-token.ts'
import type { Log } from './token-log.ts'
import { type KnownToken, VerifiedCache, type VerifiedEntry } from './verified-cache.ts'

/** What a presented token is worth. */
export type Verification =
  | KnownToken
  /** Not stored, expired, revoked, or presented with another secret; the caller is not told which. */
  | { readonly kind: 'unknown' }

export interface VerifierOptions {
  data: TokenDataStore
  /** Says whether a Redis may be believed; null where token data lies in the database. */
  trust: RedisTrust | null
  clock: Clock
  log: Log
  /** How long what is in memory may be used without proof that the link to the store is alive, in seconds. */
  linkLeaseSeconds: number
  /** Tokens kept in memory. */
  maximumEntries?: number
}

const UNKNOWN: Verification = { kind: 'unknown' }
const MAXIMUM_ENTRIES = 50_000
/** So long a request waits for the stores, if need be. */
const MAXIMUM_WAIT_MILLISECONDS = 5_000
const MAXIMUM_AGE_MILLISECONDS = 300_000
/** How often within a lease the link is asked for a sign of life. */
const PROOFS_A_LEASE = 4

/** A link to the token data store, and what has been read over it. */
interface Link {
  readonly reader: TokenDataReader
  readonly cache: VerifiedCache
  /** When the last question that was answered was sent: milliseconds of a clock that never goes back. */
  proof: number
  proving: Promise<void> | null
}

/**
 * Verifies presented tokens against the token data store, the truth about validity (PROTOCOLS.md §5). What was read stays
 * in memory until the store says that it has changed, or the link to it has given no sign of life for the lease.
 */
export class Verifier {
  readonly #options: VerifierOptions
  readonly #leaseMilliseconds: number
  readonly #timer: NodeJS.Timeout
  #opening: Promise<Link> | null = null
  #link: Link | null = null

  constructor(options: VerifierOptions) {
    this.#options = options
    this.#leaseMilliseconds = options.linkLeaseSeconds * 1000
    this.#timer = setInterval(() => this.#keepAlive(), this.#leaseMilliseconds / PROOFS_A_LEASE)
    this.#timer.unref()
  }

  /**
   * What memory alone can say: nothing is read, nothing waited for, nothing logged.
   *
   * @param now - `performance.now()`, where it has just been asked for.
   * @param seconds - Since the epoch, by the clock, where it has just been asked.
   * @returns Null: ask `verify`.
   */
  verifyFromMemory(
    token: Token,
    now = performance.now(),
    seconds = nowSeconds(this.#options.clock),
  ): Verification | null {
    const link = this.#usableLink(now)
    if (!link) return null
    const known = token instanceof RememberedToken ? token.verified : null
    if (known && link.cache.holds(known, now)) return hasEnded(known.data, seconds) ? UNKNOWN : known
    const entry = link.cache.get(token.key, now)
    return entry && this.#judge(token, entry, seconds)
  }

  /** @throws {StoreUnavailableError} The store is away or not to be trusted: nothing is accepted meanwhile. */
  async verify(token: Token): Promise<Verification> {
    try {
      const link = this.#usableLink(performance.now()) ?? (await this.#newlyUsableLink())
      const remembered = link.cache.get(token.key, performance.now())
      const entry = remembered ?? (await link.cache.read(token.key, link.reader))
      return this.#judge(token, entry, nowSeconds(this.#options.clock), { isLogged: true })
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error
      throw new StoreUnavailableError('Tokens cannot be verified just now', { cause: error })
    }
  }

  /** How many tokens are in memory, and whether what is there may be used just now. */
  get memory(): { tokens: number; usable: boolean } {
    return { tokens: this.#link?.cache.size ?? 0, usable: this.#usableLink(performance.now()) !== null }
  }

  /** Forgets tokens that this process has changed itself, without waiting to be told. */
  forget(keys: Iterable<string>): void {
    for (const key of keys) this.#link?.cache.forget(key)
  }

  /** Forgets all that is in memory. */
  forgetEverything(): void {
    this.#link?.cache.forgetEverything()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    const link = this.#link
    this.#link = null
    this.#opening = null
    await link?.reader.close()
  }

  #usableLink(now: number): Link | null {
    const link = this.#link
    return link && this.#mayBeBelieved(link, now) ? link : null
  }

  #judge(token: Token, entry: VerifiedEntry | null, now: number, { isLogged = false } = {}): Verification {
    if (!entry) return UNKNOWN
    const { data } = entry
    if (hasEnded(data, now)) return UNKNOWN
    if (secretFits(data, token, now)) {
      // A secret that was replaced fits for a time only.
      if (token instanceof RememberedToken && data.previous.length === 0) token.verified = entry
      return entry
    }
    if (isLogged)
      this.#options.log.warn({ token: token.key, error: 'Secret mismatch' }, 'Cannot retrieve token data')
    return UNKNOWN
  }

  #mayBeBelieved({ reader, proof }: Link, now = performance.now()): boolean {
    if (now >= proof + this.#leaseMilliseconds) return false
    return reader.identity === null || this.#options.trust?.isProven(reader.identity, now) === true
  }

  #newlyUsableLink(): Promise<Link> {
    return within(this.#believableLink(), MAXIMUM_WAIT_MILLISECONDS, 'The stores do not answer')
  }

  async #believableLink(): Promise<Link> {
    const link = await this.#openLink()
    if (link.reader.identity !== null) await this.#options.trust?.require(link.reader.identity)
    if (!this.#mayBeBelieved(link)) await this.#prove(link)
    return link
  }

  #openLink(): Promise<Link> {
    if (!this.#opening) {
      const opening = this.#newLink()
      this.#opening = opening
      opening.catch(() => {
        if (this.#opening === opening) this.#opening = null
      })
    }
    return this.#opening
  }

  async #newLink(): Promise<Link> {
    const cache = new VerifiedCache({
      maximumEntries: this.#options.maximumEntries ?? MAXIMUM_ENTRIES,
      maximumAge: MAXIMUM_AGE_MILLISECONDS,
    })
    const sent = performance.now()
    let lost = false
    const reader = await this.#options.data.openReader({
      forgetToken: (key) => cache.forget(key),
      forgetFrozenUsers: () => cache.forgetEverything(),
      forgetEverything: () => cache.forgetEverything(),
      lost: () => {
        lost = true
        cache.forgetEverything()
        this.#drop(cache)
      },
    })
    if (lost) throw new StoreUnavailableError('The link to the token data was lost at once')
    const link: Link = { reader, cache, proof: sent, proving: null }
    this.#link = link
    return link
  }

  #drop(cache: VerifiedCache): void {
    if (this.#link?.cache !== cache) return
    this.#link = null
    this.#opening = null
  }

  /** Asks the store for a sign of life; the proof counts from when it was asked for, not from its answer. */
  #prove(link: Link): Promise<void> {
    link.proving ??= this.#askForLife(link).finally(() => {
      link.proving = null
    })
    return link.proving
  }

  async #askForLife(link: Link): Promise<void> {
    const sent = performance.now()
    try {
      await within(link.reader.prove(), this.#leaseMilliseconds, 'No sign of life')
      link.proof = sent
    } catch (error) {
      link.cache.forgetEverything()
      this.#drop(link.cache)
      void link.reader.close().catch(() => {})
      throw new StoreUnavailableError('The link to the token data is silent', { cause: error })
    }
  }

  /** In the background, so that no request has to wait for a proof while all is well. */
  #keepAlive(): void {
    const link = this.#link
    if (!link) return
    this.#prove(link).catch(() => {})
    if (link.reader.identity !== null) this.#options.trust?.renew(link.reader.identity)
  }
}

function hasEnded({ expires }: TokenData, now: number): boolean {
  return expires !== null && expires <= now
}

/** Each accepted secret is compared, whatever the first comparison says. */
function secretFits(data: TokenData, token: Token, now: number): boolean {
  let fits = data.token.hasSameSecret(token)
  for (const previous of data.previous) {
    const matches = equalSecrets(previous.secret, token.secret)
    fits ||= matches && previous.until > now
  }
  return fits
}
