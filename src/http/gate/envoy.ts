import { type Finding, ValidationError } from '../validation.ts'
import type { GateHeaders } from './headers.ts'
import type { Original } from './original.ts'

/** Envoy puts this before the path of the request that it asks about, and asks with that request's method. */
export const ENVOY_PREFIX = '/ingress/envoy/'

/** The value that lets everybody pass, and only keeps Porthor's credentials from the service. */
export const ANONYMOUS_PARAMETERS = 'anonymous'

/** What the service may hear from Porthor alone. */
const MANAGED_HEADERS = [
  'authorization',
  'cookie',
  'x-auth-request-email',
  'x-auth-request-groups',
  'x-auth-request-service',
  'x-auth-request-token',
  'x-auth-request-user',
]

/**
 * The gate's parameters, which have no place in a path that is the request's. A query in the path would do for most, and
 * where somebody forgot it, the request itself could choose.
 *
 * @returns Null: there are none, or several.
 */
export function envoyParameters({ gateParameters }: GateHeaders): string | null {
  const [parameters, ...others] = gateParameters
  return parameters === undefined || others.length > 0 ? null : parameters
}

/**
 * Whether the path of a request leads out of the prefix. A proxy may decide by the path as it resolves it (`/auth/x`) that somebody
 * from outside is to reach Porthor, and pass it on as it came: `/ingress/envoy/../../auth/x`.
 */
export function leavesEnvoyPrefix(url: string): boolean {
  const [path = ''] = url.slice(ENVOY_PREFIX.length).split('?', 1)
  if (!path.includes('..') && !/%2e/i.test(path)) return false
  let depth = 0
  const resolved = path.replace(/%2e/gi, '.').replace(/%2f|%5c|\\/gi, '/')
  for (const segment of resolved.split('/')) {
    if (segment === '..') depth--
    else if (segment !== '' && segment !== '.') depth++
    if (depth < 0) return true
  }
  return false
}

export function missingParameters(): ValidationError {
  const finding: Finding = {
    type: 'missing',
    loc: ['header', 'x-porthor-parameters'],
    msg: 'The proxy must say what the service wants of those who come to it, once',
    input: null,
  }
  return new ValidationError([finding])
}

export function originalByEnvoy(
  { method = '', url = '' }: { method?: string | undefined; url?: string | undefined },
  { forwardedProto: [scheme = 'http'], host }: GateHeaders,
): Original {
  return { method, url: `${scheme}://${host ?? ''}${url.slice(ENVOY_PREFIX.length - 1)}` }
}

/**
 * The headers of a request that Envoy is to drop: those that only Porthor may set, in whatever spelling many services take
 * for the same, except for what Porthor has set.
 *
 * @param passed - What Porthor sets: names and values by turns.
 * @param rawHeaders - The request's headers, in the same form.
 * @param tokenHeader - A further header for tokens, in small letters; null: none.
 * @returns Lower-case names.
 */
export function headersToRemove(
  passed: readonly string[],
  rawHeaders: readonly string[],
  tokenHeader: string | null,
): string[] {
  const names = new Set(tokenHeader === null ? MANAGED_HEADERS : [...MANAGED_HEADERS, tokenHeader])
  for (const name of namesOf(rawHeaders)) if (isAlias(name)) names.add(name)
  for (const name of namesOf(passed)) names.delete(name)
  return [...names]
}

function namesOf(headers: readonly string[]): string[] {
  return headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
}

/** CGI and its kin tell header names apart by letters and digits only. */
function isAlias(name: string): boolean {
  return /^x[^a-z0-9]auth[^a-z0-9]request[^a-z0-9]/.test(name)
}
