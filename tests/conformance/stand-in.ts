import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import type { ReplayClock } from './clock.ts'
import { compareNamedHeaders } from './headers.ts'
import { isObject, type Json, parseJson, writeJson } from './json.ts'
import { difference, Matching } from './matching.ts'
import { onlyPlaceholder, type Placeholder, partsOf } from './placeholders.ts'
import type { Exchange, RecordedSession, Recording } from './recording.ts'
import type { OutgoingRequest } from './sending.ts'
import { Values } from './values.ts'

/** An answer as it goes out: headers in order, repeated ones one by one. */
export interface StandInAnswer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

// Each connection has its own; not recorded.
const transportHeaders = new Set(['connection', 'content-length'])
const numericKinds = new Set(['now', 'time', 'int'])

/**
 * Answers each request of a file as recorded, with values of its own invention for the placeholders, and checks that the
 * requests are those recorded too. It shows that the replayer passes what it must pass, with no other server at hand.
 */
export class StandIn {
  /** What was wrong with the requests, as sentences. */
  readonly problems: string[] = []
  readonly #recording: Recording
  readonly #clock: ReplayClock
  readonly #values: Values
  #next = 0
  #invented = 0

  constructor(recording: Recording, clock: ReplayClock) {
    this.#recording = recording
    this.#clock = clock
    // A server cannot make the browser's cookies: it learns them from the requests.
    this.#values = new Values({ ...recording.preamble, cookies: {} }, Math.floor(clock.now()))
  }

  /** Answers the next request. */
  answer(request: OutgoingRequest): StandInAnswer {
    const exchange = this.#recording.exchanges[this.#next++]
    if (!exchange) throw new RangeError('more requests than were recorded')
    this.problems.push(...this.#check(exchange, request).map((problem) => `${exchange.name}: ${problem}`))
    const { status, headers = {}, session, body, text = '' } = exchange.response
    return {
      status,
      body: body === undefined ? text : writeJson(this.#fill(body)),
      headers: [
        ...Object.entries(headers).flatMap(([name, value]) =>
          (typeof value === 'string' ? [value] : value).map((one) => [name, this.#fillText(one)] as const),
        ),
        ...(session ? [['Set-Cookie', this.#setCookie(session)] as const] : []),
      ],
    }
  }

  #check({ request: recorded }: Exchange, request: OutgoingRequest): string[] {
    const matching = new Matching(this.#values, { clock: this.#clock, strict: true })
    const expected = {
      ...this.#recording.preamble.headers,
      ...(recorded.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...recorded.headers,
    }
    const sent = Object.fromEntries(
      Object.entries(expected).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    )
    const names = new Set(Object.keys(sent).map((name) => name.toLowerCase()))
    const unexpected = request.headers.filter(([name]) => {
      return !names.has(name.toLowerCase()) && !transportHeaders.has(name.toLowerCase())
    })
    return [
      ...matching.compare(recorded.method, request.method, 'method'),
      ...matching.compare(recorded.path, request.path, 'path'),
      ...compareNamedHeaders(matching, sent, grouped(request.headers)),
      ...unexpected.map(([name, value]) => `header ${name} was not to be sent: ${value}`),
      ...checkBody(matching, recorded, request.body),
    ]
  }

  #setCookie({ state, attributes, as }: RecordedSession): string {
    const { session_secret: secret, cookie_name: name } = this.#recording.preamble
    const value = new Fernet([secret]).encrypt(writeJson(this.#fill(state)))
    if (as !== undefined) this.#values.remember('cookie', as.slice('cookie.'.length), value)
    const written = Object.entries(attributes).map(([key, text]) => (text === true ? key : `${key}=${text}`))
    return [`${name}=${value}`, ...written].join('; ')
  }

  #fill(template: Json): Json {
    if (Array.isArray(template)) return template.map((entry) => this.#fill(entry))
    if (isObject(template)) {
      return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, this.#fill(value)]))
    }
    if (typeof template !== 'string') return template
    const placeholder = onlyPlaceholder(template)
    return placeholder && numericKinds.has(placeholder.kind)
      ? Number(this.#valueFor(placeholder))
      : this.#fillText(template)
  }

  #fillText(template: string): string {
    return partsOf(template)
      .map((part) => (typeof part === 'string' ? part : this.#valueFor(part)))
      .join('')
  }

  #valueFor(placeholder: Placeholder): string {
    const known = this.#values.find(placeholder)
    if (known !== undefined) return known
    const { kind, name, offset } = placeholder
    const value = this.#invent(kind, Math.floor(this.#clock.now()) + offset)
    if (name !== undefined)
      this.#values.remember(kind, name, kind === 'time' ? String(Number(value) - offset) : value)
    return value
  }

  #invent(kind: string, moment: number): string {
    const number = String(++this.#invented)
    switch (kind) {
      case 'time':
        return String(moment)
      case 'httpdate':
        return new Date(moment * 1000).toUTCString()
      case 'isotime':
        return new Date(moment * 1000).toISOString()
      case 'token':
        return `gt-${number.padStart(22, 'k')}.${number.padStart(22, 's')}`
      case 'cursor':
        return `${moment}_${number}`
      case 'any':
        return '=='
      case 'int':
      case 'string':
        return number
    }
    return number.padStart(22, kind)
  }
}

/** Headers by name in small letters. */
export function grouped(headers: readonly (readonly [string, string])[]): Map<string, string[]> {
  const byName = new Map<string, string[]>()
  for (const [name, value] of headers) {
    byName.set(name.toLowerCase(), [...(byName.get(name.toLowerCase()) ?? []), value])
  }
  return byName
}

function checkBody(
  matching: Matching,
  { body, text = '', base64 }: Exchange['request'],
  sent: Buffer,
): string[] {
  if (body !== undefined) return matching.compare(body, parseJson(sent.toString()), 'body sent')
  const expected =
    base64 === undefined ? Buffer.from(matching.values.fillText(text)) : Buffer.from(base64, 'base64')
  return expected.equals(sent) ? [] : [difference('body sent', expected.toString(), sent.toString())]
}

export interface StandInServer {
  readonly url: string
  close(): Promise<void>
}

/** Answers over HTTP on a free port. */
export async function serve(answer: (request: OutgoingRequest) => StandInAnswer): Promise<StandInServer> {
  const server = http.createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const { status, headers, body } = answer({
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: paired(incoming.rawHeaders),
      body: Buffer.concat(chunks),
    })
    outgoing.writeHead(status, headers.flat())
    outgoing.end(Buffer.from(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function paired(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, index) =>
    index % 2 === 0 ? [[name, raw[index + 1] ?? ''] satisfies [string, string]] : [],
  )
}
