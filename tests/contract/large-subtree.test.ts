import { type Kysely, type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/models/clock.ts'
import { LastUsed } from '../../src/services/last-used.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { auditPages } from '../../src/storage/audit-pages.ts'
import { type DatabaseConnection, openPostgres } from '../../src/storage/database.ts'
import type { Database } from '../../src/storage/schema.ts'
import { SchemaManager } from '../../src/storage/schema-manager.ts'
import { TokenDatabaseStore } from '../../src/storage/token-database-store.ts'
import { TokenLocks } from '../../src/storage/token-locks.ts'
import { createTestDatabase, postgresAvailable, type TestDatabase } from '../support/postgres.ts'

const TREE = 10_001
/** So many that PostgreSQL, left to itself, reads all of the table, or of an index, for the keys of the tree. */
const OTHERS = 90_000

/** In no order, as real keys are: neighbours in one index are not so in another. */
function keyOf(number: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`substr(md5(name || (${number})::text), 1, 22)`
}

describe.skipIf(postgresAvailable() !== true)('PostgreSQL: a subtree of ten thousand', () => {
  let database: TestDatabase
  let connection: DatabaseConnection
  let top: string

  beforeAll(async () => {
    database = await createTestDatabase()
    connection = openPostgres({ url: database.url })
    await new SchemaManager(connection).update()
    const { db } = connection
    await sql`
      INSERT INTO token (token, username, token_type, scopes, created)
      SELECT ${keyOf(sql`number`)}, name, 'internal', 'read:all', timestamp '2026-01-01' + number * interval '1 minute'
      FROM (VALUES ('tree', ${TREE}::int), ('other', ${OTHERS}::int)) AS tree(name, size), generate_series(0, size - 1) AS number`.execute(
      db,
    )
    await sql`
      INSERT INTO subtoken (child, parent)
      SELECT ${keyOf(sql`number`)}, ${keyOf(sql`(number - 1) / 10`)}
      FROM (VALUES ('tree', ${TREE}::int), ('other', ${OTHERS}::int)) AS tree(name, size), generate_series(1, size - 1) AS number`.execute(
      db,
    )
    const { rows } = await sql<{
      key: string
    }>`SELECT ${keyOf(sql`0`)} AS key FROM (VALUES ('tree')) AS tree(name)`.execute(db)
    top = rows[0]?.key ?? ''
    await sql`ANALYZE`.execute(db)
  }, 60_000)
  afterAll(async () => {
    await connection?.close()
    await database?.drop()
  })

  /** What is read in a transaction that is rolled back afterwards: rows of whole tables, and rows found by an index. */
  async function readBy(work: (trx: Kysely<Database>) => Promise<unknown>) {
    const trx = await connection.db.startTransaction().execute()
    try {
      const before = await readSoFar(trx)
      await work(trx)
      const after = await readSoFar(trx)
      return { whole: after.whole - before.whole, indexed: after.indexed - before.indexed }
    } finally {
      await trx.rollback().execute()
    }
  }

  async function readSoFar(trx: Kysely<Database>) {
    const { rows } = await sql<{ whole: string; indexed: string }>`
      SELECT sum(seq_tup_read) AS whole, sum(idx_tup_fetch) AS indexed FROM pg_stat_xact_user_tables
      WHERE relname IN ('token', 'subtoken')`.execute(trx)
    return { whole: Number(rows[0]?.whole), indexed: Number(rows[0]?.indexed) }
  }

  it('is revoked by reading nothing of other tokens', async () => {
    let ended = 0
    const read = await readBy(async (trx) => {
      await new TokenLocks(trx).limitWaiting()
      const locked = await new TokenLocks(trx).lockSubtrees([top])
      const endings = locked.toReversed().map(({ info }) => ({ key: info.token }))
      const history = { actor: 'alice', ipAddress: null }
      ended = (await new TokenDatabaseStore(trx).deleteRows(endings, 'revoke', history)).length
    })
    expect(ended).toBe(TREE)
    expect(read.whole).toBe(0)
    // Each token a few times: to list, to lock, to delete, and for the foreign keys.
    expect(read.indexed).toBeLessThan(TREE * 10)
  })

  it('is changed by reading nothing of other tokens', async () => {
    const read = await readBy(async (trx) => {
      await new TokenLocks(trx).limitWaiting()
      const locked = await new TokenLocks(trx).lockSubtrees([top])
      const changes = locked.map(({ info }) => ({ info: { ...info, scopes: [] }, oldScopes: info.scopes }))
      await new TokenDatabaseStore(trx).modifyRows(changes, { actor: 'alice', ipAddress: null })
    })
    expect(read.whole).toBe(0)
    expect(read.indexed).toBeLessThan(TREE * 10)
  })

  it('is noted as used by reading each of its tokens alone', async () => {
    const uses = await sql<{ key: string }>`SELECT child AS key FROM subtoken LIMIT 500`.execute(
      connection.db,
    )
    const read = await readBy(async (trx) => {
      const db = { transaction: () => ({ execute: (work: (_: unknown) => unknown) => work(trx) }) }
      const lastUsed = new LastUsed({ db: db as never, clock: systemClock, log: silentLog })
      for (const { key } of uses.rows) lastUsed.note({ data: { token: { key } } }, '192.0.2.1')
      await lastUsed.close()
      const { rows } = await sql`SELECT FROM token_auth_history`.execute(trx)
      expect(rows).toHaveLength(500)
    })
    expect(read.whole).toBe(0)
    expect(read.indexed).toBeLessThanOrEqual(uses.rows.length * 4)
  })

  it('is audited page by page, each by reading its own tokens alone', async () => {
    let size = 0
    const read = await readBy(async (trx) => {
      for await (const page of auditPages(trx)) size += page.length
    })
    expect(size).toBe(TREE + OTHERS)
    expect(read.whole).toBe(0)
    expect(read.indexed).toBeLessThan(size * 4)
  })
})
