import { once } from 'node:events'
import { unlink } from 'node:fs/promises'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import type { Config } from '../../config/index.ts'
import { CommandError } from '../exit-codes.ts'
import { requireFreeAddress } from './listen-error.ts'

/** An address of the gate's own. */
export type GateAddress = NonNullable<Config['gate']['listen']>

/** The setting that names an address of the gate's. */
type GateSetting = 'gateListen' | 'gateGrpcListen'

/**
 * Makes sure that one could listen where the gate is to, if it has addresses of its own. A socket on which nobody listens
 * any more is removed.
 *
 * @throws {CommandError}
 */
export async function prepareGateAddresses({ listen, grpcListen }: Config['gate']): Promise<void> {
  if (listen) await prepareAddress(listen, 'gateListen')
  if (grpcListen) await prepareAddress(grpcListen, 'gateGrpcListen')
}

async function prepareAddress(address: GateAddress, setting: GateSetting): Promise<void> {
  try {
    if (address.kind === 'port') await requireFreeAddress(address)
    else await removeLeftSocket(address.path)
  } catch (error) {
    throw cannotListen(address, setting, error)
  }
}

/** @throws {CommandError} One cannot listen there. */
export async function listenForGate(server: Server, address: GateAddress): Promise<void> {
  try {
    const listening = once(server, 'listening')
    // The folder says who may enter: the socket itself keeps nobody out.
    if (address.kind === 'socket') server.listen({ path: address.path, readableAll: true, writableAll: true })
    else server.listen(address.port, address.host)
    await listening
  } catch (error) {
    throw cannotListen(address, 'gateListen', error)
  }
}

/** Says where one cannot listen, and why. */
export function cannotListen(address: GateAddress, setting: GateSetting, error: unknown): CommandError {
  const place = address.kind === 'socket' ? address.path : `port ${address.port} of ${address.host}`
  const { code } = (error instanceof CommandError ? error.cause : error) as NodeJS.ErrnoException
  return new CommandError(`The gate cannot listen on ${place} (${code}): choose another (${setting})`, {
    cause: error,
  })
}

async function removeLeftSocket(path: string): Promise<void> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ECONNREFUSED') await unlink(path)
    return
  } finally {
    socket.destroy()
  }
  throw Object.assign(new Error('Somebody listens there'), { code: 'EADDRINUSE' })
}
