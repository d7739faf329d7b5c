import { StoreUnavailableError } from '../../models/errors.ts'
import { type ConnectOptions, type RedisAddress, RedisConnection } from './redis-connection.ts'

const MAXIMUM_WAIT_MILLISECONDS = 5_000

interface Waiting {
  resolve(connection: RedisConnection): void
  reject(error: Error): void
}

/** A few connections, each lent to one operation at a time. */
export class RedisPool {
  readonly #address: RedisAddress
  readonly #size: number
  readonly #options: ConnectOptions
  readonly #idle: RedisConnection[] = []
  readonly #waiting: Waiting[] = []
  readonly #open = new Set<RedisConnection>()
  #count = 0
  #closed = false

  constructor(address: RedisAddress, size: number, options: ConnectOptions = {}) {
    this.#address = address
    this.#size = size
    this.#options = options
  }

  /** @throws {StoreUnavailableError} Redis cannot be reached, or all connections stay in use for 5 s. */
  async acquire(): Promise<RedisConnection> {
    if (this.#closed) throw new StoreUnavailableError('The connections to Redis are closed')
    const idle = this.#takeIdle()
    if (idle) return idle
    if (this.#count >= this.#size) return this.#wait()
    this.#count++
    try {
      const connection = await RedisConnection.open(this.#address, this.#options)
      this.#open.add(connection)
      connection.onBroken(() => this.#forget(connection))
      return connection
    } catch (error) {
      this.#count--
      this.#serveWaiting()
      throw error
    }
  }

  release(connection: RedisConnection): void {
    if (this.#closed) connection.destroy()
    if (connection.broken) return
    const waiting = this.#waiting.shift()
    if (waiting) waiting.resolve(connection)
    else this.#idle.push(connection)
  }

  async with<T>(use: (connection: RedisConnection) => Promise<T>): Promise<T> {
    const connection = await this.acquire()
    try {
      return await use(connection)
    } finally {
      this.release(connection)
    }
  }

  close(): void {
    this.#closed = true
    for (const connection of this.#open) connection.destroy()
  }

  #takeIdle(): RedisConnection | null {
    return this.#idle.pop() ?? null
  }

  #forget(connection: RedisConnection): void {
    this.#open.delete(connection)
    const index = this.#idle.indexOf(connection)
    if (index >= 0) this.#idle.splice(index, 1)
    this.#count--
    this.#serveWaiting()
  }

  /** A place has become free: a connection is opened for whoever waits longest by then, and kept if nobody does. */
  #serveWaiting(): void {
    if (this.#waiting.length === 0) return
    this.acquire().then(
      (connection) => this.release(connection),
      (error) => this.#waiting.shift()?.reject(error),
    )
  }

  #wait(): Promise<RedisConnection> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        resolve(connection) {
          clearTimeout(timer)
          resolve(connection)
        },
        reject(error) {
          clearTimeout(timer)
          reject(error)
        },
      }
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        reject(new StoreUnavailableError('All connections to Redis are in use'))
      }, MAXIMUM_WAIT_MILLISECONDS)
      this.#waiting.push(waiting)
    })
  }
}
