import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { QueryError, Request, Response, Transport } from './messages.ts'

/** An error of the embedded database, of the same shape as one of `pg`. */
export class EmbeddedDatabaseError extends Error {
  readonly code: string | undefined
  readonly constraint: string | undefined

  constructor(error: QueryError) {
    super(error.message)
    this.name = 'EmbeddedDatabaseError'
    this.code = error.code
    this.constraint = error.constraint
  }
}

interface Result {
  command: string
  rowCount: number
  rows: Record<string, unknown>[]
}

/**
 * The pool that Kysely's PostgreSQL dialect asks for, over an embedded database: each client is one exclusive turn on the
 * single connection, so a transaction never sees another's statements, nor another its.
 */
export class EmbeddedPool implements PostgresPool {
  readonly options = {}
  #transport: Transport<Response, Request>
  readonly #pending = new Map<number, { resolve(result: Result): void; reject(error: Error): void }>()
  readonly #listeners = new Map<string, Set<(payload: string) => void>>()
  readonly #listening = new Map<string, Promise<unknown>>()
  readonly #onClosed = new Set<() => void>()
  #counter = 0
  #closed = false
  readonly #onEnd: () => Promise<void>
  #ended: Promise<void> | null = null

  constructor(transport: Transport<Response, Request>, onEnd: () => Promise<void>) {
    this.#transport = transport
    this.#onEnd = onEnd
    this.#attend(transport)
  }

  /** Goes on with a database that was opened anew; nobody listens to it yet. */
  resume(transport: Transport<Response, Request>): void {
    this.#listening.clear()
    this.#listeners.clear()
    this.#transport = transport
    this.#closed = false
    this.#attend(transport)
  }

  connect = async (): Promise<PostgresPoolClient> => {
    if (this.#closed) throw connectionLost()
    const session = ++this.#counter
    this.#transport.send({ kind: 'acquire', session })
    const query = (sql: string, parameters: readonly unknown[] = []) =>
      this.#ask((id) => ({ kind: 'query', session, id, sql, parameters: parameters.map(plainParameter) }))
    return {
      query: query as unknown as PostgresPoolClient['query'],
      release: () => {
        if (!this.#closed) this.#transport.send({ kind: 'release', session })
      },
    }
  }

  /**
   * Calls `listener` with the payload of each NOTIFY on the channel, from the moment the promise is fulfilled.
   *
   * @returns What ends it.
   */
  async listen(channel: string, listener: (payload: string) => void): Promise<() => void> {
    const listeners = this.#listeners.get(channel) ?? new Set()
    this.#listeners.set(channel, listeners.add(listener))
    let listening = this.#listening.get(channel)
    if (!listening) {
      listening = this.#startListening(channel)
      this.#listening.set(channel, listening)
      listening.catch(() => this.#listening.delete(channel))
    }
    await listening
    return () => listeners.delete(listener)
  }

  /** Calls back once the database is closed, or cannot be reached any more. */
  onClosed(callback: () => void): void {
    if (this.#closed) callback()
    else this.#onClosed.add(callback)
  }

  end = async (): Promise<void> => {
    this.#ended ??= this.#onEnd()
    await this.#ended
    this.#fail()
  }

  #attend(transport: Transport<Response, Request>): void {
    transport.onMessage((response) => this.#receive(response))
    transport.onClose(() => this.#fail())
  }

  async #startListening(channel: string): Promise<void> {
    const session = ++this.#counter
    this.#transport.send({ kind: 'acquire', session })
    try {
      await this.#ask((id) => ({ kind: 'listen', session, id, channel }))
    } finally {
      if (!this.#closed) this.#transport.send({ kind: 'release', session })
    }
  }

  #ask(request: (id: number) => Request): Promise<Result> {
    if (this.#closed) return Promise.reject(connectionLost())
    return new Promise((resolve, reject) => {
      const id = ++this.#counter
      this.#pending.set(id, { resolve, reject })
      this.#transport.send(request(id))
    })
  }

  #receive(response: Response): void {
    if (typeof response !== 'object') return
    if (response.kind === 'notification') {
      for (const listener of this.#listeners.get(response.channel) ?? []) listener(response.payload)
      return
    }
    const pending = this.#pending.get(response.id)
    this.#pending.delete(response.id)
    if (response.kind === 'result') pending?.resolve(response)
    else pending?.reject(new EmbeddedDatabaseError(response.error))
  }

  #fail(): void {
    this.#closed = true
    for (const { reject } of this.#pending.values()) reject(connectionLost())
    this.#pending.clear()
    for (const callback of this.#onClosed) callback()
    this.#onClosed.clear()
  }
}

function connectionLost(): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError({ message: 'The embedded database is closed', code: '08006' })
}

/** A Buffer crosses to another thread as a plain Uint8Array, which is what PGlite takes for `bytea`. */
function plainParameter(parameter: unknown): unknown {
  return Buffer.isBuffer(parameter) ? new Uint8Array(parameter) : parameter
}
