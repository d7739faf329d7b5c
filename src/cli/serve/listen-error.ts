import { type AddressInfo, createServer } from 'node:net'
import { CommandError } from '../exit-codes.ts'

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Says what to do where one cannot listen; null: the error is about something else. */
export function explainListenError(error: unknown, { host, port }: ListenAddress): CommandError | null {
  const { code } = error as NodeJS.ErrnoException
  const message = LISTEN_ERRORS[code ?? '']
  return message === undefined ? null : new CommandError(message(host, port), { cause: error })
}

const LISTEN_ERRORS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) =>
    `Port ${port} of ${host} is in use: stop what listens there, or choose another port (--port)`,
  EACCES: (_host, port) => `Port ${port} is not for this user to listen on: choose one above 1023 (--port)`,
  EADDRNOTAVAIL: (host) => `${host} is not an address of this machine: choose another (--host)`,
  ENOTFOUND: (host) => `${host} is not an address of this machine: choose another (--host)`,
}

/**
 * Makes sure that one could listen.
 *
 * @returns The port; for 0, one that is free.
 * @throws {CommandError}
 */
export async function requireFreeAddress(address: ListenAddress): Promise<number> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(address.port, address.host, resolve)
    })
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    return port
  } catch (error) {
    throw explainListenError(error, address) ?? error
  }
}
