import type { GateAnswer } from '../http/gate/answers.ts'
import type { Passed } from '../http/gate/decisions.ts'
import { headersToRemove } from '../http/gate/envoy.ts'
import type { Original } from '../http/gate/original.ts'
import { withoutTokens } from '../http/gate/reflection.ts'
import type { ProxyRequest } from '../http/gate/visit.ts'
import { SESSION_COOKIE_NAME } from '../http/session-cookie.ts'
import type { CheckRequest, CheckResponse, HeaderValueOption, HttpRequest } from './messages.ts'

/** Who asks, as far as the call itself tells. */
export interface Asker {
  /** Address and port; what is no address is none. */
  peer: string
  /** What is to prove that it is the proxy. */
  secrets: readonly string[]
}

/** What Envoy asks about. */
export interface Check {
  request: ProxyRequest
  original: Original
  /** The gate's parameters, form-encoded; null: the route's configuration says none. */
  parameters: string | null
}

/** The key in `context_extensions`. */
const PARAMETERS = 'parameters'

const SECRET_HEADER = 'x-porthor-secret'
const GRPC_OK = 0
const GRPC_PERMISSION_DENIED = 7

/** @returns Null: it is about no HTTP request. */
export function readCheck({ attributes }: CheckRequest, { peer, secrets }: Asker): Check | null {
  const http = attributes?.request?.http
  if (!attributes || !http) return null
  const headers = headersOf(http).filter(([name]) => name !== SECRET_HEADER && name !== 'host')
  const [, scheme = http.scheme] = headers.find(([name]) => name === 'x-forwarded-proto') ?? []
  // What proves the proxy stands in the call: in the request it would be anybody's.
  for (const secret of secrets) headers.push([SECRET_HEADER, secret])
  headers.push(['host', http.host])
  const { method, path, host } = http
  const { contextExtensions } = attributes
  return {
    request: { rawHeaders: headers.flat(), method, url: path, socket: { remoteAddress: peer } },
    original: { method, url: `${scheme}://${host}${path}` },
    parameters: Object.hasOwn(contextExtensions, PARAMETERS) ? (contextExtensions[PARAMETERS] ?? null) : null,
  }
}

/**
 * Lets the request pass.
 *
 * @param tokenHeader - A further header for tokens, in small letters, which the service does not see; null: none.
 */
export function okResponse(
  { headers }: Passed,
  { rawHeaders }: ProxyRequest,
  tokenHeader: string | null,
): CheckResponse {
  const pairs = pairsOf(headers)
  const isForClient = ([name]: Pair) => name.startsWith('x-ratelimit-')
  return {
    status: { code: GRPC_OK },
    okResponse: {
      headers: optionsOf(pairs.filter((pair) => !isForClient(pair))),
      headersToRemove: headersToRemove(headers, rawHeaders, tokenHeader),
      responseHeadersToAdd: optionsOf(pairs.filter(isForClient)),
    },
  }
}

/** Sends the answer to whoever sent the request. */
export function deniedResponse({ status, headers, body }: GateAnswer): CheckResponse {
  return {
    status: { code: GRPC_PERMISSION_DENIED },
    deniedResponse: {
      status: { code: status },
      headers: optionsOf(pairsOf(headers).filter(([name]) => name !== 'content-length')),
      body,
    },
  }
}

type Pair = [name: string, value: string]

/** Names in small letters, without HTTP/2's own; values in Latin-1, as Node.js has them. */
function headersOf({ headers, headerMap }: HttpRequest): Pair[] {
  const all = headerMap?.headers.length
    ? headerMap.headers.map(({ key, value, rawValue }): Pair => [key, value || latin1(rawValue)])
    : Object.entries(headers).flatMap(([name, value]) => separate(name, value))
  return all
    .map(([name, value]): Pair => [name.toLowerCase(), value])
    .filter(([name]) => !name.startsWith(':'))
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

/**
 * Takes apart what Envoy has joined by commas where a token or a session might hide in the middle; the rest may have commas
 * of its own.
 */
function separate(name: string, value: string): Pair[] {
  const parts = value.split(',').map((part) => part.trim())
  const hides =
    (name === 'authorization' && withoutTokens(parts).length < parts.length) ||
    (name === 'cookie' && parts.slice(1).some((part) => part.startsWith(SESSION_COOKIE_NAME)))
  return hides ? parts.map((part): Pair => [name, part]) : [[name, value]]
}

function pairsOf(headers: readonly string[]): Pair[] {
  return headers.flatMap((name, index): Pair[] =>
    index % 2 === 0 ? [[name.toLowerCase(), headers[index + 1] ?? '']] : [],
  )
}

/** The first of a name takes the place of what the request has, further ones come beside it. */
function optionsOf(pairs: readonly Pair[]): HeaderValueOption[] {
  const seen = new Set<string>()
  return pairs.map(([key, value]) => {
    const append = { value: seen.has(key) }
    seen.add(key)
    return { header: { key, value }, append }
  })
}
