import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase, postgresAvailable } from '../../tests/support/postgres.ts'
import { openPostgres } from './database.ts'
import { isConnectionError } from './database-errors.ts'

describe.skipIf(postgresAvailable() !== true)('a session that the server ends', () => {
  async function open() {
    const { url, drop } = await createTestDatabase()
    const { db, close } = openPostgres({ url })
    onTestFinished(async () => {
      await close()
      await drop()
    })
    return db
  }

  it('between two statements of a transaction is noticed by the next of them, and ends nothing else', async () => {
    const db = await open()
    const trx = await db.startTransaction().execute()
    const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(trx)
    await sql`SELECT pg_terminate_backend(${rows[0]?.pid}, 10000)`.execute(db)
    const error: unknown = await trx
      .commit()
      .execute()
      .catch((thrown) => thrown)
    expect(isConnectionError(error)).toBe(true)
    await trx
      .rollback()
      .execute()
      .catch(() => {})
    expect((await sql`SELECT 1 AS one`.execute(db)).rows).toEqual([{ one: 1 }])
  })
})
