import { randomUUID } from 'node:crypto'
import type { GateParameters } from '../../models/gate-parameters.ts'
import type { Token } from '../../models/token.ts'
import type { GateRequest, TokenPlace } from '../../services/gate.ts'
import type { TokenSource } from '../credentials.ts'
import { redact } from '../redact.ts'
import type { RequestFields } from '../request-log.ts'
import { type SessionTokens, tokenOfHeaders } from './credentials.ts'
import { type GateHeaders, readGateHeaders } from './headers.ts'
import type { Original } from './original.ts'

/** A proxy's request, in whatever protocol it came. */
export interface ProxyRequest {
  /** Names and values by turns, as Node.js gives them. */
  rawHeaders: string[]
  method?: string | undefined
  /** What was asked: path and query. */
  url?: string | undefined
  socket: { remoteAddress?: string | undefined }
}

/** What visits share. */
export interface VisitContext {
  /** A further header for tokens, in small letters; null: none. */
  tokenHeader: string | null
  sessions: SessionTokens
  /** Told where there is a session that cannot be read. */
  sessionDiscarded(visit: Visit, error: string): void
  /** The address that a request comes from, behind proxies; null: not known. */
  addressOf(peer: string | undefined, headers: GateHeaders): string | null
}

/** Texts in which there may be a secret. */
const SUSPICIOUS = /g[tc]-|gAAAA|bearer|basic|:\/\/[^/]*@/i

/** A request to the gate: what it brings, found out when it is asked for. */
export class Visit {
  readonly headers: GateHeaders
  /** The guarded request; empty until it is known. */
  original: Original = { method: '', url: '' }
  readonly #context: VisitContext
  readonly #request: ProxyRequest
  #requestId: string | null = null
  #address: string | null | undefined
  #cookieToken: Token | null | undefined
  #headerSource: TokenSource | null = null

  constructor(request: ProxyRequest, context: VisitContext) {
    this.headers = readGateHeaders(request.rawHeaders, context.tokenHeader)
    this.#request = request
    this.#context = context
  }

  /** As the engine wants it. */
  asking(parameters: GateParameters): GateRequest {
    return {
      parameters,
      originalUrl: this.original.url,
      cookieToken: () => this.#sessionToken(),
      headerToken: () => this.#tokenOfHeaders(),
      ipAddress: () => this.address,
    }
  }

  get isAjax(): boolean {
    return this.headers.requestedWith?.toLowerCase() === 'xmlhttprequest'
  }

  /** IPv4 or IPv6; null: not known. */
  get address(): string | null {
    if (this.#address === undefined) {
      this.#address = this.#context.addressOf(this.#request.socket.remoteAddress, this.headers)
    }
    return this.#address
  }

  /** Where exactly the token stood that counted. */
  sourceAt(place: TokenPlace): TokenSource | null {
    return place === 'cookie' ? 'cookie' : this.#headerSource
  }

  /** Names the visit in the log, and to who wants to ask about it. */
  get requestId(): string {
    this.#requestId ??= randomUUID()
    return this.#requestId
  }

  /** What each log line says of the request. */
  fields(): RequestFields {
    const { userAgent } = this.headers
    return {
      httpRequest: {
        requestMethod: this.#request.method ?? 'GET',
        requestUrl: loggable(this.#request.url ?? ''),
        remoteIp: this.address,
        ...(userAgent !== null && { userAgent: loggable(userAgent) }),
      },
      request_id: this.requestId,
    }
  }

  #sessionToken(): Token | null {
    if (this.#cookieToken === undefined) {
      this.#cookieToken = this.#context.sessions.read(this.headers.cookies, (error) =>
        this.#context.sessionDiscarded(this, error),
      )
    }
    return this.#cookieToken
  }

  #tokenOfHeaders(): Token | null {
    const found = tokenOfHeaders(this.headers.authorization, this.headers.tokens)
    this.#headerSource = found?.source ?? null
    return found?.token ?? null
  }
}

/** A text for the log, without secrets. */
export function loggable(text: string): string {
  return SUSPICIOUS.test(text) ? redact(text) : text
}
