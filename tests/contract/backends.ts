import { type ControlledTransaction, type Kysely, sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { type DatabaseConnection, openEmbedded, openPostgres } from '../../src/storage/database.ts'
import type { Database } from '../../src/storage/schema.ts'
import { SchemaManager } from '../../src/storage/schema-manager.ts'
import { embeddedImage } from '../support/embedded-template.ts'
import { createTestDatabase, postgresAvailable } from '../support/postgres.ts'

/** An open database of a suite's own. */
export interface TestConnection extends DatabaseConnection {
  /** Closes it and removes what it left. */
  remove(): Promise<void>
}

export interface DatabaseBackend {
  name: string
  /** True, or why the suite is left out. */
  available: true | string
  /** Opens a new, empty database, without any table. */
  open(): Promise<TestConnection>
}

const embedded: DatabaseBackend = {
  name: 'PGlite',
  available: true,
  async open() {
    const connection = await openEmbedded({ folder: null, image: await embeddedImage('empty') })
    return { ...connection, remove: () => connection.close() }
  },
}

const postgres: DatabaseBackend = {
  name: 'PostgreSQL',
  available: postgresAvailable(),
  async open() {
    const database = await createTestDatabase()
    const connection = openPostgres({ url: database.url, poolSize: 12 })
    return {
      ...connection,
      async remove() {
        await connection.close()
        await database.drop()
      },
    }
  },
}

export const databaseBackends: readonly DatabaseBackend[] = [embedded, postgres]

const TABLES = [
  'token_change_history',
  'token_auth_history',
  'admin_history',
  'admin',
  'token',
  'porthor_frozen_user',
  'porthor_token_data',
  'porthor_redis',
] as const

type Suite = (database: () => TestConnection) => void

/** Declares a suite once for each backend. The database is one for the whole file, and emptied after each test. */
export function onEachDatabase(what: string, suite: Suite): void {
  for (const backend of databaseBackends) onDatabase(backend, what, suite)
}

/** For what only several connections at once can show: PGlite has one, on which transactions cannot meet. */
export function onPostgres(what: string, suite: Suite): void {
  onDatabase(postgres, what, suite)
}

function onDatabase(backend: DatabaseBackend, what: string, suite: Suite): void {
  describe.skipIf(backend.available !== true)(`${backend.name}: ${what}`, () => {
    let connection: TestConnection
    beforeAll(async () => {
      connection = await ofThisFile(backend)
    })
    afterEach(async () => {
      if (connection.kind === 'postgresql') await expectNoOpenTransaction(connection.db)
      await clearTables(connection.db)
    })
    suite(() => connection)
  })
}

const opened = new Map<DatabaseBackend, Promise<TestConnection>>()

/** Opening PGlite takes seconds: once a file. */
function ofThisFile(backend: DatabaseBackend): Promise<TestConnection> {
  let connection = opened.get(backend)
  if (!connection) {
    connection = openWithSchema(backend)
    opened.set(backend, connection)
  }
  return connection
}

export async function openWithSchema(backend: DatabaseBackend): Promise<TestConnection> {
  const connection = await backend.open()
  await new SchemaManager(connection).update()
  return connection
}

afterAll(async () => {
  for (const connection of opened.values()) await (await connection).remove()
})

export async function clearTables(db: Kysely<Database>): Promise<void> {
  for (const table of TABLES) await db.deleteFrom(table).execute()
}

/** A test that leaves a transaction open would make the next one wait for its locks. */
async function expectNoOpenTransaction(db: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{ query: string }>`
    SELECT query FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%'`.execute(db)
  expect(rows, 'a transaction was left open').toEqual([])
}

/** Runs steps one by one in a transaction that lasts as long as the test wants. */
export function begin(db: Kysely<Database>): Promise<ControlledTransaction<Database>> {
  return db.startTransaction().execute()
}

/** Waits until so many sessions of this database wait for a lock. */
export async function untilWaiting(db: Kysely<Database>, sessions = 1): Promise<void> {
  const waiting = async () => {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(db)
    return rows[0]?.count
  }
  await expect.poll(waiting, { interval: 5, timeout: 10_000 }).toBe(sessions)
}

/** The same database, and how many statements were sent through it. */
export function counting(db: Kysely<Database>): { db: Kysely<Database>; statements(): number } {
  let statements = 0
  const counted = db.withPlugin({
    transformQuery({ node }) {
      statements++
      return node
    },
    transformResult: async ({ result }) => result,
  })
  return { db: counted, statements: () => statements }
}
