import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { GateParameters } from '../../models/gate-parameters.ts'
import type { Token } from '../../models/token.ts'
import type { GateRequest, TokenPlace } from '../../services/gate.ts'
import type { TokenSource } from '../credentials.ts'
import { redact } from '../redact.ts'
import type { RequestFields } from '../request-log.ts'
import { type SessionTokens, tokenOfHeaders } from './credentials.ts'
import { type GateHeaders, readGateHeaders } from './headers.ts'

/** What visits share. */
export interface VisitContext {
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
  readonly #context: VisitContext
  readonly #request: IncomingMessage
  #requestId: string | null = null
  #address: string | null | undefined
  #cookieToken: Token | null | undefined
  #headerSource: TokenSource | null = null

  constructor(request: IncomingMessage, context: VisitContext) {
    this.headers = readGateHeaders(request.rawHeaders)
    this.#request = request
    this.#context = context
  }

  /** As the engine wants it. */
  asking(parameters: GateParameters): GateRequest {
    return {
      parameters,
      originalUrl: this.headers.originalUrl ?? '',
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

  /** What each log line says of the request. */
  fields(): RequestFields {
    const { userAgent } = this.headers
    this.#requestId ??= randomUUID()
    return {
      httpRequest: {
        requestMethod: 'GET',
        requestUrl: loggable(this.#request.url ?? ''),
        remoteIp: this.address,
        ...(userAgent !== null && { userAgent: loggable(userAgent) }),
      },
      request_id: this.#requestId,
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
    const found = tokenOfHeaders(this.headers.authorization)
    this.#headerSource = found?.source ?? null
    return found?.token ?? null
  }
}

/** A text for the log, without secrets. */
export function loggable(text: string): string {
  return SUSPICIOUS.test(text) ? redact(text) : text
}
