import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram, programAvailable } from '../support/programs.ts'
import { startTethered, type TetheredProgram } from '../support/tethered.ts'
import { send } from './http-client.ts'

/** One of the proxies that examples/ has a configuration for. */
export interface Proxy {
  readonly name: string
  readonly program: string
  /** What everybody is answered while Porthor is away. */
  readonly statusWhileAway: number
  /** As the head of the example's file says, from the folder that holds `examples`. */
  args(folder: string): readonly string[]
}

export const proxies: readonly Proxy[] = [
  {
    name: 'nginx',
    program: 'nginx',
    statusWhileAway: 503,
    // In one process, which leaves none behind that it has started.
    args: (folder) => [
      ...['-e', 'stderr', '-p', folder, '-c', `${folder}/examples/nginx/nginx.conf`],
      ...['-g', 'master_process off;'],
    ],
  },
  {
    name: 'Traefik',
    program: 'traefik',
    statusWhileAway: 500,
    args: () => ['--configFile=examples/traefik/traefik.yaml'],
  },
  {
    name: 'Caddy',
    program: 'caddy',
    statusWhileAway: 502,
    args: () => ['run', '--config', 'examples/caddy/Caddyfile'],
  },
  {
    name: 'Envoy over HTTP',
    program: 'envoy',
    statusWhileAway: 503,
    // Without the memory that Envoys share to replace each other.
    args: () => ['--config-path', 'examples/envoy/envoy-http.yaml', '--disable-hot-restart'],
  },
  {
    name: 'Envoy over gRPC',
    program: 'envoy',
    statusWhileAway: 503,
    args: () => ['--config-path', 'examples/envoy/envoy-grpc.yaml', '--disable-hot-restart'],
  },
  {
    name: 'HAProxy',
    program: 'haproxy',
    statusWhileAway: 503,
    args: () => ['-f', 'examples/haproxy/haproxy.cfg'],
  },
]

const startSeconds = 30

/**
 * Starts a proxy and waits until its gate is closed to who has no token. Some listen before they know their routes.
 *
 * @param folder - Holds `examples`.
 * @param port - Where the example makes it listen.
 * @throws It has ended, or is not ready in time; the message holds its output.
 */
export async function startProxy(proxy: Proxy, folder: string, port: number): Promise<TetheredProgram> {
  const command = findProgram(proxy.program)
  if (!command) throw new Error(String(programAvailable(proxy.program)))
  const program = await startTethered(command, proxy.args(folder), { cwd: folder })
  let hasEnded = false
  void program.exited.then(() => {
    hasEnded = true
  })
  const deadline = Date.now() + startSeconds * 1000
  while (!(await isReady(port))) {
    if (hasEnded) throw new Error(`${proxy.name} has ended:\n${program.output()}`)
    if (Date.now() > deadline) {
      await program.end('SIGKILL')
      throw new Error(`${proxy.name} is not ready:\n${program.output()}`)
    }
    await sleep(20)
  }
  return program
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await send(`http://127.0.0.1:${port}`)).status === 401
  } catch {
    return false
  }
}
