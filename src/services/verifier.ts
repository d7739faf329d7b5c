import { type Clock, nowSeconds } from '../models/clock.ts'
import { StoreUnavailableError } from '../models/errors.ts'
import { equalSecrets, type Token } from '../models/token.ts'
import type { TokenData } from '../models/token-data.ts'
import type { TokenDataReader, TokenDataStore } from '../storage/token-data/token-data-store.ts'
import type { RedisTrust } from './redis-trust.ts'
import type { Log } from './token-log.ts'

/** What a presented token is worth. */
export type Verification =
  | { kind: 'valid'; data: TokenData }
  /** Not stored, expired, revoked, or presented with another secret; the caller is not told which. */
  | { kind: 'unknown' }
  /** The token is good, but its user is frozen. */
  | { kind: 'frozen'; data: TokenData }

const UNKNOWN: Verification = { kind: 'unknown' }

/** Verifies presented tokens against the token data store, the truth about validity (PROTOCOLS.md §5). */
export class Verifier {
  readonly #data: TokenDataStore
  readonly #trust: RedisTrust | null
  readonly #clock: Clock
  readonly #log: Log
  #reader: Promise<TokenDataReader> | null = null

  /** @param trust - Says whether a Redis may be believed; null where token data lies in the database. */
  constructor(options: { data: TokenDataStore; trust: RedisTrust | null; clock: Clock; log: Log }) {
    this.#data = options.data
    this.#trust = options.trust
    this.#clock = options.clock
    this.#log = options.log
  }

  /** @throws {StoreUnavailableError} The store is away or not to be trusted: nothing is accepted meanwhile. */
  async verify(token: Token): Promise<Verification> {
    const reader = await this.#openReader()
    const { stored, frozen } = await this.#read(reader, token.key)
    if (!stored?.data) return UNKNOWN
    const { data } = stored
    if (!this.#secretFits(data, token.secret)) {
      this.#log.warn({ token: token.key, error: 'Secret mismatch' }, 'Cannot retrieve token data')
      return UNKNOWN
    }
    return { kind: frozen ? 'frozen' : 'valid', data }
  }

  async close(): Promise<void> {
    const reader = this.#reader
    this.#reader = null
    await (await reader)?.close()
  }

  #secretFits(data: TokenData, secret: string): boolean {
    const now = nowSeconds(this.#clock)
    const accepted = [
      data.token.secret,
      ...data.previous.filter(({ until }) => until > now).map((other) => other.secret),
    ]
    // Each is compared, whatever the first comparison says.
    return accepted.map((candidate) => equalSecrets(candidate, secret)).includes(true)
  }

  async #read(reader: TokenDataReader, key: string) {
    try {
      return await reader.read(key)
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error
      throw new StoreUnavailableError('Tokens cannot be verified just now', { cause: error })
    }
  }

  async #openReader(): Promise<TokenDataReader> {
    this.#reader ??= this.#newReader()
    const opening = this.#reader
    try {
      const reader = await opening
      if (reader.identity !== null) await this.#trust?.require(reader.identity)
      return reader
    } catch (error) {
      if (this.#reader === opening) this.#reader = null
      void opening.then((reader) => reader.close()).catch(() => {})
      if (error instanceof StoreUnavailableError) throw error
      throw new StoreUnavailableError('Tokens cannot be verified just now', { cause: error })
    }
  }

  #newReader(): Promise<TokenDataReader> {
    const opening = this.#data.openReader({
      forgetToken() {},
      forgetFrozenUsers() {},
      forgetEverything() {},
      lost: () => {
        if (this.#reader === opening) this.#reader = null
      },
    })
    return opening
  }
}
