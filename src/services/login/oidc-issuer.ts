import { createLocalJWKSet, type JWK, type LocalJWKSet } from 'jose'
import { allowInsecureRequests, customFetch, discovery } from 'openid-client'
import * as z from 'zod'
import type { Clock } from '../../models/clock.ts'
import { ProviderFailedError, ProviderUnreachableError } from '../../models/login-errors.ts'
import type { Log } from '../token-log.ts'
import { asResponse, loginErrorIn } from './oidc-client.ts'
import {
  askProvider,
  isSuccess,
  type ProviderReply,
  type RequestLimits,
  readReply,
  reasonOf,
  replyError,
} from './provider-request.ts'

/** What a provider publishes of itself. */
export interface IssuerMetadata {
  /** The keys with which it signs. */
  keys: LocalJWKSet
  /** Whether its answers always name it (RFC 9207 §3). */
  namesItself: boolean
}

export interface IssuerOptions {
  issuer: string
  clientId: string
  clock: Clock
  log: Log
  limits: RequestLimits
}

/** How long the keys are used without asking for them again: so long a key that was withdrawn may still count. */
const FRESH_MILLISECONDS = 600_000
/** How long they are used while asking for them fails. */
const USABLE_MILLISECONDS = 86_400_000
/** A key that is not among them may be asked for so often, whoever makes up its name. */
const COOLDOWN_MILLISECONDS = 5_000
/** After a failure, doubled for each further one. */
const FIRST_PAUSE_MILLISECONDS = 1_000
const LONGEST_PAUSE_MILLISECONDS = 30_000

const SIGNING_KEY_TYPES = ['RSA', 'EC', 'OKP']
const keySetReply = z.object({ keys: z.array(z.unknown()) })
const signingKey = z.looseObject({
  kty: z.enum(SIGNING_KEY_TYPES),
  kid: z.string().optional(),
  alg: z.string().optional(),
  use: z.literal('sig').optional(),
})

/**
 * The metadata and keys of a provider, by OpenID Connect Discovery 1.0 (spec/login.md §4). They are kept: an outage of
 * the place where they lie stops no logins for a day, and new keys are found when the first token comes that they signed.
 */
export class OidcIssuer {
  readonly #options: IssuerOptions
  #known: { metadata: IssuerMetadata; fetchedAt: number } | null = null
  #failure: { error: unknown; count: number; retryAt: number } | null = null
  #askedAt = Number.NEGATIVE_INFINITY
  #fetching: Promise<IssuerMetadata> | null = null

  constructor(options: IssuerOptions) {
    this.#options = options
  }

  /** @throws {ProviderUnreachableError | ProviderFailedError} It is not to be had, and has not been for a day. */
  async metadata(): Promise<IssuerMetadata> {
    const kept = this.#kept(FRESH_MILLISECONDS)
    if (kept) return kept
    try {
      return await this.#fetchUnlessPausing()
    } catch (error) {
      const stale = this.#kept(USABLE_MILLISECONDS)
      if (!stale) throw error
      return stale
    }
  }

  /**
   * What there is now, for a token whose key is not among those that are known; null: it was asked for a moment ago.
   *
   * @throws {ProviderUnreachableError | ProviderFailedError}
   */
  async newerMetadata(): Promise<IssuerMetadata | null> {
    if (this.#now() - this.#askedAt < COOLDOWN_MILLISECONDS) return null
    return this.#fetchUnlessPausing()
  }

  #now(): number {
    return this.#options.clock.milliseconds()
  }

  #kept(maximumAge: number): IssuerMetadata | null {
    if (!this.#known || this.#now() - this.#known.fetchedAt >= maximumAge) return null
    return this.#known.metadata
  }

  async #fetchUnlessPausing(): Promise<IssuerMetadata> {
    if (this.#failure && this.#now() < this.#failure.retryAt) throw this.#failure.error
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = null
    })
    return this.#fetching
  }

  async #fetch(): Promise<IssuerMetadata> {
    this.#askedAt = this.#now()
    try {
      const { keysUrl, namesItself } = await this.#discover()
      const metadata = { keys: await this.#fetchKeys(keysUrl), namesItself }
      this.#known = { metadata, fetchedAt: this.#now() }
      this.#failure = null
      return metadata
    } catch (error) {
      const count = (this.#failure?.count ?? 0) + 1
      const pause = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (count - 1), LONGEST_PAUSE_MILLISECONDS)
      this.#failure = { error, count, retryAt: this.#now() + pause }
      this.#options.log.warn(
        { issuer: this.#options.issuer, error: reasonOf(error) },
        'Cannot get the keys of the login provider',
      )
      throw error
    }
  }

  async #discover(): Promise<{ keysUrl: string; namesItself: boolean }> {
    const { issuer, clientId } = this.#options
    let status = 0
    try {
      const configuration = await discovery(new URL(issuer), clientId, undefined, undefined, {
        [customFetch]: async (url, { headers }) => {
          const reply = await askProvider(url, { headers }, this.#options.limits)
          status = reply.status
          if (status !== 404 && !isSuccess(reply)) throw refused(reply)
          return asResponse(reply)
        },
        execute: [allowInsecureRequests],
      })
      const metadata = configuration.serverMetadata()
      if (metadata.issuer !== issuer) throw invalid('the issuer differs from the configured one')
      return {
        keysUrl: keysUrl(metadata.jwks_uri, issuer),
        namesItself: metadata.authorization_response_iss_parameter_supported === true,
      }
    } catch (error) {
      if (status === 404)
        return { keysUrl: `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`, namesItself: false }
      throw loginErrorIn(error) ?? invalid('malformed, or of another issuer', error)
    }
  }

  async #fetchKeys(url: string): Promise<LocalJWKSet> {
    const reply = await askProvider(url, { headers: { accept: 'application/json' } }, this.#options.limits)
    if (!isSuccess(reply)) throw refused(reply)
    try {
      const { keys } = readReply(reply, keySetReply)
      // What is not a key for signatures, or not of a kind that is known here, is no reason to refuse the others.
      const usable = keys.flatMap((key) => (signingKey.safeParse(key).data as JWK | undefined) ?? [])
      return createLocalJWKSet({ keys: lastOfEachName(usable) })
    } catch (cause) {
      throw new ProviderFailedError('The key set of the login provider is malformed', { cause })
    }
  }
}

/** Of keys that have a name and a kind in common the last one counts (spec/login.md §4). */
function lastOfEachName(keys: readonly JWK[]): JWK[] {
  const isReplaced = (key: JWK, later: JWK[]) =>
    later.some(({ kid, kty }) => kid === key.kid && kty === key.kty)
  return keys.filter((key, index) => key.kid === undefined || !isReplaced(key, keys.slice(index + 1)))
}

/** No less protected on the way than the issuer itself (OpenID Connect Discovery 1.0 §3). */
function keysUrl(text: string | undefined, issuer: string): string {
  const url = URL.parse(text ?? '')
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && issuer.startsWith('http:'))
  if (!url || !isSafe) throw invalid('no usable jwks_uri')
  return url.href
}

function refused(reply: ProviderReply): ProviderUnreachableError {
  return new ProviderUnreachableError(`The login provider answered with the status ${reply.status}`, {
    cause: replyError(reply, []),
  })
}

function invalid(reason: string, cause?: unknown): ProviderFailedError {
  return new ProviderFailedError(`Metadata of the login provider cannot be used: ${reason}`, { cause })
}
