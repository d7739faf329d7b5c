import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { createTestDatabase, postgresAvailable } from '../../tests/support/postgres.ts'
import { openPostgres } from './database.ts'

it.skipIf(postgresAvailable() !== true)(
  'times are read whatever form the database would give them',
  async () => {
    const { url, drop } = await createTestDatabase()
    onTestFinished(drop)
    const setUp = openPostgres({ url })
    const { rows } = await sql<{ name: string }>`SELECT current_database() AS name`.execute(setUp.db)
    await sql`ALTER DATABASE ${sql.id(`${rows[0]?.name}`)} SET datestyle = 'SQL, DMY'`.execute(setUp.db)
    await setUp.close()

    const { db, close } = openPostgres({ url })
    const read = await sql<{ time: number }>`SELECT timestamp '2031-02-03 04:05:06' AS time`.execute(db)
    await close()
    expect(read.rows).toEqual([{ time: Date.UTC(2031, 1, 3, 4, 5, 6) / 1000 }])
  },
)
