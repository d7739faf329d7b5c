import type { Entry } from 'ldapts'
import { type LdapAccess, LdapConnection, type LdapSearch } from './ldap-connection.ts'
import { LdapConnectionError, LdapError, LdapTimeoutError } from './ldap-errors.ts'

export interface LdapPoolOptions extends LdapAccess {
  /** Never empty. */
  urls: readonly string[]
  poolSize: number
  /** For one attempt at a query, connecting included: 5 s (spec/userinfo.md §4) unless a test is in a hurry. */
  timeoutMilliseconds?: number
}

interface Idle {
  connection: LdapConnection
  /** Milliseconds of a clock that never goes back. */
  since: number
}

const TIMEOUT_MILLISECONDS = 5_000
const ATTEMPTS = 2
/** A connection that was idle for longer may have been forgotten by what lies between. */
const MAXIMUM_IDLE_MILLISECONDS = 60_000

/**
 * A few connections to the directory, opened when they are needed. Of several servers the one that answered last is
 * asked first.
 */
export class LdapPool {
  readonly #options: LdapPoolOptions
  readonly #timeoutMilliseconds: number
  readonly #idle: Idle[] = []
  readonly #busy = new Set<LdapConnection>()
  /** Those who wait for a connection that somebody else has. */
  readonly #waiting: (() => void)[] = []
  #opening = 0
  /** Index of the server to begin with. */
  #preferred = 0
  #closed = false

  constructor(options: LdapPoolOptions) {
    this.#options = options
    this.#timeoutMilliseconds = options.timeoutMilliseconds ?? TIMEOUT_MILLISECONDS
  }

  /**
   * All entries that are found. Tries once more where the connection is lost, or no answer comes in time.
   *
   * @throws {LdapTimeoutError | LdapConnectionError | LdapBindError | LdapError}
   */
  async search(search: LdapSearch): Promise<Entry[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#withinTime((signal) => this.#search(search, signal))
      } catch (error) {
        const isWorthAnother = error instanceof LdapTimeoutError || error instanceof LdapConnectionError
        if (!isWorthAnother || attempt === ATTEMPTS || this.#closed) throw error
      }
    }
  }

  close(): void {
    this.#closed = true
    this.#dropIdle()
    for (const connection of this.#busy) connection.destroy()
    for (const proceed of this.#waiting.splice(0)) proceed()
  }

  async #withinTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController()
    const timer = setTimeout(
      () => controller.abort(new LdapTimeoutError(this.#timeoutMilliseconds / 1000)),
      this.#timeoutMilliseconds,
    )
    try {
      return await work(controller.signal)
    } finally {
      clearTimeout(timer)
    }
  }

  async #search(search: LdapSearch, signal: AbortSignal): Promise<Entry[]> {
    const connection = await this.#acquire(signal)
    try {
      const entries = await connection.search(search, signal)
      this.#release(connection, true)
      return entries
    } catch (error) {
      // Where the server has answered, if only with a refusal, the connection is as good as before.
      const isGood = error instanceof LdapError && !isLoss(error)
      if (!isGood) {
        this.#avoid()
        // What was open beside it has probably met the same fate: the next try is to be made on a new one.
        this.#dropIdle()
      }
      this.#release(connection, isGood)
      throw error
    }
  }

  async #acquire(signal: AbortSignal): Promise<LdapConnection> {
    for (;;) {
      if (this.#closed) throw new LdapConnectionError()
      const idle = this.#takeIdle()
      if (idle) return idle
      if (this.#busy.size + this.#opening < this.#options.poolSize) return this.#open(signal)
      await this.#turn(signal)
    }
  }

  #dropIdle(): void {
    for (const { connection } of this.#idle.splice(0)) connection.destroy()
  }

  #takeIdle(): LdapConnection | null {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      const { connection, since } = idle
      if (connection.isOpen && performance.now() - since < MAXIMUM_IDLE_MILLISECONDS) {
        this.#busy.add(connection)
        return connection
      }
      connection.destroy()
    }
    return null
  }

  async #open(signal: AbortSignal): Promise<LdapConnection> {
    this.#opening++
    try {
      const connection = await this.#openAny(signal)
      this.#busy.add(connection)
      return connection
    } finally {
      this.#opening--
      // Where it failed, somebody else may try.
      this.#waiting.shift()?.()
    }
  }

  /** Each server gets its share of the time, so that a silent one leaves some for the next. */
  async #openAny(signal: AbortSignal): Promise<LdapConnection> {
    const { urls } = this.#options
    const share = this.#timeoutMilliseconds / urls.length
    let failure: unknown
    for (let count = 0; count < urls.length && !signal.aborted; count++) {
      const url = urls[this.#preferred % urls.length] as string
      const isLast = count === urls.length - 1
      const limit = isLast ? signal : AbortSignal.any([signal, AbortSignal.timeout(share)])
      try {
        return await LdapConnection.open(url, this.#options, limit)
      } catch (error) {
        // A server that refuses the bind would be in good order; the others know no better.
        if (error instanceof LdapError && !isLoss(error)) throw error
        failure = error
        this.#avoid()
      }
    }
    signal.throwIfAborted()
    throw failure
  }

  /** The next connection is opened to another server, if there is one. */
  #avoid(): void {
    this.#preferred = (this.#preferred + 1) % this.#options.urls.length
  }

  #release(connection: LdapConnection, isGood: boolean): void {
    this.#busy.delete(connection)
    if (isGood && connection.isOpen && !this.#closed)
      this.#idle.push({ connection, since: performance.now() })
    else connection.destroy()
    this.#waiting.shift()?.()
  }

  /** Waits until a connection, or room for one, may be there. */
  #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1)
        reject(signal.reason)
      }
      const proceed = () => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      }
      signal.addEventListener('abort', onAbort)
      this.#waiting.push(proceed)
    })
  }
}

function isLoss(error: LdapError): boolean {
  return error instanceof LdapConnectionError || error instanceof LdapTimeoutError
}
