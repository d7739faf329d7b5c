import { createClient, ErrorReply } from '@redis/client'
import { StoreUnavailableError } from '../../models/errors.ts'
import { within } from '../within.ts'

/** Where a Redis is, or who knows where: with sentinels, `name` is what they call the master. */
export type RedisAddress = {
  readonly database: number
  readonly username: string | null
  readonly password: string | null
  readonly tls: boolean
} & (
  | { readonly kind: 'server'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'sentinel'
      readonly sentinels: readonly { readonly host: string; readonly port: number }[]
      readonly name: string
    }
)

export interface RedisTimeouts {
  /** After so long without an answer a connection is destroyed, and the outcome unknown: milliseconds. */
  commandMilliseconds: number
  connectMilliseconds: number
}

const LATE = 'Redis did not answer in time'

export const DEFAULT_TIMEOUTS: RedisTimeouts = { commandMilliseconds: 2_000, connectMilliseconds: 5_000 }

/** The Redis cannot be used at all, however long one waits: configuration, not weather. */
export class UnsuitableRedisError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UnsuitableRedisError'
  }
}

type Client = ReturnType<typeof makeClient>
export type RedisReply =
  | string
  | number
  | null
  | undefined
  | RedisReply[]
  | Map<string, RedisReply>
  | { [key: string]: RedisReply }

export interface ConnectOptions {
  timeouts?: RedisTimeouts
  /** Called with each key that changed after it was read here; null: with all. Turns client tracking on. */
  onInvalidate?: (key: string | null) => void
}

/**
 * One connection to one master, for its whole life (PROTOCOLS.md §2.8): it never reconnects, queues nothing while it is
 * away, repeats no command. What a broken one was asked last may have happened or not.
 */
export class RedisConnection {
  readonly #client: Client
  readonly #timeouts: RedisTimeouts
  readonly identity: string
  #broken = false
  readonly #onBroken: (() => void)[] = []

  private constructor(client: Client, identity: string, timeouts: RedisTimeouts) {
    this.#client = client
    this.identity = identity
    this.#timeouts = timeouts
    client.on('error', () => this.destroy())
    client.on('end', () => this.destroy())
    if (!client.isOpen) this.destroy()
  }

  /**
   * @throws {StoreUnavailableError} It cannot be reached, or is a replica (just now).
   * @throws {UnsuitableRedisError} It is a cluster.
   */
  static async open(address: RedisAddress, options: ConnectOptions = {}): Promise<RedisConnection> {
    const timeouts = options.timeouts ?? DEFAULT_TIMEOUTS
    const { host, port } = await resolveMaster(address, timeouts)
    const client = makeClient(address, host, port, timeouts, options.onInvalidate !== undefined)
    client.on('error', () => {})
    if (options.onInvalidate) {
      const { onInvalidate } = options
      client.on('invalidate', (key: Buffer | string | null) =>
        onInvalidate(key === null ? null : key.toString()),
      )
    }
    try {
      await within(client.connect(), timeouts.connectMilliseconds, LATE)
      const identity = await within(readIdentity(client), timeouts.commandMilliseconds, LATE)
      return new RedisConnection(client, identity, timeouts)
    } catch (error) {
      client.destroy()
      if (error instanceof UnsuitableRedisError || error instanceof StoreUnavailableError) throw error
      throw new StoreUnavailableError('Redis cannot be reached', { cause: error })
    }
  }

  get broken(): boolean {
    return this.#broken
  }

  /** Calls back once the connection is of no use any more. */
  onBroken(callback: () => void): void {
    if (this.#broken) callback()
    else this.#onBroken.push(callback)
  }

  /**
   * Sends a command; those sent in the same moment share a packet.
   *
   * @throws {StoreUnavailableError} No answer in time, or the connection broke: the outcome is not known.
   */
  send<T extends RedisReply = RedisReply>(...command: string[]): Promise<T> {
    return this.#answered(() => this.#client.sendCommand(command) as Promise<T>)
  }

  /** Sends commands in one packet. @returns Their answers, in the same order. */
  sendAll<T extends RedisReply = RedisReply>(commands: readonly string[][]): Promise<T[]> {
    const sendOne = (command: string[]) => this.#client.sendCommand(command) as Promise<T>
    return this.#answered(() => Promise.all(commands.map(sendOne)))
  }

  async #answered<T>(send: () => Promise<T>): Promise<T> {
    if (this.#broken) throw new StoreUnavailableError('The connection to Redis is broken')
    const timer = setTimeout(() => this.destroy(), this.#timeouts.commandMilliseconds)
    try {
      return await send()
    } catch (error) {
      if (error instanceof ErrorReply)
        throw new StoreUnavailableError('Redis refused a command', { cause: error })
      this.destroy()
      throw new StoreUnavailableError('Redis did not answer', { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }

  destroy(): void {
    if (this.#broken) return
    this.#broken = true
    if (this.#client.isOpen) this.#client.destroy()
    for (const callback of this.#onBroken.splice(0)) callback()
  }
}

function makeClient(
  address: RedisAddress,
  host: string,
  port: number,
  timeouts: RedisTimeouts,
  track: boolean,
) {
  return createClient({
    RESP: 3,
    disableOfflineQueue: true,
    // The client's own, an AbortSignal for each command, costs more than the command; `send` has one that is cheap.
    commandOptions: { timeout: 0 },
    database: address.database,
    ...(address.username !== null && { username: address.username }),
    ...(address.password !== null && { password: address.password }),
    ...(track && { emitInvalidate: true }),
    socket: {
      host,
      port,
      reconnectStrategy: false,
      connectTimeout: timeouts.connectMilliseconds,
      ...(address.tls && { tls: true as const }),
    },
  })
}

/** `run_id` and replication id of a master: what tells one Redis, and one life of it, from another (PROTOCOLS.md §7). */
async function readIdentity(client: Client): Promise<string> {
  const sections = await Promise.all(
    ['server', 'replication', 'cluster'].map((section) => client.sendCommand(['INFO', section])),
  )
  const info = sections.join('\n')
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
  if (field('cluster_enabled') === '1') {
    throw new UnsuitableRedisError(
      'Redis Cluster is not supported: use a single Redis, with Sentinel if need be',
    )
  }
  if (field('role') !== 'master') throw new StoreUnavailableError('This Redis is a replica, not the master')
  return `${field('run_id')}:${field('master_replid')}`
}

async function resolveMaster(
  address: RedisAddress,
  timeouts: RedisTimeouts,
): Promise<{ host: string; port: number }> {
  if (address.kind === 'server') return address
  for (const { host, port } of address.sentinels) {
    const client = makeClient(
      { ...address, database: 0, username: null, password: null },
      host,
      port,
      timeouts,
      false,
    )
    client.on('error', () => {})
    try {
      await within(client.connect(), timeouts.connectMilliseconds, LATE)
      const asked = client.sendCommand<string[] | null>(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', address.name])
      const [masterHost, masterPort] = (await within(asked, timeouts.commandMilliseconds, LATE)) ?? []
      if (masterHost && masterPort) return { host: masterHost, port: Number(masterPort) }
    } catch {
      // The next sentinel may know.
    } finally {
      client.destroy()
    }
  }
  throw new StoreUnavailableError(`No sentinel names a master ${address.name}`)
}
