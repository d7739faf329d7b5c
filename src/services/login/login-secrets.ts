import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { LoginAttempt } from './login-provider.ts'

/** Separates this use of the session secret from the encryption of cookies and stores (RFC 5869 §3.2). */
const PURPOSE = 'porthor login attempt'

/**
 * The secrets of login attempts. `nonce` and `code_verifier` are derived from the state, which is in the browser's cookie:
 * so they are bound to it, need no place of their own, and whoever sees the state in a URL cannot make them.
 */
export class LoginSecrets {
  readonly #key: Buffer

  /** @param sessionSecrets - Fernet keys, of which the first counts. */
  constructor(sessionSecrets: readonly string[]) {
    const [secret = ''] = sessionSecrets
    this.#key = Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'base64'), '', PURPOSE, 32))
  }

  /** A new state: 128 random bits, 24 characters (spec/cookies-and-sessions.md §1). */
  newState(): string {
    return `${randomBytes(16).toString('base64url')}==`
  }

  attempt(state: string): LoginAttempt {
    return { state, nonce: this.#derive('nonce', state), codeVerifier: this.#derive('code_verifier', state) }
  }

  /** 43 characters of base64url: what RFC 7636 §4.1 asks for at least. */
  #derive(name: string, state: string): string {
    return createHmac('sha256', this.#key).update(`${name} ${state}`).digest('base64url')
  }
}
