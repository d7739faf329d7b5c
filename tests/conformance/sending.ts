import http from 'node:http'
import https from 'node:https'
import { writeJson } from './json.ts'
import type { Answer } from './judge.ts'
import type { Preamble, RecordedRequest } from './recording.ts'
import type { Values } from './values.ts'

/** A request as it is to be sent, with these headers and none besides. */
export interface OutgoingRequest {
  readonly method: string
  /** Path and query, encoded. */
  readonly path: string
  /** In order, repeated ones one by one; each character of a value is a byte (Latin-1). */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

/**
 * Sends a request and returns the answer, without following redirects.
 *
 * @throws {NoAnswerError} The server took the request, and no answer came of it.
 * @throws {UnreachableError} There is no server to be reached.
 */
export type Send = (request: OutgoingRequest) => Promise<Answer>

export class NoAnswerError extends Error {
  constructor(cause: unknown) {
    super(`no answer: ${messageOf(cause)}`, { cause })
    this.name = 'NoAnswerError'
  }
}

export class UnreachableError extends Error {
  constructor(address: string, cause: unknown) {
    super(`no server answers at ${address}: ${messageOf(cause)}`, { cause })
    this.name = 'UnreachableError'
  }
}

const timeoutSeconds = 60
const methodsWithBody = new Set(['POST', 'PUT', 'PATCH'])
const unreachableCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/**
 * Puts values into a recorded request.
 *
 * @throws {MissingValueError} An earlier answer did not give a value that it needs.
 */
export function outgoingRequest(
  { method, path, headers = {}, ...content }: RecordedRequest,
  preamble: Preamble,
  values: Values,
): OutgoingRequest {
  const body = requestBody(content, values)
  const defaults = {
    ...preamble.headers,
    ...(content.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(body.length > 0 || methodsWithBody.has(method) ? { 'Content-Length': String(body.length) } : {}),
  }
  const overridden = new Set(Object.keys(headers).map((name) => name.toLowerCase()))
  const kept = Object.entries(defaults).filter(([name]) => !overridden.has(name.toLowerCase()))
  const named = Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : (value ?? [])).map((one) => [name, values.fillText(one)] as const),
  )
  return { method, path: values.fillText(path), headers: [...kept, ...named], body }
}

function requestBody(
  { body, text, base64 }: Omit<RecordedRequest, 'method' | 'path'>,
  values: Values,
): Buffer {
  if (body !== undefined) return Buffer.from(writeJson(values.fill(body)))
  if (text !== undefined) return Buffer.from(values.fillText(text))
  return Buffer.from(base64 ?? '', 'base64')
}

/** Sends over HTTP to a server, each request on a connection of its own. */
export function httpSender(baseUrl: string): Send {
  const { protocol, hostname, port, pathname } = new URL(baseUrl)
  const transport = protocol === 'https:' ? https : http
  const prefix = pathname.replace(/\/$/, '')

  return ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      const request = transport.request({
        method,
        hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
        port,
        path: prefix + path,
        // As a flat list they are sent as they are: repeated ones are not joined, and no Host is added.
        headers: headers.flat(),
        // One that is kept open could be closed by the server just as the next request is sent.
        agent: false,
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
      })
      request.on('error', (error: NodeJS.ErrnoException) => {
        const isUnreachable = unreachableCodes.has(error.code ?? '')
        reject(isUnreachable ? new UnreachableError(baseUrl, error) : new NoAnswerError(error))
      })
      request.on('response', (response) => {
        readAnswer(response).then(resolve, (error) => reject(new NoAnswerError(error)))
      })
      // As bytes: text would be joined to the headers, and these encoded as UTF-8 with it.
      request.end(body)
    })
}

async function readAnswer(response: http.IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return {
    status: response.statusCode ?? 0,
    headers: answerHeaders(response.rawHeaders),
    text: Buffer.concat(chunks).toString(),
  }
}

function answerHeaders(raw: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), raw[index + 1] ?? ''])
  }
  return headers
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}
