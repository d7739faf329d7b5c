import { rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type DatabaseConnection, openEmbedded } from '../../src/storage/database.ts'
import { isConnectionError } from '../../src/storage/database-errors.ts'
import { DataFolderBusyError } from '../../src/storage/embedded/embedded-database.ts'
import { SchemaManager } from '../../src/storage/schema-manager.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'
import { startTethered } from '../support/tethered.ts'

const SCRIPT = fileURLToPath(new URL('./embedded-process.ts', import.meta.url))

// Creating a database takes seconds: there is one for all tests, each of which leaves it without administrators.
let base: TemporaryFolder
let folder: string
beforeAll(async () => {
  base = await temporaryFolder('embedded')
  folder = join(base.path, 'data')
  const connection = await openEmbedded({ folder })
  await new SchemaManager(connection).update()
  await connection.close()
})
afterAll(() => base?.remove())

const startProcess = async (role: 'write' | 'hold' | 'open', folder: string) => {
  const started = await startTethered(process.execPath, [SCRIPT, role, folder])
  onTestFinished(async () => void (await started.end('SIGKILL')))
  return started
}

const admins = async ({ db }: DatabaseConnection): Promise<string[]> => {
  const rows = await db.selectFrom('admin').select('username').orderBy('username').execute()
  return rows.map(({ username }) => username)
}

const addAdmin = ({ db }: Pick<DatabaseConnection, 'db'>, username: string) =>
  db.insertInto('admin').values({ username }).execute()

describe('a data folder', () => {
  let owner: DatabaseConnection
  beforeAll(async () => {
    owner = await openEmbedded({ folder })
  })
  afterEach(() => owner.db.deleteFrom('admin').execute())
  afterAll(() => owner?.close())

  const invite = async () => {
    const guest = await openEmbedded({ folder, shared: true })
    onTestFinished(() => guest.close())
    return guest
  }

  it('is for nobody else to read', async () => {
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    // Also where the folder above was made by somebody else; PGlite's files are open to all.
    expect(((await stat(join(folder, 'database'))).mode & 0o777).toString(8)).toBe('700')
  })

  it('is refused to a second opener, in this process and in another', async () => {
    await expect(openEmbedded({ folder })).rejects.toThrow(DataFolderBusyError)
    const other = await startProcess('open', folder)
    await other.waitForOutput('.\n')
    expect(other.output()).toBe('DataFolderBusyError.\n')
  })

  it('may be shared by a guest, who sees what the owner does, and the other way round', async () => {
    const guest = await invite()
    expect([owner.guest, guest.guest]).toEqual([false, true])
    await addAdmin(owner, 'alice')
    expect(await admins(guest)).toEqual(['alice'])
    await addAdmin(guest, 'bob')
    expect(await admins(owner)).toEqual(['alice', 'bob'])
  })

  it('gives a guest the same types and errors as the owner', async () => {
    const guest = await invite()
    const look = async ({ db }: DatabaseConnection) => {
      const { rows } = await sql`
        SELECT timestamp '2023-11-14 22:13:20.9' AS time, 2::bigint AS number, inet '192.0.2.1' AS address,
          '\\x00ff'::bytea AS bytes, ${Buffer.from('ab')}::bytea AS given, NULL AS nothing`.execute(db)
      await addAdmin({ db }, 'alice')
      const error = await addAdmin({ db }, 'alice').catch((error) => error)
      await db.deleteFrom('admin').execute()
      return { rows, code: error.code, constraint: error.constraint }
    }
    const seen = await look(owner)
    expect(seen.rows).toEqual([
      {
        ...{ time: 1_700_000_000, number: 2, address: '192.0.2.1', nothing: null },
        ...{ bytes: new Uint8Array([0, 255]), given: new Uint8Array([97, 98]) },
      },
    ])
    expect([seen.code, seen.constraint]).toEqual(['23505', 'admin_pkey'])
    const ofGuest = await look(guest)
    expect({ ...ofGuest, rows: ofGuest.rows.map(plain) }).toEqual({ ...seen, rows: seen.rows.map(plain) })
  })

  it('runs one transaction after the other, whoever began them', async () => {
    const guest = await invite()
    await sql`CREATE TABLE counter AS SELECT 0 AS value`.execute(owner.db)
    const increment = ({ db }: DatabaseConnection) =>
      db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ value: number }>`SELECT value FROM counter`.execute(trx)
        // Time for others to come in between.
        await setImmediate()
        await sql`UPDATE counter SET value = ${(rows[0]?.value ?? 0) + 1}::int`.execute(trx)
      })
    await Promise.all(Array.from({ length: 40 }, (_, index) => increment(index % 2 === 0 ? owner : guest)))
    const { rows } = await sql`SELECT value FROM counter`.execute(owner.db)
    await sql`DROP TABLE counter`.execute(owner.db)
    expect(rows).toEqual([{ value: 40 }])
  })

  it('undoes what a guest leaves open when it leaves', async () => {
    const guest = await openEmbedded({ folder, shared: true })
    const trx = await guest.db.startTransaction().execute()
    await addAdmin({ db: trx }, 'unfinished')
    const waiting = admins(owner)
    await guest.close()
    expect(await waiting).toEqual([])
  })

  it('undoes the transaction of a guest that is killed, and goes on', async () => {
    const guest = await startProcess('hold', folder)
    await guest.waitForOutput('holding as guest.')
    const waiting = addAdmin(owner, 'alice')
    await guest.end('SIGKILL')
    await waiting
    expect(await admins(owner)).toEqual(['alice'])
  })

  it('does not stall the process while a query runs', async () => {
    const query = sql`SELECT count(*) FROM generate_series(1, 500000)`.execute(owner.db).then(() => 'query')
    expect(await Promise.race([query, setImmediate('timer')])).toBe('timer')
    await query
  })

  it('notifies guest and owner of what either says, once it is committed', async () => {
    const guest = await invite()
    const heard: string[] = []
    const listeners = [
      await owner.listen('news', (payload) => heard.push(`owner ${payload}`)),
      await guest.listen('news', (payload) => heard.push(`guest ${payload}`)),
    ]
    await guest.db.transaction().execute(async (trx) => {
      await sql`SELECT pg_notify('news', 'one')`.execute(trx)
      expect(heard).toEqual([])
    })
    await expect.poll(() => heard.toSorted(), { interval: 5 }).toEqual(['guest one', 'owner one'])
    for (const listener of listeners) await listener.close()
    await sql`SELECT pg_notify('news', 'two')`.execute(owner.db)
    await admins(guest)
    expect(heard).toHaveLength(2)
  })

  it('goes on listening although a transaction was undone in the moment it began to', async () => {
    const heard: string[] = []
    const trx = await owner.db.startTransaction().execute()
    const listening = owner.listen('undone', (payload) => heard.push(payload))
    await addAdmin({ db: trx }, 'unfinished')
    await trx.rollback().execute()
    await listening
    await sql`SELECT pg_notify('undone', 'payload')`.execute(owner.db)
    await expect.poll(() => heard, { interval: 5 }).toEqual(['payload'])
  })
})

describe('the owner of a data folder', () => {
  const open = async () => {
    const owner = await openEmbedded({ folder })
    await owner.db.deleteFrom('admin').execute()
    return owner
  }

  it('that is killed loses nothing that it had said was there', async () => {
    const killed = await startProcess('write', folder)
    await killed.waitForOutput('there is user60.')
    await killed.end('SIGKILL')
    const told = [...killed.output().matchAll(/there is (user\d+)\./g)].map(([, username]) => username)
    expect(told.length).toBeGreaterThan(60)
    const next = await openEmbedded({ folder })
    expect(await admins(next)).toEqual(expect.arrayContaining(told))
    await next.close()
  })

  it('that ends tells its guests, whose queries fail', async () => {
    const owner = await open()
    const guest = await openEmbedded({ folder, shared: true })
    let losses = 0
    const listener = await guest.listen('news', () => {})
    listener.onLost(() => losses++)
    const trx = await owner.db.startTransaction().execute()
    await addAdmin({ db: trx }, 'unfinished')
    const waiting = admins(guest).catch((error) => error)
    await owner.close()
    expect(isConnectionError(await waiting)).toBe(true)
    expect(isConnectionError(await admins(guest).catch((error) => error))).toBe(true)
    await expect.poll(() => losses, { interval: 5 }).toBe(1)
    await guest.close()
    expect(losses).toBe(1)
  })

  it('can be reached where the path of the folder is too long for a socket, and finds all again', async () => {
    const before = await open()
    await addAdmin(before, 'alice')
    await before.close()
    const moved = join(base.path, `long${'g'.repeat(120)}`)
    await rename(folder, moved)
    const owner = await openEmbedded({ folder: moved })
    const guest = await openEmbedded({ folder: moved, shared: true })
    await addAdmin(guest, 'bob')
    expect(await admins(owner)).toEqual(['alice', 'bob'])
    await guest.close()
    await owner.close()
  })
})

/** A `Buffer` and a `Uint8Array` of the same bytes are the same here. */
function plain(row: unknown): Record<string, unknown> {
  const entries = Object.entries(row as Record<string, unknown>)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value instanceof Uint8Array ? [...value] : value]),
  )
}
