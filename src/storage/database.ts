import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { boundedPool } from './bounded-pool.ts'
import { type EmbeddedOptions, openEmbeddedDatabase } from './embedded/embedded-database.ts'
import type { EmbeddedPool } from './embedded/embedded-pool.ts'
import { type Database, readTimestamp } from './schema.ts'
import { within } from './within.ts'

/** An open database, of either kind, and what differs between the two. */
export interface DatabaseConnection {
  db: Kysely<Database>
  kind: 'embedded' | 'postgresql'
  /** Whether another process owns the embedded database, and this one is its guest. */
  guest: boolean
  /** Calls `listener` with each payload of the channel; the promise is fulfilled once LISTEN is in force. */
  listen(channel: string, listener: (payload: string) => void): Promise<Listener>
  close(): Promise<void>
}

export interface Listener {
  /** Calls back once when nothing more will be heard. */
  onLost(callback: () => void): void
  close(): Promise<void>
}

export interface PostgresOptions {
  /** `postgresql://user:password@host:port/database?...` */
  url: string
  /** Where to LISTEN, if a transaction-pooling proxy stands before `url`. */
  listenUrl?: string
  poolSize?: number
}

const CONNECT_MILLISECONDS = 10_000
/** More than PostgreSQL gives the statements of an operation (token-locks.ts), which it ends by itself. */
const STATEMENT_MILLISECONDS = 70_000
const LISTEN_MILLISECONDS = 5_000

const TIMESTAMP = 1114
const BIGINT = 20
const INET = 869

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === TIMESTAMP) return readTimestamp
    if (oid === BIGINT) return Number
    if (oid === INET) return (text: string) => text
    return pg.types.getTypeParser(oid, format)
  },
} as pg.CustomTypesConfig

export function openPostgres(options: PostgresOptions): DatabaseConnection {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    application_name: 'porthor',
    keepAlive: true,
    types,
    // Whatever the database or its user has set: `readTimestamp` reads this form.
    onConnect: (client) =>
      within(client.query('SET DateStyle TO ISO'), CONNECT_MILLISECONDS, 'PostgreSQL does not answer'),
  })
  // A broken idle connection leaves the pool by itself; without a listener it would end the process.
  pool.on('error', () => {})
  // So would one that breaks between two statements of a transaction: the next of them learns of it.
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: boundedPool(pool, STATEMENT_MILLISECONDS) }),
  })
  return {
    db,
    kind: 'postgresql',
    guest: false,
    listen: (channel, listener) => listenPostgres(options.listenUrl ?? options.url, channel, listener),
    close: () => db.destroy(),
  }
}

async function listenPostgres(
  url: string,
  channel: string,
  listener: (payload: string) => void,
): Promise<Listener> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: LISTEN_MILLISECONDS,
    query_timeout: LISTEN_MILLISECONDS,
    application_name: 'porthor listener',
    keepAlive: true,
    types,
  })
  // A server that is silent does not say goodbye either.
  const end = () => within(client.end(), LISTEN_MILLISECONDS, 'PostgreSQL does not answer').catch(() => {})
  const loss = new Loss()
  client.on('error', () => loss.happen())
  client.on('end', () => loss.happen())
  client.on('notification', (message) => listener(message.payload ?? ''))
  try {
    await client.connect()
    await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
  } catch (error) {
    void end()
    throw error
  }
  return {
    onLost: (callback) => loss.tell(callback),
    async close() {
      loss.ignore()
      await end()
    },
  }
}

/** A loss is told once, however many signs there are of it, and also to who asks after it has happened. */
class Loss {
  #state: 'none' | 'happened' | 'over' = 'none'
  #callback: (() => void) | null = null

  tell(callback: () => void): void {
    this.#callback = callback
    if (this.#state === 'happened') this.happen()
  }

  happen(): void {
    if (this.#state === 'over') return
    this.#state = this.#callback ? 'over' : 'happened'
    this.#callback?.()
  }

  ignore(): void {
    this.#state = 'over'
  }
}

export async function openEmbedded(options: EmbeddedOptions): Promise<DatabaseConnection> {
  const { pool, guest } = await openEmbeddedDatabase(options)
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  return {
    db,
    kind: 'embedded',
    guest,
    listen: (channel, listener) => listenEmbedded(pool, channel, listener),
    async close() {
      // Kysely ends a pool only if it has used it.
      await db.destroy()
      await pool.end()
    },
  }
}

async function listenEmbedded(
  pool: EmbeddedPool,
  channel: string,
  listener: (payload: string) => void,
): Promise<Listener> {
  const loss = new Loss()
  const stop = await pool.listen(channel, listener)
  pool.onClosed(() => loss.happen())
  return {
    onLost: (callback) => loss.tell(callback),
    async close() {
      loss.ignore()
      stop()
    },
  }
}

/** The database answers. Throws what the driver throws where it does not. */
export async function ping(db: Kysely<Database>): Promise<void> {
  await sql`SELECT 1`.execute(db)
}
