import { createClient } from '@redis/client'
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { FrozenUserStore } from '../../src/storage/frozen-user-store.ts'
import type { RedisAddress } from '../../src/storage/redis/redis-connection.ts'
import { type Database, timestamp } from '../../src/storage/schema.ts'
import { RedisTokenDataStore } from '../../src/storage/token-data/redis-token-data-store.ts'
import { SqlTokenDataStore } from '../../src/storage/token-data/sql-token-data-store.ts'
import type { TokenDataCipher } from '../../src/storage/token-data/token-data-cipher.ts'
import type { TokenDataSession, TokenDataStore } from '../../src/storage/token-data/token-data-store.ts'
import { redisAvailable, workerRedis } from '../support/redis.ts'
import { clearTables, type DatabaseBackend, databaseBackends, openWithSchema } from './backends.ts'

/** A place for token data, and what tests do to it behind the store's back. */
export interface TokenDataBed {
  kind: TokenDataStore['kind']
  /** The database that an operation's transaction runs on; with Redis, one that refuses everything. */
  db: Kysely<Database>
  open(cipher: TokenDataCipher): TokenDataStore
  /** What an operation does to freeze and unfreeze somebody, its database included. */
  freeze(session: TokenDataSession, trx: Kysely<Database>, username: string): Promise<void>
  unfreeze(session: TokenDataSession, trx: Kysely<Database>, username: string): Promise<boolean>
  /** Writes a text as it is, and tells nobody. @param expires - Whole seconds since the epoch; null: never. */
  put(key: string, text: string, expires?: number | null): Promise<void>
  /** The stored text; null: none. */
  text(key: string): Promise<string | null>
  /** When the store itself will drop the value, in seconds since the epoch; null: never. */
  end(key: string): Promise<number | null>
  /** Ends the connections on which readers listen; null: nothing short of the database's end would. */
  cut: (() => Promise<void>) | null
  /** Sends a command to Redis itself. */
  command(...words: string[]): Promise<unknown>
  clear(): Promise<void>
  remove(): Promise<void>
}

export interface TokenDataBackend {
  name: string
  available: true | string
  open(): Promise<TokenDataBed>
}

export const tokenDataBackends: readonly TokenDataBackend[] = [
  ...databaseBackends.map(
    (backend): TokenDataBackend => ({
      name: `SQL on ${backend.name}`,
      available: backend.available,
      open: () => openSql(backend),
    }),
  ),
  { name: 'Redis', available: redisAvailable(), open: openRedis },
]

type Suite = (bed: () => TokenDataBed) => void

/** Declares the suites once for each backend, which is opened once a file and emptied after each test. */
export function onEachTokenDataBackend(suite: Suite): void {
  for (const backend of tokenDataBackends) onTokenData(backend, suite)
}

export function onRedis(suite: Suite): void {
  for (const backend of tokenDataBackends.filter(({ name }) => name === 'Redis')) onTokenData(backend, suite)
}

function onTokenData(backend: TokenDataBackend, suite: Suite): void {
  describe.skipIf(backend.available !== true)(backend.name, () => {
    let bed: TokenDataBed
    beforeAll(async () => {
      bed = await backend.open()
    })
    afterEach(() => bed.clear())
    afterAll(() => bed?.remove())
    suite(() => bed)
  })
}

async function openSql(backend: DatabaseBackend): Promise<TokenDataBed> {
  const connection = await openWithSchema(backend)
  const { db } = connection
  const row = (key: string) =>
    db.selectFrom('porthor_token_data').selectAll().where('key', '=', key).executeTakeFirst()
  return {
    kind: 'sql',
    db,
    open: (cipher) => new SqlTokenDataStore(connection, cipher),
    async freeze(session, trx, username) {
      await new FrozenUserStore(trx).add(username, 'admin')
      await session.freeze(username)
    },
    async unfreeze(session, trx, username) {
      await new FrozenUserStore(trx).delete(username)
      return session.unfreeze(username, username)
    },
    async put(key, value, expires = null) {
      await db.deleteFrom('porthor_token_data').where('key', '=', key).execute()
      await db
        .insertInto('porthor_token_data')
        .values({ key, value, expires: expires === null ? null : timestamp(expires) })
        .execute()
    },
    text: async (key) => (await row(key))?.value ?? null,
    end: async (key) => (await row(key))?.expires ?? null,
    cut: connection.kind === 'embedded' ? null : () => endListeners(db),
    command: () => Promise.reject(new Error('This is no Redis')),
    clear: () => clearTables(db),
    remove: () => connection.remove(),
  }
}

async function endListeners(db: Kysely<Database>): Promise<void> {
  await sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'porthor listener'`.execute(db)
}

async function openRedis(): Promise<TokenDataBed> {
  const redis = await workerRedis()
  const client = createClient({ url: redis.url })
  await client.connect()
  const stores: TokenDataStore[] = []
  return {
    kind: 'redis',
    db: refusingDatabase(),
    open(cipher) {
      const store = new RedisTokenDataStore({ address: redisAddress(redis.port), cipher, poolSize: 10 })
      stores.push(store)
      return store
    },
    freeze: (session, _trx, username) => session.freeze(username),
    async unfreeze(session, _trx, username) {
      const mark = await session.frozenMark(username)
      return mark !== null && session.unfreeze(username, mark)
    },
    async put(key, text, expires = null) {
      await client.set(`token:${key}`, text)
      if (expires !== null) await client.expireAt(`token:${key}`, expires)
    },
    text: (key) => client.get(`token:${key}`),
    async end(key) {
      const milliseconds = await client.pExpireTime(`token:${key}`)
      return milliseconds < 0 ? null : milliseconds / 1000
    },
    async cut() {
      await client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'])
    },
    command: (...words) => client.sendCommand(words),
    async clear() {
      await client.flushAll()
    },
    async remove() {
      for (const store of stores) await store.close()
      client.destroy()
    },
  }
}

export function redisAddress(port: number): RedisAddress {
  return {
    ...{ kind: 'server', host: '127.0.0.1', port, database: 0 },
    ...{ username: null, password: null, tls: false },
  }
}

/** Begins and ends transactions, and answers nothing: a store that needs no database must not ask it. */
function refusingDatabase(): Kysely<Database> {
  return new Kysely<Database>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
}
