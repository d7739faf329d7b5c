import { type Finding, ValidationError } from '../validation.ts'
import type { GateHeaders } from './headers.ts'

/** The guarded request, as the proxy tells of it. */
export interface Original {
  method: string
  /** The whole URL, as far as the proxy knows it. */
  url: string
}

/** By `X-Original-*`, as nginx is made to send it (spec/ingress.md §1). @throws {ValidationError} One is missing. */
export function originalByNginx({ originalMethod, originalUrl }: GateHeaders): Original {
  if (originalMethod !== null && originalUrl !== null) return { method: originalMethod, url: originalUrl }
  throw missing({ 'x-original-url': originalUrl, 'x-original-method': originalMethod })
}

/**
 * By `X-Forwarded-*`, as Traefik and Caddy send it. A proxy passes on whatever other headers the request has: `X-Original-*`
 * would be the word of whoever sent it.
 *
 * @throws {ValidationError} One is missing.
 */
export function originalByForwarding(headers: GateHeaders): Original {
  const { forwardedMethod: method, forwardedHost: host, forwardedUri: uri, forwardedProto } = headers
  const [scheme = null] = forwardedProto
  if (method !== null && scheme !== null && host !== null && uri !== null) {
    return { method, url: `${scheme}://${host}${uri}` }
  }
  throw missing({
    'x-forwarded-method': method,
    'x-forwarded-proto': scheme,
    'x-forwarded-host': host,
    'x-forwarded-uri': uri,
  })
}

function missing(headers: Readonly<Record<string, string | null>>): ValidationError {
  const absent = Object.keys(headers).filter((name) => headers[name] === null)
  return new ValidationError(
    absent.map((name): Finding => {
      return { type: 'missing', loc: ['header', name], msg: 'Field required', input: null }
    }),
  )
}
