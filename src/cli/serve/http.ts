import type { AddressInfo } from 'node:net'
import type { Porthor } from '../../composition.ts'
import { closeServer } from '../../http/close-server.ts'
import { createGateServer } from '../../http/gate-server.ts'
import { createHttpServer } from '../../http/server.ts'
import type { Log } from '../../services/token-log.ts'
import { explainListenError, type ListenAddress } from './listen-error.ts'
import type { Closable } from './metrics.ts'
import { cannotListen, listenAt } from './own-listener.ts'

export interface HttpServer {
  /** Without a slash at the end; for a server on all addresses, the local one. */
  readonly url: string
  /** Accepts nothing more, and waits for requests under way, up to 10 s. */
  close(): Promise<void>
}

/**
 * Serves at an address, and the gate at one of its own where it has one.
 *
 * @throws {CommandError} One cannot listen there.
 */
export async function startHttp(porthor: Porthor, address: ListenAddress, log: Log): Promise<HttpServer> {
  const app = createHttpServer(porthor, { log })
  let gate: Closable | null = null
  let envoy: Closable | null
  try {
    await app.listen({ host: address.host, port: address.port })
    gate = await startGate(porthor, log)
    envoy = await startEnvoy(porthor, log)
  } catch (error) {
    await Promise.all([app.close(), gate?.close()])
    throw explainListenError(error, address) ?? error
  }
  return {
    url: urlOf(app.server.address() as AddressInfo),
    close: () => closeServer(app.server, () => Promise.all([app.close(), gate?.close(), envoy?.close()])),
  }
}

async function startGate(porthor: Porthor, log: Log): Promise<Closable | null> {
  const { listen } = porthor.config.gate
  if (!listen) return null
  const server = createGateServer(porthor, log)
  await listenAt(server, listen, 'gateListen')
  return { close: () => closeServer(server) }
}

/** Loads gRPC only where it is wanted. */
async function startEnvoy(porthor: Porthor, log: Log): Promise<Closable | null> {
  const { grpcListen } = porthor.config.gate
  if (!grpcListen) return null
  const { startEnvoyServer } = await import('../../grpc/envoy-server.ts')
  try {
    return await startEnvoyServer(porthor, grpcListen, log)
  } catch (error) {
    throw cannotListen(grpcListen, 'gateGrpcListen', error)
  }
}

function urlOf({ address, family, port }: AddressInfo): string {
  if (['0.0.0.0', '::'].includes(address)) return `http://127.0.0.1:${port}`
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`
}
