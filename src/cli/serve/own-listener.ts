import { once } from 'node:events'
import { unlink } from 'node:fs/promises'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import type { Config } from '../../config/index.ts'
import { CommandError } from '../exit-codes.ts'
import { requireFreeAddress } from './listen-error.ts'

/** An address of a part's own. */
export type OwnAddress = NonNullable<Config['metricsListen']>

/** The setting that names an address. */
export type AddressSetting = 'gateListen' | 'gateGrpcListen' | 'metricsListen'

const CANNOT: Readonly<Record<AddressSetting, string>> = {
  gateListen: 'The gate cannot listen',
  gateGrpcListen: 'The gate cannot listen',
  metricsListen: 'Metrics cannot be served',
}

/**
 * Makes sure that one could listen where parts of the server have addresses of their own. A socket on which nobody listens any
 * more is removed.
 *
 * @throws {CommandError}
 */
export async function prepareOwnAddresses({ gate, metricsListen }: Config): Promise<void> {
  await prepareAddress(gate.listen, 'gateListen')
  await prepareAddress(gate.grpcListen, 'gateGrpcListen')
  await prepareAddress(metricsListen, 'metricsListen')
}

async function prepareAddress(address: OwnAddress | null, setting: AddressSetting): Promise<void> {
  if (!address) return
  try {
    if (address.kind === 'port') await requireFreeAddress(address)
    else await removeLeftSocket(address.path)
  } catch (error) {
    throw cannotListen(address, setting, error)
  }
}

/** @throws {CommandError} One cannot listen there. */
export async function listenAt(server: Server, address: OwnAddress, setting: AddressSetting): Promise<void> {
  try {
    const listening = once(server, 'listening')
    // The folder says who may enter: the socket itself keeps nobody out.
    if (address.kind === 'socket') server.listen({ path: address.path, readableAll: true, writableAll: true })
    else server.listen(address.port, address.host)
    await listening
  } catch (error) {
    throw cannotListen(address, setting, error)
  }
}

/** Says where one cannot listen, and why. */
export function cannotListen(address: OwnAddress, setting: AddressSetting, error: unknown): CommandError {
  const place = address.kind === 'socket' ? address.path : `port ${address.port} of ${address.host}`
  const { code } = (error instanceof CommandError ? error.cause : error) as NodeJS.ErrnoException
  return new CommandError(`${CANNOT[setting]} on ${place} (${code}): choose another (${setting})`, {
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
