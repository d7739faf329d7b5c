import { ReadBatches } from './read-batches.ts'
import type { TokenDataCipher } from './token-data-cipher.ts'
import type { TokenDataReading } from './token-data-store.ts'

/** Where it is read. */
export interface TokenDataSource {
  /** The encrypted values in the order of the keys; null: absent. */
  texts(keys: readonly string[]): Promise<readonly (string | null)[]>
  /** The names of all of them. */
  frozenUsers(): Promise<readonly string[]>
}

/**
 * What verifications are told by a reader: the values of tokens, read together and kept nowhere here, and who is frozen, which
 * stays in memory until it is said to have changed.
 */
export class TokenDataReadings {
  readonly #source: TokenDataSource
  readonly #cipher: TokenDataCipher
  readonly #batches = new ReadBatches((keys) => this.#readAll(keys))
  #frozen: Promise<ReadonlySet<string>> | null = null

  constructor(source: TokenDataSource, cipher: TokenDataCipher) {
    this.#source = source
    this.#cipher = cipher
  }

  /** @throws {StoreUnavailableError} The store does not answer. */
  read(key: string): Promise<TokenDataReading> {
    return this.#batches.read(key)
  }

  /** A reading under way when this is said answers those who wait for it, and nobody after. */
  forgetFrozenUsers(): void {
    this.#frozen = null
  }

  async #readAll(keys: readonly string[]): Promise<TokenDataReading[]> {
    const [frozen, texts] = await Promise.all([this.#frozenUsers(), this.#source.texts(keys)])
    return keys.map((key, index) => {
      const stored = this.#cipher.read(key, texts[index] ?? null)
      // Mostly nobody is frozen. V8 enters a text that is looked for in a set into its table of names, which takes longer.
      return { stored, frozen: frozen.size > 0 && stored?.data != null && frozen.has(stored.data.username) }
    })
  }

  #frozenUsers(): Promise<ReadonlySet<string>> {
    if (!this.#frozen) {
      const reading = this.#source.frozenUsers().then((users) => new Set(users))
      // A reading that failed is not remembered.
      reading.catch(() => {
        if (this.#frozen === reading) this.#frozen = null
      })
      this.#frozen = reading
    }
    return this.#frozen
  }
}
