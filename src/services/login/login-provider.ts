import type { TokenUserInfo } from '../../models/token-data.ts'

/** The secrets of one login, known to this browser and to nobody else, in the form in which they are sent. */
export interface LoginAttempt {
  /** 128 random bits in base64url, padded as the reference pads it (spec/cookies-and-sessions.md §1). */
  state: string
  /** Bound to `state`: the `nonce` of OpenID Connect Core §3.1.2.1. */
  nonce: string
  /** Bound to `state`: the `code_verifier` of RFC 7636 §4.1. */
  codeVerifier: string
}

/** What a provider says of whoever logged in. */
export interface ProviderLogin {
  user: TokenUserInfo
  /** Names of groups that count for scopes, but have no number of the provider's; absent: there are none. */
  unnumberedGroups?: readonly string[]
  /** GitHub's access token, for ending the grant at logout; null elsewhere. */
  githubToken: string | null
  /** By which the provider will name this session in a back-channel logout; null: it cannot. */
  upstream: UpstreamSession | null
}

/** `sub` and `sid` of the ID token (OpenID Connect Back-Channel Logout 1.0 §2.1). */
export interface UpstreamSession {
  issuer: string
  subject: string
  sessionId: string | null
}

/** What a logout token of the provider's ends: the sessions of a subject, or one of them. */
export interface UpstreamLogout {
  issuer: string
  subject: string | null
  sessionId: string | null
  /** Of the logout token, against replay. */
  tokenId: string
  /** Seconds since the epoch: from when on the logout token is refused by itself. */
  expires: number
}

/** Where people log in: GitHub, or an OpenID Connect provider (spec/login.md). */
export interface LoginProvider {
  readonly kind: 'github' | 'oidc'
  /** The whole URL to which the browser is sent. */
  authorizationUrl(attempt: LoginAttempt): Promise<string>
  /**
   * Redeems the code of the provider's answer.
   *
   * @param parameters - The query of the provider's return, with `code` and `state`.
   * @throws {ProviderRefusedError | ProviderFailedError | ProviderUnreachableError}
   * @throws {CannotAuthenticateError | NotEnrolledError}
   */
  authenticate(parameters: URLSearchParams, attempt: LoginAttempt): Promise<ProviderLogin>
  /**
   * Ends what was granted to Porthor, so that the next login asks anew; for GitHub. Does not throw: what goes wrong is
   * logged.
   */
  revokeGrant(githubToken: string): Promise<void>
  /**
   * Checks a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6).
   *
   * @throws {InvalidRequestError} It is not one, or this provider sends none.
   */
  verifyLogoutToken(logoutToken: string): Promise<UpstreamLogout>
}
