import { InvalidTokenError, NoAuthorizationError, type PorthorError } from '../../models/errors.ts'
import { InsufficientScopeError, LifetimeTooShortError, RateLimitedError } from '../../models/gate-errors.ts'
import type { GateCredentialRules, GateParameters } from '../../models/gate-parameters.ts'
import type { Allowed } from '../../services/gate.ts'
import type { RateLimitStatus } from '../../services/quota-service.ts'
import { asciiJson, spacedAsciiJson } from '../ascii-json.ts'
import { ValidationError } from '../validation.ts'

/** An answer as it is sent. */
export interface GateAnswer {
  status: number
  /** Names and values by turns; a name may come several times. */
  headers: string[]
  /** ASCII, so that the headers keep their Latin-1 in one packet with it. */
  body: string
}

/** What a refusal depends on besides the error. */
export interface RefusalContext {
  /** The host of the base URL. */
  realm: string
  authType: GateCredentialRules['authType']
  /** Whether a script in a page asks, which a login page is of no use to. */
  ajax: boolean
  rate: RateLimitStatus | null
  /** Where a browser is to log in; null: that would not help. */
  loginUrl: string | null
}

export type GateError = PorthorError | ValidationError

/** How soon a store that is away is worth another try: seconds. */
const RETRY_AFTER_SECONDS = 5

/** The header that keeps a refusal out of caches. */
export const NOT_KEPT = ['Cache-Control', 'no-cache, no-store'] as const

const OK_BODY = '{"status":"ok"}'
const OK_LENGTH = String(OK_BODY.length)

/** The answer that lets a request pass, with what the guarded service is to see (spec/ingress.md §8). */
export function passAnswer(headers: string[]): GateAnswer {
  headers.push('Content-Type', 'application/json', 'Content-Length', OK_LENGTH)
  return { status: 200, headers, body: OK_BODY }
}

/** Who passes, and the token that was delegated. */
export function identityHeaders(
  { data, user, delegated, rate }: Allowed,
  { groups }: GateParameters,
): string[] {
  const headers = rate ? rateHeaders(rate) : []
  headers.push('X-Auth-Request-User', headerText(data.username))
  // An address that cannot be told as it is is better not told: percent signs would make another of it.
  if (user.email !== null && isLatin1(user.email)) headers.push('X-Auth-Request-Email', user.email)
  if (groups && user.groupNames.length > 0) {
    headers.push('X-Auth-Request-Groups', user.groupNames.map(headerText).join(','))
  }
  if (data.service !== null) headers.push('X-Auth-Request-Service', headerText(data.service))
  if (delegated) headers.push('X-Auth-Request-Token', delegated.toString())
  return headers
}

/**
 * A refusal in the reference's form, for nginx (spec/ingress.md §10). Its `auth_request` understands 401 and 403 alone:
 * the true status and body travel in headers.
 */
export function refusalAnswer(error: GateError, context: RefusalContext): GateAnswer {
  const status = statusOf(error)
  const detail = detailOf(error)
  const body = asciiJson({ detail })
  const headers = [...NOT_KEPT, ...challengeHeaders(error, context), ...retryHeaders(error, context.rate)]
  // Beside what the reference sends: nginx cannot encode a URL that is to stand within another.
  if (context.loginUrl !== null) headers.push('X-Login-URL', context.loginUrl)
  if (!asksForLogin(error)) {
    headers.push(
      'X-Error-Status',
      String(status),
      'X-Error-Body',
      spacedAsciiJson({ detail: shortened(detail) }),
    )
  }
  headers.push('Content-Type', 'application/json', 'Content-Length', String(body.length))
  return { status: statusForNginx(status, context.ajax), headers, body }
}

/** The answer where Porthor itself has failed: closed. */
export function failureAnswer(): GateAnswer {
  const detail = [{ msg: 'Internal Server Error', type: 'internal_error' }]
  const body = asciiJson({ detail })
  return {
    status: 500,
    headers: [
      ...[...NOT_KEPT, 'X-Error-Status', '500', 'X-Error-Body', spacedAsciiJson({ detail })],
      ...['Content-Type', 'application/json', 'Content-Length', String(body.length)],
    ],
    body,
  }
}

/** The status that the error has by itself. */
export function statusOf(error: GateError): number {
  return error instanceof ValidationError ? 422 : error.status
}

/** What metrics call the error. */
export function codeOf(error: GateError): string {
  return error instanceof ValidationError ? 'invalid_parameters' : error.code
}

/** One thing that is wrong. */
export interface Detail {
  msg: string
  type: string
  loc?: readonly (string | number)[]
}

/** All that is wrong, for the body of the answer. */
export function detailOf(error: GateError): Detail[] {
  if (error instanceof ValidationError) return [...error.findings]
  return [{ msg: error.message, type: error.code, ...(error.location && { loc: error.location }) }]
}

/** What was sent stays out of the header, for which proxies have little room. */
function shortened(detail: readonly Detail[]): Detail[] {
  return detail.slice(0, 3).map(({ msg, type, loc }) => ({ msg, type, ...(loc && { loc }) }))
}

/** Whether a login would mend it: the proxy then sends a browser there. */
export function asksForLogin(error: GateError): boolean {
  return error instanceof NoAuthorizationError || error instanceof LifetimeTooShortError
}

function statusForNginx(status: number, ajax: boolean): number {
  if (status >= 500) return status
  return status === 401 && !ajax ? 401 : 403
}

/** RFC 6750 §3; RFC 7617 knows nothing but the realm. */
export function challengeHeaders(
  error: GateError,
  { realm, authType }: Pick<RefusalContext, 'realm' | 'authType'>,
): string[] {
  if (!isChallenged(error)) return []
  if (authType === 'basic') return ['WWW-Authenticate', `Basic realm="${realm}"`]
  const parts = [`realm="${realm}"`]
  if (!(error instanceof NoAuthorizationError)) {
    parts.push(`error="${error.code}"`, `error_description="${quotable(error.message)}"`)
  }
  const scope = error instanceof InsufficientScopeError ? quotable((error.scopes ?? []).join(' ')) : ''
  if (scope !== '') parts.push(`scope="${scope}"`)
  return ['WWW-Authenticate', `Bearer ${parts.join(', ')}`]
}

/** When to try again, where that may help, and how the user stands with the quota that was used up. */
export function retryHeaders(error: GateError, rate: RateLimitStatus | null): string[] {
  if (error instanceof RateLimitedError) {
    const retryAt = new Date(error.retryAt * 1000).toUTCString()
    return ['Retry-After', retryAt, ...(rate ? rateHeaders(rate) : [])]
  }
  return statusOf(error) === 503 ? ['Retry-After', String(RETRY_AFTER_SECONDS)] : []
}

const CHALLENGED = new Set(['no_authorization', 'invalid_token', 'invalid_request', 'insufficient_scope'])

function isChallenged(error: GateError): error is PorthorError {
  return (
    error instanceof InvalidTokenError || (!(error instanceof ValidationError) && CHALLENGED.has(error.code))
  )
}

/** What may stand between double quotes there. */
function quotable(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, '')
}

function rateHeaders({ limit, remaining, reset, service, used }: RateLimitStatus): string[] {
  return [
    ...['X-RateLimit-Limit', String(limit), 'X-RateLimit-Remaining', String(remaining)],
    ...['X-RateLimit-Reset', String(reset), 'X-RateLimit-Resource', headerText(service)],
    ...['X-RateLimit-Used', String(used)],
  ]
}

/** Without control characters. Looked at one by one, which is faster than a regular expression at each request. */
function isLatin1(text: string): boolean {
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place)
    if (code < 0x20 || (code > 0x7e && code < 0xa0) || code > 0xff) return false
  }
  return true
}

/** What a header cannot carry becomes percent-encoded UTF-8. */
function headerText(text: string): string {
  if (isLatin1(text)) return text
  return text.toWellFormed().replace(/[^\x20-\x7e\xa0-\xff]/gu, (character) => encodeURIComponent(character))
}
