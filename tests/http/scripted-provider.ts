import { InvalidRequestError } from '../../src/models/errors.ts'
import { ProviderFailedError } from '../../src/models/login-errors.ts'
import { bareUserInfo } from '../../src/models/token-data.ts'
import type {
  LoginAttempt,
  LoginProvider,
  ProviderLogin,
  UpstreamLogout,
} from '../../src/services/login/login-provider.ts'

/**
 * A provider that does what a test says, for what the routes do around it. Providers themselves are tried against real
 * ones, in tests/login-providers.
 */
export class ScriptedProvider implements LoginProvider {
  readonly kind = 'oidc'
  readonly issuer = 'https://provider.example'
  readonly #codes = new Map<string, () => ProviderLogin>()
  readonly #logoutTokens = new Map<string, UpstreamLogout>()
  /** Attempts of which a code was redeemed. */
  readonly attempts: LoginAttempt[] = []

  /** The next login with this code is one of such a user, and none after it. */
  willLogIn(
    code: string,
    username: string,
    groups: readonly string[],
    sessionId: string | null = null,
  ): void {
    this.#codes.set(code, () => ({
      user: { ...bareUserInfo(username), groups: groups.map((name, index) => ({ name, id: index + 1000 })) },
      githubToken: null,
      upstream: { issuer: this.issuer, subject: username, sessionId },
    }))
  }

  willFail(code: string, error: Error): void {
    this.#codes.set(code, () => {
      throw error
    })
  }

  willLogOut(logoutToken: string, logout: Partial<UpstreamLogout>): void {
    this.#logoutTokens.set(logoutToken, {
      ...{ issuer: this.issuer, subject: null, sessionId: null },
      ...{ tokenId: logoutToken, expires: Math.floor(Date.now() / 1000) + 300 },
      ...logout,
    })
  }

  async authorizationUrl({ state, nonce }: LoginAttempt): Promise<string> {
    return `${this.issuer}/authorize?${new URLSearchParams({ state, nonce })}`
  }

  async authenticate(parameters: URLSearchParams, attempt: LoginAttempt): Promise<ProviderLogin> {
    this.attempts.push(attempt)
    const code = parameters.get('code') ?? ''
    const login = this.#codes.get(code)
    this.#codes.delete(code)
    if (!login) throw new ProviderFailedError('Error retrieving ID token')
    return login()
  }

  async revokeGrant(): Promise<void> {}

  async verifyLogoutToken(logoutToken: string): Promise<UpstreamLogout> {
    const logout = this.#logoutTokens.get(logoutToken)
    if (!logout) throw new InvalidRequestError('Invalid logout token')
    return logout
  }
}
