import { PorthorError } from '../models/errors.ts'
import { redact } from './redact.ts'
import { ValidationError } from './validation.ts'

/** Nothing is known about where a request comes from. */
export class MissingClientAddressError extends PorthorError {
  readonly code = 'missing_client_ip'
  readonly status = 422
}

/** The target of a request is longer than any that makes sense. */
export class UrlTooLongError extends PorthorError {
  readonly code = 'url_too_long'
  readonly status = 414
}

export interface ErrorAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** How soon a store that is away is worth another try: seconds. */
const RETRY_AFTER_SECONDS = 5

/** These come as an object instead of a list of one: compatible clients test for it (spec/rest-api.md §2). */
const SINGLE = new Set(['no_authorization', 'missing_client_ip'])

const CHALLENGED = new Set(['no_authorization', 'invalid_token', 'invalid_request'])

/**
 * What is answered to an error.
 *
 * @param error - Whatever was thrown.
 * @param realm - The authentication realm: the host of the base URL.
 */
export function answerToError(error: unknown, realm: string): ErrorAnswer {
  if (error instanceof PorthorError) return answerToPorthorError(error, realm)
  if (error instanceof ValidationError) return jsonAnswer(422, { detail: error.findings })
  const refusal = refusalOfFastify(error)
  if (refusal) return jsonAnswer(refusal.status, { detail: [{ msg: refusal.msg, type: refusal.type }] })
  return {
    status: 500,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: 'Internal Server Error',
  }
}

/** The answer to what is not there, by path or by method. */
export function plainAnswer(status: 404 | 405, headers: Record<string, string> = {}): ErrorAnswer {
  const answer = jsonAnswer(status, { detail: status === 404 ? 'Not Found' : 'Method Not Allowed' })
  return { ...answer, headers: { ...answer.headers, ...headers } }
}

function answerToPorthorError(error: PorthorError, realm: string): ErrorAnswer {
  const finding = {
    msg: error.message,
    type: error.code,
    ...(error.location && { loc: error.location }),
  }
  const answer = jsonAnswer(error.status, { detail: SINGLE.has(error.code) ? finding : [finding] })
  return { ...answer, headers: { ...answer.headers, ...headersFor(error, realm) } }
}

function headersFor(error: PorthorError, realm: string): Record<string, string> {
  const { status, code, message } = error
  if (code === 'user_info_failed' && status === 500) return { 'cache-control': 'no-cache, no-store' }
  if (status === 503) return { 'retry-after': String(RETRY_AFTER_SECONDS) }
  if (!CHALLENGED.has(code) || (status !== 401 && status !== 400)) return {}
  return {
    'cache-control': 'no-cache, no-store',
    'www-authenticate': challenge(realm, code === 'no_authorization' ? null : { code, message }),
    // What a proxy in front passes on, which itself sees nothing but the status.
    ...(code === 'invalid_token' && {
      'x-error-status': String(status),
      'x-error-body': spaced({ msg: message, type: code }),
    }),
  }
}

/** `Bearer realm="…"`, with the parts of RFC 6750 §3 where a credential was given. */
function challenge(realm: string, error: { code: string; message: string } | null): string {
  const parts = [`realm="${realm}"`]
  if (error) {
    // Neither quotes nor backslashes, nor what no header can carry.
    const description = error.message.replace(/[^\x20-\x7e]|["\\]/g, '')
    parts.push(`error="${error.code}"`, `error_description="${description}"`)
  }
  return `Bearer ${parts.join(', ')}`
}

/** An error's body with the blanks that the reference puts in, all in ASCII. */
function spaced({ msg, type }: { msg: string; type: string }): string {
  return `{"detail": [{"msg": ${asciiJson(msg)}, "type": ${asciiJson(type)}}]}`
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function jsonAnswer(status: number, body: object): ErrorAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

const REFUSALS: Readonly<Record<number, { type: string; msg: string }>> = {
  400: { type: 'bad_request', msg: 'The request is malformed' },
  408: { type: 'request_timeout', msg: 'The request took too long to arrive' },
  413: { type: 'body_too_large', msg: 'The body is too large' },
  414: { type: 'url_too_long', msg: 'The URL is too long' },
  415: { type: 'unsupported_media_type', msg: 'The body must be JSON (application/json)' },
  431: { type: 'headers_too_large', msg: 'The headers are too large' },
}

/** What is said of a request that was refused before anything of Porthor's saw it. */
export function refusalOf(status: number): { status: number; type: string; msg: string } | null {
  const refusal = REFUSALS[status]
  return refusal ? { status, ...refusal } : null
}

function refusalOfFastify(error: unknown): ReturnType<typeof refusalOf> {
  if (!(error instanceof Error) || !('code' in error) || !('statusCode' in error)) return null
  const { code, statusCode } = error
  if (typeof code !== 'string' || !code.startsWith('FST_') || typeof statusCode !== 'number') return null
  return statusCode >= 400 && statusCode < 500 ? (refusalOf(statusCode) ?? refusalOf(400)) : null
}

/** The stack of an error and of its causes, without secrets: for the log. */
export function traceOf(error: unknown): string {
  const traces: string[] = []
  for (let at = error, depth = 0; at !== undefined && depth < 5; depth++) {
    traces.push(at instanceof Error ? (at.stack ?? at.message) : String(at))
    at = at instanceof Error ? at.cause : undefined
  }
  return redact(traces.join('\ncaused by: '))
}
