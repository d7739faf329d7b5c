import { rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { openEmbedded } from '../../src/storage/database.ts'
import { unavailable } from '../../src/storage/database-errors.ts'

/*
 * Uses an embedded database while its disk is full, with full-disk.mjs preloaded, and says what came of it. Arguments: the
 * folder, and the file that makes the disk full.
 */

const [folder = '', flag = ''] = process.argv.slice(2)
const { db, close } = await openEmbedded({ folder, silenceMilliseconds: 5_000 })
const insert = (note: string) => sql`INSERT INTO noted VALUES (${note})`.execute(db)
const fate = (written: Promise<unknown>) =>
  written.then(
    () => 'written',
    (error) => (unavailable(error) ? 'unavailable' : String(error)),
  )

await sql`CREATE TABLE noted (note text)`.execute(db)
await insert('before')
writeFileSync(flag, '')
// There is room in the table, and none in the log: the COMMIT fails.
const lost = await fate(
  db.transaction().execute((trx) => sql`INSERT INTO noted VALUES ('lost')`.execute(trx)),
)
const refused = await fate(insert('refused'))
rmSync(flag)
let attempts = 0
while ((await fate(insert('after'))) !== 'written' && attempts++ < 600) await sleep(100)
const { rows } = await sql<{ note: string }>`SELECT DISTINCT note FROM noted ORDER BY note`.execute(db)
await close()
process.stdout.write(`\nfates ${JSON.stringify({ lost, refused, notes: rows.map(({ note }) => note) })}\n`)
