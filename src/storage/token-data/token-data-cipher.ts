import { type Clock, nowSeconds } from '../../models/clock.ts'
import { decodeTokenData, encodeTokenData, type TokenData } from '../../models/token-data.ts'
import type { Fernet } from './fernet.ts'
import type { StoredTokenData } from './token-data-store.ts'

/** Told of values that cannot be read: somebody must look into it. */
export type MalformedListener = (key: string, error: unknown) => void

/** From token data to the encrypted text and back, the same for both stores. */
export class TokenDataCipher {
  readonly #fernet: Fernet
  readonly #clock: Clock
  readonly #onMalformed: MalformedListener

  constructor(fernet: Fernet, clock: Clock, onMalformed: MalformedListener = () => {}) {
    this.#fernet = fernet
    this.#clock = clock
    this.#onMalformed = onMalformed
  }

  encrypt(data: TokenData): string {
    return this.#fernet.encrypt(encodeTokenData(data), { time: nowSeconds(this.#clock) })
  }

  /** What lies under a key; an empty or expired value counts as absent (spec/tokens.md §5). */
  read(key: string, text: string | null): StoredTokenData | null {
    if (text === null || text === '') return null
    const data = this.#decrypt(key, text)
    if (data?.expires != null && data.expires <= nowSeconds(this.#clock)) return null
    return { text, data }
  }

  #decrypt(key: string, text: string): TokenData | null {
    try {
      return decodeTokenData(this.#fernet.decrypt(text).toString(), key)
    } catch (error) {
      this.#onMalformed(key, error)
      return null
    }
  }
}
