import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DatabaseConnection, openPostgres } from '../../src/storage/database.ts'
import type { Database } from '../../src/storage/schema.ts'
import { SchemaManager } from '../../src/storage/schema-manager.ts'
import { TokenDatabaseStore } from '../../src/storage/token-database-store.ts'
import { TokenLocks } from '../../src/storage/token-locks.ts'
import { createTestDatabase, postgresAvailable, type TestDatabase } from '../support/postgres.ts'

const TREE = 10_001
/** So few that PostgreSQL, left to itself, reads the whole table for the keys of the tree. */
const OTHERS = 40_000
const TOP = 'tree-0'

describe.skipIf(postgresAvailable() !== true)('PostgreSQL: a subtree of ten thousand among others', () => {
  let database: TestDatabase
  let connection: DatabaseConnection

  beforeAll(async () => {
    database = await createTestDatabase()
    connection = openPostgres({ url: database.url })
    await new SchemaManager(connection).update()
    const { db } = connection
    await sql`
      INSERT INTO token (token, username, token_type, scopes, created)
      SELECT name || '-' || number, name, 'internal', 'read:all', timestamp '2026-01-01'
      FROM (VALUES ('tree', ${TREE}::int), ('other', ${OTHERS}::int)) AS tree(name, size), generate_series(0, size - 1) AS number`.execute(
      db,
    )
    await sql`
      INSERT INTO subtoken (child, parent)
      SELECT name || '-' || number, name || '-' || (number - 1) / 10
      FROM (VALUES ('tree', ${TREE}::int), ('other', ${OTHERS}::int)) AS tree(name, size), generate_series(1, size - 1) AS number`.execute(
      db,
    )
    await sql`ANALYZE`.execute(db)
  }, 60_000)
  afterAll(async () => {
    await connection?.close()
    await database?.drop()
  })

  /** What a transaction that is rolled back afterwards has read: rows of whole tables, and entries of indexes. */
  async function readBy(work: (trx: Kysely<Database>) => Promise<unknown>) {
    const trx = await connection.db.startTransaction().execute()
    try {
      await new TokenLocks(trx).limitWaiting()
      await work(trx)
      const { rows } = await sql<{ whole: string; indexed: string }>`
        SELECT sum(seq_tup_read) AS whole, sum(idx_tup_fetch) AS indexed FROM pg_stat_xact_user_tables
        WHERE relname IN ('token', 'subtoken')`.execute(trx)
      return { whole: Number(rows[0]?.whole), indexed: Number(rows[0]?.indexed) }
    } finally {
      await trx.rollback().execute()
    }
  }

  it('is revoked by reading nothing of the others', async () => {
    let ended = 0
    const read = await readBy(async (trx) => {
      const locked = await new TokenLocks(trx).lockSubtrees([TOP])
      const endings = locked.toReversed().map(({ info }) => ({ key: info.token }))
      const history = { actor: 'alice', ipAddress: null }
      ended = (await new TokenDatabaseStore(trx).deleteRows(endings, 'revoke', history)).length
    })
    expect(ended).toBe(TREE)
    expect(read.whole).toBe(0)
    // Each token a few times: to list, to lock, to delete, and for the foreign keys.
    expect(read.indexed).toBeLessThan(TREE * 12)
  })

  it('is changed by reading nothing of the others', async () => {
    const read = await readBy(async (trx) => {
      const locked = await new TokenLocks(trx).lockSubtrees([TOP])
      const changes = locked.map(({ info }) => ({ info: { ...info, scopes: [] }, oldScopes: info.scopes }))
      await new TokenDatabaseStore(trx).modifyRows(changes, { actor: 'alice', ipAddress: null })
    })
    expect(read.whole).toBe(0)
    expect(read.indexed).toBeLessThan(TREE * 12)
  })
})
