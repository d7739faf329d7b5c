import { connect, createServer, type Socket } from 'node:net'

/** A TCP proxy on 127.0.0.1 that can fall silent: it then passes nothing on, and closes nothing. */
export interface SilentProxy {
  readonly port: number
  fallSilent(): void
  /** Ends the connections that have fallen silent, and passes on what comes over new ones. */
  speakAgain(): void
  close(): Promise<void>
}

export async function startSilentProxy(target: { host: string; port: number }): Promise<SilentProxy> {
  const sockets = new Set<Socket>()
  let silent = false
  const server = createServer((near) => {
    const far = connect(target)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => {})
      from.on('data', (data) => {
        if (!silent) to.write(data)
      })
      from.on('close', () => {
        sockets.delete(from)
        if (!silent) to.destroy()
      })
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port')
  return {
    port: address.port,
    fallSilent() {
      silent = true
    },
    speakAgain() {
      silent = false
      for (const socket of sockets) socket.destroy()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((closed) => server.close(() => closed()))
    },
  }
}
