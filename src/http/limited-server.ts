import { createServer, type RequestListener, type Server } from 'node:http'
import { endIdleConnections } from './idle-connections.ts'
import { CONNECTION_LIMITS, IDLE_MILLISECONDS, WITHOUT_EMPTY_STREAMS } from './limits.ts'

/** A server on which no connection keeps it busy for long. It does not listen yet. */
export function createLimitedServer(listener: RequestListener): Server {
  const server = createServer({ ...CONNECTION_LIMITS, ...WITHOUT_EMPTY_STREAMS }, listener)
  endIdleConnections(server, IDLE_MILLISECONDS)
  return server
}
