import { randomUUID } from 'node:crypto'
import { bareGateParameters, type GateParameters } from '../../models/gate-parameters.ts'
import type { Token } from '../../models/token.ts'
import type { GateRequest, TokenPlace } from '../../services/gate.ts'
import type { TokenSource } from '../credentials.ts'
import { redact } from '../redact.ts'
import type { RequestFields } from '../request-log.ts'
import type { HeaderToken, HeaderTokens, SessionTokens } from './credentials.ts'
import type { GateHeaderReader, GateHeaders } from './headers.ts'
import type { Original } from './original.ts'
import { withoutTokens } from './reflection.ts'
import { DEFAULT_RULES } from './rules.ts'

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
  headers: GateHeaderReader
  sessions: SessionTokens
  headerTokens: HeaderTokens
  /** Told where there is a session that cannot be read. */
  sessionDiscarded(visit: Visit, error: string): void
  /** The address that a request comes from, behind proxies; null: not known. */
  addressOf(peer: string | undefined, headers: GateHeaders): string | null
}

/** Texts in which there may be a secret. */
const SUSPICIOUS = /g[tc]-|gAAAA|bearer|basic|:\/\/[^/]*@/i

const UNKNOWN: Original = { method: '', url: '' }
const NONE: readonly string[] = []
const NOTHING_ASKED = bareGateParameters(DEFAULT_RULES)

/** A request to the gate: what it brings, found out when it is asked for. As the engine wants it: no copy is made. */
export class Visit implements GateRequest {
  readonly headers: GateHeaders
  /** The guarded request; empty until it is known. */
  original: Original = UNKNOWN
  /** What is wanted of it; nothing until it is known. */
  parameters: GateParameters = NOTHING_ASKED
  readonly #context: VisitContext
  readonly #request: ProxyRequest
  #requestId: string | null = null
  #address: string | null | undefined
  #cookieToken: Token | null | undefined
  #headerToken: HeaderToken | null = null

  constructor(request: ProxyRequest, context: VisitContext) {
    this.headers = context.headers.read(request.rawHeaders)
    this.#request = request
    this.#context = context
  }

  get originalUrl(): string {
    return this.original.url
  }

  ipAddress(): string | null {
    return this.address
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
    return place === 'cookie' ? 'cookie' : (this.#headerToken?.source ?? null)
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

  cookieToken(): Token | null {
    if (this.#cookieToken === undefined) {
      this.#cookieToken = this.#context.sessions.read(this.headers.cookies, (error) =>
        this.#context.sessionDiscarded(this, error),
      )
    }
    return this.#cookieToken
  }

  headerToken(): Token | null {
    const { authorization, tokens } = this.headers
    this.#headerToken ??= this.#context.headerTokens.read(authorization, tokens)
    return this.#headerToken
  }

  /** To be asked where the token is known: what anybody can send takes no place. */
  rememberToken(): void {
    if (this.#headerToken) this.#context.headerTokens.remember(this.#headerToken)
  }

  /** The `Authorization` headers that hold no token: those are the guarded service's. */
  foreignAuthorization(): readonly string[] {
    return this.#headerToken?.text ? NONE : withoutTokens(this.headers.authorization)
  }
}

/** A text for the log, without secrets. */
export function loggable(text: string): string {
  return SUSPICIOUS.test(text) ? redact(text) : text
}
