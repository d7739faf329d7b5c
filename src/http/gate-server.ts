import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Porthor } from '../composition.ts'
import type { Log } from '../services/token-log.ts'
import { answerClientError } from './client-errors.ts'
import { plainAnswer } from './errors.ts'
import { GateDecisions } from './gate/decisions.ts'
import { createLimitedServer } from './limited-server.ts'
import { IngressRoutes } from './routes/ingress.ts'

/**
 * Serves the gate and nothing else, at an address that only the proxy is to reach. The server does not listen yet. On a Unix
 * socket every peer is taken for a proxy.
 */
export function createGateServer(porthor: Porthor, log: Log): Server {
  const peersAreProxies = porthor.config.gate.listen?.kind === 'socket'
  const ingress = new IngressRoutes(porthor, new GateDecisions(porthor, log, { peersAreProxies }))
  const server = createLimitedServer((request, response) => {
    if (ingress.handle(request, response)) return
    const { status, headers, body } = plainAnswer(404)
    response.writeHead(status, headers).end(body)
  })
  server.on('clientError', (error, socket) => answerClientError(error, socket as Socket))
  return server
}
