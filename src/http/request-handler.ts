import type { FastifyRequest } from 'fastify'
import type { Porthor } from '../composition.ts'
import type { Log } from '../services/token-log.ts'
import { unavailable } from '../storage/database-errors.ts'
import { Authentication } from './authentication.ts'
import { type Client, ClientAddresses } from './client-address.ts'
import type { Answer, BrowserEndpoint, Endpoint, ProtectedEndpoint, Visit } from './endpoint.ts'
import { MissingClientAddressError } from './errors.ts'
import { parseForm } from './form-body.ts'
import { parseJsonBody } from './json-body.ts'
import { requestFields } from './request-log.ts'
import { type RequestUrl, requestUrl } from './request-url.ts'
import {
  type CookieOptions,
  readSession,
  removeSession,
  type SessionState,
  writeSession,
} from './session-cookie.ts'
import { validate } from './validation.ts'

/** The answer to a request, or the error (with what is answered to it, where a program would not be told so), and the cookie that goes with either. */
export type Outcome =
  | { answer: Answer; cookie: string | null }
  | { error: unknown; answer?: Answer; cookie: string | null }

type Protected = ProtectedEndpoint<unknown, unknown, unknown>

/**
 * Takes requests through the checks in the order of spec/rest-api.md §1.4: a body that is JSON, a known address, who
 * sends it, the route's scope, the form of its parts, and then what the service says.
 */
export class RequestHandler {
  readonly #porthor: Porthor
  readonly #log: Log
  readonly #addresses: ClientAddresses
  readonly #authentication: Authentication

  constructor(porthor: Porthor, log: Log) {
    const { config, verifier, lastUsed } = porthor
    this.#porthor = porthor
    this.#log = log
    this.#addresses = new ClientAddresses(config.proxies)
    this.#authentication = new Authentication({
      ...{ verifier, lastUsed, log },
      bootstrapToken: config.bootstrapToken,
    })
  }

  clientOf(request: FastifyRequest): Client {
    return this.#addresses.resolve({
      peer: request.raw.socket.remoteAddress,
      forwardedFor: headerValues(request, 'x-forwarded-for'),
      forwardedProto: headerValues(request, 'x-forwarded-proto'),
    })
  }

  urlOf(request: FastifyRequest, client = this.clientOf(request)): RequestUrl {
    const { baseUrl } = this.#porthor.config
    const scheme = client.scheme ?? 'http'
    return requestUrl(request.raw.url ?? '/', { scheme, host: request.headers.host, baseUrl })
  }

  async handle(endpoint: Endpoint, request: FastifyRequest): Promise<Outcome> {
    const client = this.clientOf(request)
    const visit: Visit = { porthor: this.#porthor, url: this.urlOf(request, client) }
    if (endpoint.access === 'public') {
      try {
        return { answer: await endpoint.handle(visit), cookie: null }
      } catch (error) {
        return { error: forCallers(error), cookie: null }
      }
    }
    if (endpoint.access === 'browser') return this.#handleBrowser(endpoint, request, client, visit)
    return this.#handleProtected(endpoint as Protected, request, client, visit)
  }

  async #handleBrowser(
    endpoint: BrowserEndpoint,
    request: FastifyRequest,
    client: Client,
    visit: Visit,
  ): Promise<Outcome> {
    let isUnreadable = false
    const session = this.#readSession(request, () => {
      isUnreadable = true
    })
    const before = { ...session }
    const cookie = () => this.#changedCookie(before, session) ?? (isUnreadable ? this.#removal() : null)
    const browserVisit = {
      ...visit,
      session,
      browser: { ipAddress: client.address, userAgent: request.headers['user-agent'] ?? null },
      headers: request.headers,
      params: request.params as Record<string, string>,
      query: new URLSearchParams(visit.url.query),
      form: new URLSearchParams(),
      requestId: request.fields.request_id,
    }
    try {
      browserVisit.form = parseForm(bodyOf(request), request.headers['content-type'])
      return { answer: await endpoint.handle(browserVisit), cookie: cookie() }
    } catch (thrown) {
      const error = forCallers(thrown)
      const answer = endpoint.handleError(error, browserVisit)
      return { error, ...(answer && { answer }), cookie: cookie() }
    }
  }

  async #handleProtected(
    endpoint: Protected,
    request: FastifyRequest,
    client: Client,
    visit: Visit,
  ): Promise<Outcome> {
    const session = this.#readSession(request)
    const before = { ...session }
    const cookie = () => this.#changedCookie(before, session)
    try {
      return { answer: await this.#call(endpoint, request, client, { ...visit, session }), cookie: cookie() }
    } catch (error) {
      return { error: forCallers(error), cookie: cookie() }
    }
  }

  async #call(
    endpoint: Protected,
    request: FastifyRequest,
    client: Client,
    visit: Visit & { session: SessionState },
  ): Promise<Answer> {
    const body = endpoint.body ? parseJsonBody(bodyOf(request), request.headers['content-type']) : undefined
    if (client.address === null) throw new MissingClientAddressError('No client IP address')
    const [csrf] = headerValues(request, 'x-csrf-token')
    const identity = await this.#authentication.identify(
      {
        method: request.method,
        session: visit.session,
        authorization: headerValues(request, 'authorization'),
        csrf,
        ipAddress: client.address,
      },
      endpoint.access,
    )
    const [params, query, validBody] = validate([
      { location: 'path', schema: endpoint.params ?? null, value: request.params },
      { location: 'query', schema: endpoint.query ?? null, value: request.query },
      {
        location: 'body',
        schema: endpoint.body ?? null,
        value: endpoint.bodyOptional ? (body ?? {}) : body,
      },
    ])
    const { headers } = request
    return endpoint.handle({ ...visit, ...identity, params, query, body: validBody, headers })
  }

  #readSession(request: FastifyRequest, onUnreadable: () => void = () => {}): SessionState {
    return readSession(request.headers.cookie, this.#porthor.fernet, (error) => {
      this.#log.warn({ ...requestFields(), error }, 'Discarding invalid state cookie')
      onUnreadable()
    })
  }

  #changedCookie(before: SessionState, after: SessionState): string | null {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof SessionState>
    if ([...names].every((name) => before[name] === after[name])) return null
    return writeSession(after, this.#porthor.fernet, this.#cookieOptions())
  }

  #removal(): string {
    return removeSession(this.#cookieOptions())
  }

  #cookieOptions(): CookieOptions {
    const { allowSubdomains, realm, baseUrl } = this.#porthor.config
    return { domain: allowSubdomains ? realm : null, isSecure: !baseUrl.startsWith('http:') }
  }
}

/** Services that only read pass on what the database says of itself. */
function forCallers(error: unknown): unknown {
  return unavailable(error) ?? error
}

/** The value of each header of a name, as Node.js itself joins some and drops others. */
export function headerValues(request: FastifyRequest, name: string): string[] {
  const { rawHeaders } = request.raw
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name)
}

function bodyOf(request: FastifyRequest): Buffer | undefined {
  return Buffer.isBuffer(request.body) ? request.body : undefined
}
