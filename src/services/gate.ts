import { type Clock, nowSeconds } from '../models/clock.ts'
import {
  FrozenUserError,
  InvalidMinimumLifetimeError,
  InvalidTokenError,
  NoAuthorizationError,
  PorthorError,
} from '../models/errors.ts'
import {
  InsufficientScopeError,
  LifetimeTooShortError,
  OptionsNotSupportedError,
  PreflightRejectedError,
  RateLimitedError,
} from '../models/gate-errors.ts'
import type { GateParameters } from '../models/gate-parameters.ts'
import { isSubset, type Scopes } from '../models/scopes.ts'
import type { Token } from '../models/token.ts'
import type { TokenData } from '../models/token-data.ts'
import { unavailable } from '../storage/database-errors.ts'
import type { Activity } from './activity.ts'
import type { DelegationRequest, DelegationService } from './delegation-service.ts'
import type { LastUsed } from './last-used.ts'
import type { QuotaService, RateLimitStatus } from './quota-service.ts'
import { MINIMUM_LIFETIME_SECONDS } from './token-rules.ts'
import type { UserInfoService } from './user-info-service.ts'
import type { Verification, Verifier } from './verifier.ts'

/** Where the token that counted was found. */
export type TokenPlace = 'cookie' | 'header'

/** A request to a guarded service, as far as the gate looks at it. */
export interface GateRequest {
  readonly parameters: GateParameters
  /** The token of the session cookie; null: there is none. */
  cookieToken(): Token | null
  /**
   * The token of a header; null: there is none.
   *
   * @throws {InvalidTokenError | InvalidRequestError} There is something else.
   */
  headerToken(): Token | null
  /** The whole URL of the guarded request, as the proxy tells it. */
  readonly originalUrl: string
  /** Where the request came from, for the history; null: not known. */
  ipAddress(): string | null
}

/** What the guarded service is told of the user beyond what the token itself says, and what quotas depend on. */
export interface GateUser {
  /** Null: none is known. */
  email: string | null
  /** Empty where nobody wants to know. */
  groupNames: readonly string[]
}

export interface Allowed {
  allowed: true
  place: TokenPlace
  data: TokenData
  user: GateUser
  /** Null: nothing was to be delegated. */
  delegated: Token | null
  /** Null: no quota holds, or its count is not known. */
  rate: RateLimitStatus | null
}

export interface Refused {
  allowed: false
  error: PorthorError
  /** Of the token that was presented, where it is one; both null: nobody has authenticated. */
  data: TokenData | null
  place: TokenPlace | null
  rate: RateLimitStatus | null
}

export type Verdict = Allowed | Refused

/** A preflight, or another request with the method OPTIONS. */
export interface OptionsRequest {
  /** Null: no such header. */
  origin: string | null
  accessControlRequestMethod: string | null
  allowOptions: boolean
}

/** What the gate would say of a token. */
export interface Explanation {
  /** Null: it would let it pass, as long as its quota is not used up. */
  error: PorthorError | null
  /** Null: it is no token that is accepted. */
  data: TokenData | null
  /** Requests a minute to the service; null: not limited. */
  limit: number | null
}

export interface GateOptions {
  verifier: Verifier
  delegation: DelegationService
  quotas: QuotaService
  userInfo: UserInfoService
  lastUsed: LastUsed
  activity: Activity
  clock: Clock
  /** Whole URL: its host, scheme and port are those of preflights, its host that below which users have theirs. */
  baseUrl: string
  allowSubdomains: boolean
  tokenLifetimeSeconds: number
}

interface Found {
  place: TokenPlace
  verification: Exclude<Verification, { kind: 'unknown' }>
}

/**
 * Judges whether a request may pass to a guarded service, and as whom (spec/ingress.md). Every rule is looked at anew for
 * each request; only what a token stands for is remembered.
 */
export class Gate {
  readonly #options: GateOptions
  readonly #base: URL
  /** The longest lifetime that may be asked for. */
  readonly #maximumLifetimeSeconds: number

  constructor(options: GateOptions) {
    this.#options = options
    this.#base = new URL(options.baseUrl)
    this.#maximumLifetimeSeconds = options.tokenLifetimeSeconds - MINIMUM_LIFETIME_SECONDS
  }

  /**
   * What memory alone can say: nothing is read, nothing waited for, nothing counted.
   *
   * @returns Null: ask `judge`.
   */
  judgeFromMemory(request: GateRequest): Verdict | null {
    const begun = performance.now()
    const verdict = this.#judgeFromMemory(request, begun)
    if (verdict) this.#count(verdict, begun, true)
    return verdict
  }

  /** Whatever is wrong with the request is in the verdict; only what is wrong with Porthor is thrown. */
  async judge(request: GateRequest): Promise<Verdict> {
    const begun = performance.now()
    let verdict: Verdict
    try {
      const found = await this.#find(request)
      const seconds = nowSeconds(this.#options.clock)
      verdict = this.#authorizeFromMemory(request, found, seconds) ?? (await this.#authorize(request, found))
    } catch (thrown) {
      const error = unavailable(thrown) ?? thrown
      if (!(error instanceof PorthorError)) throw error
      verdict = { allowed: false, error, data: null, place: null, rate: null }
    }
    this.#count(verdict, begun, false)
    return verdict
  }

  #count(verdict: Verdict, begun: number, fromMemory: boolean): void {
    const seconds = (performance.now() - begun) / 1000
    this.#options.activity.decided(codeOf(verdict), { fromMemory, seconds })
  }

  #judgeFromMemory(request: GateRequest, now: number): Verdict | null {
    const seconds = nowSeconds(this.#options.clock)
    const found = this.#findFromMemory(request, now, seconds)
    return found && this.#authorizeFromMemory(request, found, seconds)
  }

  /**
   * Judges a token without a request: nothing is counted, nothing delegated, and it does not count as used.
   *
   * @param originalUrl - The whole URL of the guarded request, for the rule about the user's host.
   * @throws {StoreUnavailableError}
   */
  async explain(token: Token, parameters: GateParameters, originalUrl: string): Promise<Explanation> {
    const verification = await this.#options.verifier.verify(token)
    if (verification.kind === 'unknown') return { error: unknownToken(), data: null, limit: null }
    const { data } = verification
    const { service } = parameters
    const user = await this.#userOf(parameters, data)
    const limit = service === null ? null : await this.#options.quotas.apiLimit(user.groupNames, service)
    const barred = service !== null && limit === 0 ? barredFrom(service, data) : null
    return { error: this.#refusalBy({ parameters, originalUrl }, verification) ?? barred, data, limit }
  }

  /** @returns Null: it may pass. */
  judgeOptions({ origin, accessControlRequestMethod, allowOptions }: OptionsRequest): PorthorError | null {
    const hasOrigin = origin !== null && origin !== ''
    const hasMethod = accessControlRequestMethod !== null
    if (hasOrigin && hasMethod) return this.#isOwnOrigin(origin) ? null : new PreflightRejectedError()
    if (!allowOptions) return new OptionsNotSupportedError('Non-CORS OPTIONS requests not supported')
    return hasOrigin || hasMethod ? new OptionsNotSupportedError('Malformed CORS request') : null
  }

  #findFromMemory(request: GateRequest, now: number, seconds: number): Found | null {
    const cookie = request.parameters.allowCookies ? request.cookieToken() : null
    // What is wrong with a header matters only where there is no cookie.
    const token = cookie ?? tokenOrNull(request)
    const verification = token && this.#options.verifier.verifyFromMemory(token, now, seconds)
    if (!verification || verification.kind === 'unknown') return null
    return { place: cookie ? 'cookie' : 'header', verification }
  }

  /** The cookie comes first; where its token is not valid (any more), one in a header counts. */
  async #find(request: GateRequest): Promise<Found> {
    const { verifier } = this.#options
    const cookie = request.parameters.allowCookies ? request.cookieToken() : null
    if (cookie) {
      const verification = await verifier.verify(cookie)
      if (verification.kind !== 'unknown') return { place: 'cookie', verification }
    }
    const token = cookie ? tokenOrNull(request) : request.headerToken()
    if (!token) throw authenticationRequired()
    const verification = await verifier.verify(token)
    if (verification.kind !== 'unknown') return { place: 'header', verification }
    // Whoever has a session that has ended is to log in again.
    if (cookie) throw authenticationRequired()
    throw unknownToken()
  }

  #authorizeFromMemory(request: GateRequest, found: Found, seconds: number): Verdict | null {
    const { delegation } = this.#options
    const error = this.#refusalBy(request, found.verification)
    const { data } = found.verification
    if (error) return refused(error, found)
    const user = this.#userFromMemory(request.parameters, data)
    if (!user || this.#limitFromMemory(request, user) !== null) return null
    if (!request.parameters.delegation) return this.#allow(request, found, user, seconds)
    const child = delegation.getFromMemory(delegationRequest(request, data), request.parameters.delegation)
    return child && this.#allow(request, found, user, seconds, child)
  }

  async #authorize(request: GateRequest, found: Found): Promise<Verdict> {
    const { data } = found.verification
    let rate: RateLimitStatus | null = null
    try {
      const error = this.#refusalBy(request, found.verification)
      if (error) return refused(error, found)
      const user = await this.#userOf(request.parameters, data)
      rate = await this.#countForQuota(request, data, user)
      if (rate?.exceeded) return refused(new RateLimitedError(rate.limit, rate.reset), found, rate)
      const child = await this.#delegate(request, data)
      return this.#allow(request, found, user, nowSeconds(this.#options.clock), child, rate)
    } catch (error) {
      // The token has ended meanwhile.
      if (error instanceof InvalidTokenError && found.place === 'cookie') throw authenticationRequired()
      if (error instanceof PorthorError) return refused(error, found, rate)
      throw error
    }
  }

  #allow(
    request: GateRequest,
    { place, verification }: Found,
    user: GateUser,
    usedAt: number,
    delegated: Token | null = null,
    rate: RateLimitStatus | null = null,
  ): Allowed {
    this.#options.lastUsed.note(verification, request.ipAddress(), usedAt)
    return { allowed: true, place, data: verification.data, user, delegated, rate }
  }

  /** The rules of spec/ingress.md §5 and §6, in their order; null: all of them let it pass. */
  #refusalBy(
    { parameters, originalUrl }: Pick<GateRequest, 'parameters' | 'originalUrl'>,
    { kind, data }: Found['verification'],
  ): PorthorError | null {
    const { username, scopes, service, tokenType } = data
    if (kind === 'frozen') return new FrozenUserError(`The user ${username} is frozen`)
    const lifetime = parameters.minimumLifetimeSeconds
    if (lifetime !== null && lifetime > this.#maximumLifetimeSeconds) {
      return new InvalidMinimumLifetimeError(
        `Requested lifetime ${Math.floor(lifetime)}s longer than maximum lifetime ${this.#maximumLifetimeSeconds}s`,
      )
    }
    if (lifetime !== null && this.#endsBefore(data, lifetime)) return new LifetimeTooShortError()
    // Issued to a client of the OpenID Connect server for asking about its user, and for nothing else.
    if (tokenType === 'oidc')
      return new InsufficientScopeError('OpenID Connect access tokens are not accepted here', 'token_type')
    if (!hasScopes(scopes, parameters)) {
      return new InsufficientScopeError('Token missing required scope', 'scope', parameters.scopes)
    }
    const notForUser = (rule: 'only_service' | 'username' | 'user_domain') =>
      new InsufficientScopeError('Access not allowed for this user', rule)
    const { onlyServices } = parameters
    if (onlyServices && (service === null || !onlyServices.includes(service)))
      return notForUser('only_service')
    if (parameters.username !== null && parameters.username !== username) return notForUser('username')
    if (parameters.userDomain && !this.#isDomainOf(username, originalUrl)) return notForUser('user_domain')
    return null
  }

  #endsBefore({ expires }: TokenData, lifetimeSeconds: number): boolean {
    return expires !== null && expires - nowSeconds(this.#options.clock) < lifetimeSeconds
  }

  /** A proper subdomain of the base host whose first label is the username. */
  #isDomainOf(username: string, url: string): boolean {
    if (!URL.canParse(url)) return false
    const { hostname, username: user, password } = new URL(url)
    if (user !== '' || password !== '' || hostname === this.#base.hostname) return false
    return this.#isOwnHost(hostname) && hostname.split('.', 1)[0] === username
  }

  #isOwnHost(hostname: string): boolean {
    const { hostname: base } = this.#base
    return hostname === base || (this.#options.allowSubdomains && hostname.endsWith(`.${base}`))
  }

  #isOwnOrigin(origin: string): boolean {
    if (!URL.canParse(origin)) return false
    const { protocol, port, hostname } = new URL(origin)
    return protocol === this.#base.protocol && port === this.#base.port && this.#isOwnHost(hostname)
  }

  /** Null: memory cannot say. */
  #userFromMemory({ groups, service }: GateParameters, data: TokenData): GateUser | null {
    const { quotas, userInfo } = this.#options
    const email = userInfo.emailFromMemory(data)
    const isLimited = service === null ? false : quotas.isLimitedFromMemory(service)
    if (email === undefined || isLimited === undefined) return null
    const groupNames = groups || isLimited ? userInfo.groupNamesFromMemory(data) : NOBODY_ASKS
    return groupNames && { email, groupNames }
  }

  /** Sources are asked only for what somebody wants to know. @throws {UserInformationError} */
  async #userOf({ groups, service }: GateParameters, data: TokenData): Promise<GateUser> {
    const { quotas, userInfo } = this.#options
    const email = await userInfo.emailOf(data)
    const isWanted = groups || (service !== null && (await quotas.isLimited(service)))
    return { email, groupNames: isWanted ? await userInfo.groupNamesOf(data) : NOBODY_ASKS }
  }

  /** Null: not limited. Undefined: memory cannot say. */
  #limitFromMemory({ parameters: { service } }: GateRequest, user: GateUser): number | null | undefined {
    return service === null ? null : this.#options.quotas.apiLimitFromMemory(user.groupNames, service)
  }

  /** @throws {InsufficientScopeError} The service is barred. */
  async #countForQuota(
    { parameters: { service } }: GateRequest,
    data: TokenData,
    user: GateUser,
  ): Promise<RateLimitStatus | null> {
    if (service === null) return null
    const { quotas } = this.#options
    const limit = await quotas.apiLimit(user.groupNames, service)
    if (limit === null) return null
    if (limit > 0) return quotas.count(data.username, service, limit)
    throw barredFrom(service, data)
  }

  async #delegate(request: GateRequest, data: TokenData): Promise<Token | null> {
    const { delegation } = request.parameters
    if (!delegation) return null
    const child = await this.#options.delegation.get(delegationRequest(request, data), delegation)
    return child.token
  }
}

const NOBODY_ASKS: readonly string[] = []

function codeOf(verdict: Verdict): string | null {
  return verdict.allowed ? null : verdict.error.code
}

/** With `any` of no scopes nobody passes: such parameters are refused before. */
function hasScopes(held: Scopes, { scopes, satisfy }: GateParameters): boolean {
  return satisfy === 'all' ? isSubset(scopes, held) : scopes.some((scope) => held.includes(scope))
}

function unknownToken(): InvalidTokenError {
  return new InvalidTokenError('Token is not valid')
}

function barredFrom(service: string, { username }: TokenData): InsufficientScopeError {
  return new InsufficientScopeError(`User ${username} not allowed to access service ${service}`, 'quota')
}

function authenticationRequired(): NoAuthorizationError {
  return new NoAuthorizationError('Authentication required')
}

function delegationRequest(request: GateRequest, parent: TokenData): DelegationRequest {
  const { minimumLifetimeSeconds } = request.parameters
  return {
    parent,
    ipAddress: request.ipAddress(),
    ...(minimumLifetimeSeconds !== null && { minimumLifetimeSeconds }),
  }
}

function tokenOrNull(request: GateRequest): Token | null {
  try {
    return request.headerToken()
  } catch (error) {
    if (error instanceof PorthorError) return null
    throw error
  }
}

function refused(
  error: PorthorError,
  { place, verification: { data } }: Found,
  rate: RateLimitStatus | null = null,
): Refused {
  return { allowed: false, error, data, place, rate }
}
