import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Log } from '../services/token-log.ts'
import { answerClientError } from './client-errors.ts'
import { type ErrorAnswer, plainAnswer, traceOf } from './errors.ts'
import { createLimitedServer } from './limited-server.ts'
import { splitTarget } from './request-url.ts'

/** The text format of Prometheus. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Serves metrics under `/metrics`, and nothing else, at an address that is not for everybody. The server does not listen yet.
 *
 * @param collect - Makes the text.
 */
export function createMetricsServer(collect: () => Promise<string>, log: Log): Server {
  const server = createLimitedServer((request, response) => {
    const { path } = splitTarget(request.url ?? '')
    if (path !== '/metrics') return send(response, plainAnswer(404))
    const { method } = request
    if (method !== 'GET' && method !== 'HEAD') return send(response, plainAnswer(405, { allow: 'GET, HEAD' }))
    collect().then(
      (body) => send(response, { status: 200, headers: { 'content-type': CONTENT_TYPE }, body }),
      (error: unknown) => {
        log.error({ exception: traceOf(error) }, 'Metrics cannot be collected')
        send(response, UNAVAILABLE)
      },
    )
  })
  server.on('clientError', (error, socket) => answerClientError(error, socket as Socket))
  return server
}

const UNAVAILABLE: ErrorAnswer = {
  status: 503,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'Metrics cannot be collected just now; the log says why\n',
}

function send(response: ServerResponse, { status, headers, body }: ErrorAnswer): void {
  response.writeHead(status, { ...headers, 'cache-control': 'no-store' }).end(body)
}
