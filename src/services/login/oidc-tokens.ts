import { createHash } from 'node:crypto'
import { errors, type JWTPayload, jwtVerify } from 'jose'
import { type Clock, nowSeconds } from '../../models/clock.ts'
import { equalSecrets } from '../../models/token.ts'
import type { OidcIssuer } from './oidc-issuer.ts'

/** What the provider may sign with. `EdDSA` is Ed25519, also under its own name (RFC 9864 §2.2). */
export type SigningAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA'

export interface OidcTokenOptions {
  keys: OidcIssuer
  issuer: string
  audience: string
  clientId: string
  algorithms: readonly SigningAlgorithm[]
  /** How long ago people may have logged in at the provider, where that was asked for; null: it was not. */
  maxAgeSeconds: number | null
  clock: Clock
}

/** By how much the provider's clock may differ from this one. */
const CLOCK_SKEW_SECONDS = 60
/** A logout token is of the moment; one that claims a long life need not be remembered for so long. */
const LOGOUT_TOKEN_LIFE_SECONDS = 3_600
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** Checked claims; `sub` is there in an ID token. */
export type TokenClaims = JWTPayload & { iss: string; iat: number; exp: number }

/** Why a token is not accepted, in words that hold nothing of the token's. */
export class TokenRefusedError extends Error {}

/** Checks what the provider signs: ID tokens and logout tokens. */
export class OidcTokens {
  readonly #options: OidcTokenOptions

  constructor(options: OidcTokenOptions) {
    this.#options = options
  }

  /**
   * Checks an ID token by OpenID Connect Core 1.0 §3.1.3.7.
   *
   * @throws {TokenRefusedError}
   * @throws {ProviderUnreachableError | ProviderFailedError} The keys are not to be had.
   */
  async idToken(
    token: string,
    { nonce, accessToken }: { nonce: string; accessToken: string },
  ): Promise<TokenClaims & { sub: string }> {
    const { claims, algorithm } = await this.#signed(token, [this.#options.audience])
    const given = claims.nonce
    if (typeof given !== 'string' || !equalSecrets(given, nonce)) throw claimRefused('nonce', given)
    this.#checkAuthorizedParty(claims)
    this.#checkLoginAge(claims)
    if (claims.at_hash !== undefined && claims.at_hash !== accessTokenHash(accessToken, algorithm)) {
      throw claimRefused('at_hash', claims.at_hash)
    }
    const { sub } = claims
    if (!isText(sub)) throw claimRefused('sub', sub)
    return { ...claims, sub }
  }

  /**
   * Checks a logout token by OpenID Connect Back-Channel Logout 1.0 §2.6, all but whether it was here before.
   *
   * @returns `expires`: from when on it would be refused by itself; seconds since the epoch.
   * @throws {TokenRefusedError}
   * @throws {ProviderUnreachableError | ProviderFailedError} The keys are not to be had.
   */
  async logoutToken(token: string) {
    const { audience, clientId } = this.#options
    const { claims, type } = await this.#signed(token, [audience, clientId])
    // §2.4 recommends a type; not all set it. Of the others none is taken for a logout token.
    if (!['', 'jwt', 'logout+jwt', 'application/logout+jwt'].includes(type)) {
      throw new TokenRefusedError('Not a logout token by its type')
    }
    const { sub = null, sid = null, jti, events, iss, iat, exp } = claims
    if (!isObject(events) || !isObject(events[LOGOUT_EVENT])) throw claimRefused('events', events)
    if ('nonce' in claims) throw new TokenRefusedError('A logout token has no nonce')
    if (!isText(jti)) throw claimRefused('jti', jti)
    if (!isTextOrNull(sub)) throw claimRefused('sub', sub)
    if (!isTextOrNull(sid)) throw claimRefused('sid', sid)
    if (sub === null && sid === null) throw new TokenRefusedError('Neither sub nor sid claim in token')
    const expires = Math.min(exp, iat + LOGOUT_TOKEN_LIFE_SECONDS) + CLOCK_SKEW_SECONDS
    if (expires <= nowSeconds(this.#options.clock)) throw new TokenRefusedError('Token has expired')
    return { issuer: iss, subject: sub, sessionId: sid, tokenId: jti, expires: Math.ceil(expires) }
  }

  /** Signature and the claims that both kinds have in common. */
  async #signed(
    token: string,
    audiences: string[],
  ): Promise<{ claims: TokenClaims; algorithm: string; type: string }> {
    try {
      const { payload, protectedHeader } = await this.#verified(token, audiences)
      const { iss, iat, exp } = payload
      if (typeof iss !== 'string' || typeof exp !== 'number') throw claimRefused('iss', iss)
      if (typeof iat !== 'number') throw claimRefused('iat', iat)
      if (iat > nowSeconds(this.#options.clock) + CLOCK_SKEW_SECONDS) {
        throw new TokenRefusedError('Token was issued in the future')
      }
      return {
        claims: { ...payload, iss, iat, exp },
        algorithm: protectedHeader.alg,
        type: (protectedHeader.typ ?? '').toLowerCase(),
      }
    } catch (error) {
      throw refusalFor(error)
    }
  }

  async #verified(token: string, audience: string[]) {
    const { keys, issuer, clock } = this.#options
    const rules = {
      issuer,
      audience,
      algorithms: this.#options.algorithms.flatMap((name) =>
        name === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [name],
      ),
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(clock.milliseconds()),
      requiredClaims: ['exp', 'iat'],
    }
    try {
      return await jwtVerify(token, (await keys.metadata()).keys, rules)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      const newer = await keys.newerMetadata()
      if (!newer) throw error
      return await jwtVerify(token, newer.keys, rules)
    }
  }

  /** §3.1.3.7, 3 to 5: no audience besides us, unless the token says that it is ours. */
  #checkAuthorizedParty({ aud, azp }: TokenClaims): void {
    const { audience, clientId } = this.#options
    if (azp !== undefined && azp !== clientId) throw claimRefused('azp', azp)
    const isForOthers = [aud].flat().some((name) => name !== audience && name !== clientId)
    if (isForOthers && azp === undefined) throw claimRefused('azp', azp)
  }

  /** §3.1.3.7, 13: the provider may not have known what `max_age` asks for. */
  #checkLoginAge({ auth_time: loggedInAt }: TokenClaims): void {
    const { maxAgeSeconds, clock } = this.#options
    if (maxAgeSeconds === null) return
    if (typeof loggedInAt !== 'number') throw claimRefused('auth_time', loggedInAt)
    if (nowSeconds(clock) - loggedInAt > maxAgeSeconds + CLOCK_SKEW_SECONDS) {
      throw new TokenRefusedError('The login at the provider was too long ago')
    }
  }
}

/** OpenID Connect Core 1.0 §3.1.3.6. Ed25519 hashes with SHA-512 itself. */
function accessTokenHash(accessToken: string, algorithm: string): string {
  const hash = createHash(algorithm.startsWith('Ed') ? 'sha512' : 'sha256')
    .update(accessToken)
    .digest()
  return hash.subarray(0, hash.length / 2).toString('base64url')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value)
}

/** Which PostgreSQL can store, besides. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\0')
}

function claimRefused(claim: string, value: unknown): TokenRefusedError {
  return new TokenRefusedError(
    value === undefined ? `No ${claim} claim in token` : `Invalid ${claim} claim in token`,
  )
}

function refusalFor(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return new TokenRefusedError('Token has expired')
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error
    if (claim === 'iss' && reason === 'check_failed') return new TokenRefusedError('Unknown issuer')
    return claimRefused(claim, reason === 'missing' ? undefined : null)
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return new TokenRefusedError('Wrong signature')
  if (error instanceof errors.JWKSNoMatchingKey) {
    return new TokenRefusedError('The issuer has no key of that name and kind')
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return new TokenRefusedError('Signed by an algorithm that is not accepted')
  }
  // A key that cannot be used is a TypeError or a DOMException.
  const isToken =
    error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException
  return isToken ? new TokenRefusedError('Token or key is malformed', { cause: error }) : error
}
