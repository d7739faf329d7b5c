import type { RequestListener, Server } from 'node:http'
import { Readable } from 'node:stream'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Porthor } from '../composition.ts'
import type { Log } from '../services/token-log.ts'
import { answerClientError } from './client-errors.ts'
import type { Answer, Endpoint } from './endpoint.ts'
import { endpoints } from './endpoints.ts'
import { logError } from './error-log.ts'
import { answerToError, type ErrorAnswer, plainAnswer, UrlTooLongError } from './errors.ts'
import { GateDecisions } from './gate/decisions.ts'
import { keepUntilAnswered } from './idle-connections.ts'
import { createLimitedServer } from './limited-server.ts'
import { PathTable } from './path-table.ts'
import { redact, redactUrl } from './redact.ts'
import { headerValues, RequestHandler } from './request-handler.ts'
import { requestIdOf } from './request-id.ts'
import { type RequestFields, withinRequest } from './request-log.ts'
import { headerSafe, splitTarget } from './request-url.ts'
import { INGRESS_PATHS, IngressRoutes } from './routes/ingress.ts'
import { WEB_PAGE_PATH, WebPage } from './web-page.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What log lines say of the request. */
    fields: RequestFields
  }
}

const MAXIMUM_BODY_BYTES = 1024 * 1024
const MAXIMUM_URL_LENGTH = 8 * 1024
/** Longer ones than any that is valid are let through to be told so. */
const MAXIMUM_PARAMETER_LENGTH = 1024

const WEB_PAGE_PATHS = [WEB_PAGE_PATH, `${WEB_PAGE_PATH}/*`] as const

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

export interface HttpServerOptions {
  log: Log
}

/** Serves the API over HTTP. The server does not listen yet; `inject` sends it requests without. */
export function createHttpServer(porthor: Porthor, { log }: HttpServerOptions): FastifyInstance {
  const { realm } = porthor.config
  const readers = { log, alerts: porthor.alerts }
  const handler = new RequestHandler(porthor, log)
  const ingress = ingressOf(porthor, log)
  const ingressPaths = ingress ? INGRESS_PATHS : []
  const paths = new PathTable([
    ...endpoints,
    ...[...ingressPaths, ...WEB_PAGE_PATHS].map((path) => ({ path, method: 'GET' as const })),
  ])
  const app = fastify({
    logger: false,
    bodyLimit: MAXIMUM_BODY_BYTES,
    serverFactory: (handler) => newServer(ingress, handler),
    routerOptions: {
      maxParamLength: MAXIMUM_PARAMETER_LENGTH,
      // Of a parameter that comes twice the last one counts.
      querystringParser: (query) => Object.fromEntries(new URLSearchParams(query)),
    },
    clientErrorHandler: answerClientError,
    // What the router itself refuses meets no hooks.
    frameworkErrors(error, incoming, outgoing) {
      const [request, reply] = [incoming as FastifyRequest, outgoing as FastifyReply]
      begin(request, reply)
      sendError(error, request, reply)
      logRequest(request, reply)
    },
  })
  // Whether a body is read, and as what, depends on the route.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  app.decorateRequest('fields')
  app.addHook('onRequest', async (request, reply) => {
    begin(request, reply)
    if (request.originalUrl.length > MAXIMUM_URL_LENGTH) throw new UrlTooLongError('The URL is too long')
  })
  // A request without a body has ended before anybody could wait for it (see limits.ts).
  app.addHook('preParsing', async ({ raw }, _reply, payload) =>
    raw.readableEnded ? Readable.from([]) : payload,
  )
  app.addHook('onResponse', async (request, reply) => logRequest(request, reply))
  app.setErrorHandler(sendError)
  app.setNotFoundHandler((request, reply) => sendNotFound(request, reply))
  for (const endpoint of endpoints) addRoute(endpoint)
  if (ingress) addIngress(ingress)
  addWebPage(new WebPage())
  return app

  function begin(request: FastifyRequest, reply: FastifyReply): void {
    request.fields = fieldsOf(request)
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.fields.request_id)
    if (request.originalUrl.startsWith('/auth/api/')) reply.header('cache-control', 'no-store')
  }

  function addRoute(endpoint: Endpoint): void {
    app.route({
      method: endpoint.method,
      url: endpoint.path.replace(/\{(\w+)\}/g, ':$1'),
      exposeHeadRoute: endpoint.access !== 'browser',
      async handler(request, reply) {
        if (hasEmptyParameter(request)) return sendNotFound(request, reply)
        const outcome = await withinRequest(request.fields, () => handler.handle(endpoint, request))
        if (outcome.cookie !== null) reply.header('set-cookie', outcome.cookie)
        if (!('error' in outcome)) return sendAnswer(outcome.answer, request, reply)
        if (!outcome.answer) return sendError(outcome.error, request, reply)
        logError(readers, outcome.error, outcome.answer.status ?? 200, request.fields)
        return sendAnswer(outcome.answer, request, reply)
      },
    })
  }

  /** For requests that are injected; others do not come so far. */
  function addIngress(ingress: IngressRoutes): void {
    for (const path of INGRESS_PATHS) {
      app.all(path, (request, reply) => {
        reply.hijack()
        ingress.handle(request.raw, reply.raw)
      })
    }
  }

  function addWebPage(webPage: WebPage): void {
    for (const path of WEB_PAGE_PATHS) {
      app.get(path, { exposeHeadRoute: true }, async (request, reply) => {
        const { '*': below = '' } = request.params as { '*'?: string }
        const { status, headers, body } = await webPage.answer(below, request.headers['accept-encoding'])
        return reply.code(status).headers(headers).send(body)
      })
    }
  }

  function sendAnswer(
    { status = 200, headers = {}, body }: Answer,
    request: FastifyRequest,
    reply: FastifyReply,
  ): FastifyReply {
    const isRedirect = status >= 300 && status < 400
    if (!isRedirect) reply.header('content-type', 'application/json')
    reply.code(status).headers(headers)
    if (body instanceof Readable) return sendStream(body, request, reply)
    const isReady = body === undefined || typeof body === 'string' || Buffer.isBuffer(body)
    return reply.send(isReady ? body : JSON.stringify(body))
  }

  /** What fails on the way can no longer be answered: the connection breaks off, so that nobody takes a part for the whole. */
  function sendStream(body: Readable, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (request.method === 'HEAD') {
      body.destroy()
      return reply.send()
    }
    body.on('error', (error) => logError(readers, error, answerToError(error, realm).status, request.fields))
    return reply.send(body)
  }

  function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const answer = answerToError(error, realm)
    logError(readers, error, answer.status, request.fields)
    return send(answer, reply)
  }

  function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const url = handler.urlOf(request)
    const { path, query } = url
    const allow = paths.allow(path)
    if (allow !== null) return send(plainAnswer(405, { allow }), reply)
    const shorter = path.slice(0, -1)
    if (!path.endsWith('/') || paths.allow(shorter) === null) return send(plainAnswer(404), reply)
    const location = `${url.origin}${shorter}${query && `?${query}`}`
    return reply.code(307).header('location', headerSafe(location)).send()
  }

  function fieldsOf(request: FastifyRequest): RequestFields {
    const { path, query } = splitTarget(request.originalUrl)
    const userAgent = request.headers['user-agent']
    const { address, viaProxy } = handler.clientOf(request)
    return {
      httpRequest: {
        requestMethod: request.method,
        requestUrl: redactUrl(path, query),
        remoteIp: address,
        ...(userAgent !== undefined && { userAgent: redact(userAgent) }),
      },
      request_id: requestIdOf(headerValues(request, 'x-request-id'), { viaProxy }),
    }
  }

  function logRequest(request: FastifyRequest, reply: FastifyReply): void {
    const { fields } = request
    const answered = { status: reply.statusCode, latency: `${(reply.elapsedTime / 1000).toFixed(6)}s` }
    const line = { ...fields, httpRequest: { ...fields.httpRequest, ...answered } }
    // Probes come all the time and say nothing.
    if (request.originalUrl.startsWith('/health')) log.debug(line, 'Answered request')
    else log.info(line, 'Answered request')
  }
}

/** Null: the gate listens elsewhere (gate-server.ts). */
function ingressOf(porthor: Porthor, log: Log): IngressRoutes | null {
  if (porthor.config.gate.listen) return null
  return new IngressRoutes(porthor, new GateDecisions(porthor, log))
}

/** The gate, which is asked before each request of each user, is answered before the router is. */
function newServer(ingress: IngressRoutes | null, handler: RequestListener): Server {
  return createLimitedServer((request, response) => {
    if (ingress?.handle(request, response)) return
    // An audit of many tokens takes minutes.
    keepUntilAnswered(request, response)
    handler(request, response)
  })
}

/** The router takes `/users//tokens` for a user without a name. */
function hasEmptyParameter(request: FastifyRequest): boolean {
  return Object.values(request.params as Record<string, string>).includes('')
}

function send({ status, headers, body }: ErrorAnswer, reply: FastifyReply): FastifyReply {
  return reply.code(status).headers(headers).send(body)
}
