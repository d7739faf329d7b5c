import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { endIdleConnections } from './idle-connections.ts'
import { CONNECTION_LIMITS, IDLE_MILLISECONDS } from './limits.ts'

/** A server on which no connection keeps it busy for long. It does not listen yet. */
export function createLimitedServer(listener: RequestListener, options: ServerOptions = {}): Server {
  const server = createServer({ ...CONNECTION_LIMITS, ...options }, listener)
  endIdleConnections(server, IDLE_MILLISECONDS)
  return server
}
