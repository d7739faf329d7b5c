import { type RawBuilder, sql } from 'kysely'
import { expect, it } from 'vitest'
import { DuplicateAdminError } from '../../src/models/errors.ts'
import { type AdminChange, AdminHistoryStore } from '../../src/storage/admin-history-store.ts'
import { AdminStore } from '../../src/storage/admin-store.ts'
import { readPosition } from '../../src/storage/database-position.ts'
import { emptyDatabase } from '../../src/storage/empty-database.ts'
import { FrozenUserStore } from '../../src/storage/frozen-user-store.ts'
import { RedisIdentityStore } from '../../src/storage/redis-identity-store.ts'
import { TokenDatabaseStore } from '../../src/storage/token-database-store.ts'
import { begin, onEachDatabase, onPostgres, untilWaiting } from './backends.ts'
import { HOUR, tokenData } from './fixtures.ts'

onEachDatabase('the administrators', (database) => {
  const store = () => new AdminStore(database().db)

  it('are listed by code point', async () => {
    for (const username of ['bob', 'Zoe', 'alice', 'bot-1', 'al']) await store().add(username)
    expect(await store().list()).toEqual(['Zoe', 'al', 'alice', 'bob', 'bot-1'])
    expect(await store().count()).toBe(5)
  })

  it('are known by their exact names', async () => {
    await store().add('alice')
    expect(await store().has('alice')).toBe(true)
    expect(await store().has('Alice')).toBe(false)
    expect(await store().count()).toBe(1)
  })

  it('can be removed, which says whether there was one', async () => {
    await store().add('alice')
    expect(await store().delete('alice')).toBe(true)
    expect(await store().delete('alice')).toBe(false)
    expect(await store().count()).toBe(0)
  })

  it('are added once, and a refusal leaves the transaction usable', async () => {
    await database()
      .db.transaction()
      .execute(async (trx) => {
        const admins = new AdminStore(trx)
        await admins.add('alice')
        await expect(admins.add('alice')).rejects.toThrow(DuplicateAdminError)
        await admins.add('bob')
      })
    expect(await store().list()).toEqual(['alice', 'bob'])
  })

  it('are added by one of ten simultaneous requests', async () => {
    for (const username of ['alice', 'bob']) {
      const attempts = Array.from({ length: 10 }, () =>
        database()
          .db.transaction()
          .execute((trx) => new AdminStore(trx).add(username)),
      )
      const refused = (await Promise.allSettled(attempts)).filter(({ status }) => status === 'rejected')
      expect(refused).toHaveLength(9)
    }
  })
})

onPostgres('the lock on the list of administrators', (database) => {
  it('keeps two from removing each other', async () => {
    const admins = new AdminStore(database().db)
    for (const username of ['alice', 'bob']) await admins.add(username)
    const remove = (username: string) =>
      database()
        .db.transaction()
        .execute(async (trx) => {
          const admins = new AdminStore(trx)
          await admins.lock()
          return (await admins.count()) > 1 && admins.delete(username)
        })
    const first = await begin(database().db)
    await new AdminStore(first).lock()
    const removals = [remove('alice'), remove('bob')]
    await untilWaiting(database().db, 2)
    await first.rollback().execute()
    expect((await Promise.all(removals)).sort()).toEqual([false, true])
    expect(await admins.count()).toBe(1)
  })

  it('keeps others from changing the list, and nobody from reading it', async () => {
    const trx = await begin(database().db)
    await new AdminStore(trx).lock()
    expect(await new AdminStore(database().db).list()).toEqual([])
    const addition = new AdminStore(database().db).add('carol')
    await untilWaiting(database().db)
    await trx.rollback().execute()
    await addition
  })
})

onEachDatabase('the history of administrators', (database) => {
  const store = () => new AdminHistoryStore(database().db)
  const change: AdminChange = { username: 'bob', action: 'add', actor: 'alice', ipAddress: '192.0.2.1' }

  it('tells who was added and removed by whom, the newest first', async () => {
    const before = Math.floor(Date.now() / 1000)
    await store().add(change)
    await new AdminHistoryStore(database().db, HOUR).add({ ...change, action: 'remove' })
    const [removed, added, ...more] = await store().list()
    expect(more).toEqual([])
    expect(added).toEqual({ ...change, id: expect.any(Number), eventTime: expect.any(Number) })
    expect(removed).toMatchObject({ username: 'bob', action: 'remove' })
    expect(added?.eventTime).toBeGreaterThanOrEqual(before)
    expect((removed?.eventTime ?? 0) - (added?.eventTime ?? 0)).toBeGreaterThanOrEqual(HOUR)
    expect(await store().list({ limit: 1 })).toEqual([removed])
  })

  it('ascribes what comes from no address to the machine itself', async () => {
    await store().add({ ...change, actor: '<bootstrap>', ipAddress: null })
    expect(await store().list()).toEqual([expect.objectContaining({ ipAddress: '127.0.0.1' })])
  })

  it('is truncated in batches', async () => {
    for (let count = 0; count < 3; count++) await store().add(change)
    const later = Math.floor(Date.now() / 1000) + HOUR
    expect(await store().deleteOlderThan(later - 2 * HOUR, 10)).toBe(0)
    expect(await store().deleteOlderThan(later, 2)).toBe(2)
    expect(await store().deleteOlderThan(later, 2)).toBe(1)
    expect(await store().list()).toEqual([])
  })
})

onEachDatabase('frozen users', (database) => {
  const store = () => new FrozenUserStore(database().db)

  it('stay frozen until they are unfrozen, both told once', async () => {
    expect(await store().has('alice')).toBe(false)
    expect(await store().add('alice', 'admin')).toBe(true)
    expect(await store().add('alice', 'other')).toBe(false)
    expect(await store().has('alice')).toBe(true)
    expect(await store().delete('alice')).toBe(true)
    expect(await store().delete('alice')).toBe(false)
    expect(await store().has('alice')).toBe(false)
  })

  it('are listed with whoever froze them, why, and since when', async () => {
    await store().add('bob', 'admin', 'Left the project')
    await new FrozenUserStore(database().db, HOUR).add('alice', '<bootstrap>')
    const now = Math.floor(Date.now() / 1000)
    const listed = await store().list()
    expect(listed).toEqual([
      { username: 'alice', actor: '<bootstrap>', since: expect.any(Number), reason: null },
      { username: 'bob', actor: 'admin', since: expect.any(Number), reason: 'Left the project' },
    ])
    const [alice, bob] = listed
    expect(Math.abs((bob?.since ?? 0) - now)).toBeLessThan(60)
    expect(Math.abs((alice?.since ?? 0) - now - HOUR)).toBeLessThan(60)
  })
})

onEachDatabase('the Redis that may be trusted', (database) => {
  const store = () => new RedisIdentityStore(database().db)

  it('is the last that was named, and one alone', async () => {
    expect(await store().get()).toBeNull()
    expect(await store().read()).toBeNull()
    for (const identity of ['one', 'two']) {
      await database()
        .db.transaction()
        .execute((trx) => new RedisIdentityStore(trx).set(identity, 'here'))
      expect(await store().get()).toBe(identity)
    }
    expect(await database().db.selectFrom('porthor_redis').selectAll().execute()).toHaveLength(1)
  })

  it('is given with the time of the database, moved by the offset', async () => {
    await store().set('one', 'here')
    const now = Math.floor(Date.now() / 1000)
    const [here, ahead] = [await store().read(), await new RedisIdentityStore(database().db, HOUR).read()]
    expect(here).toEqual({
      identity: 'one',
      lineage: 'here',
      isOfThisServer: true,
      isComparing: false,
      now: expect.any(Number),
    })
    expect(Math.abs((here?.now ?? 0) - now)).toBeLessThan(60)
    expect(Math.abs((ahead?.now ?? 0) - now - HOUR)).toBeLessThan(60)
  })

  const noteElsewhere: [string, RawBuilder<unknown>][] = [
    [
      'a server that was started at another time',
      sql`server_start = server_start - interval '1 microsecond'`,
    ],
    ['another table, as in a dump', sql`noted_in = noted_in::bigint + 1`],
    ['a Porthor that did not note where', sql`server_start = NULL`],
  ]
  it.each(noteElsewhere)('is not believed where it was named by %s', async (_, change) => {
    await store().set('one', 'here')
    await sql`UPDATE porthor_redis SET ${change}`.execute(database().db)
    expect(await store().get()).toBeNull()
    expect(await store().get({ inDoubt: true })).toBe('one')
    expect(await store().read()).toMatchObject({ identity: 'one', isOfThisServer: false })
    await store().set('one', 'here')
    expect(await store().get()).toBe('one')
  })

  it('is not believed while the stores are compared', async () => {
    await store().set('one', 'here')
    await store().beginComparing('two')
    expect(await store().get()).toBeNull()
    expect(await store().get({ inDoubt: true })).toBe('two')
    expect(await store().read()).toMatchObject({ lineage: 'here', isOfThisServer: true, isComparing: true })
    await store().set('two', 'here')
    expect(await store().get()).toBe('two')
  })
})

onEachDatabase('the position of a database', (database) => {
  it('is of one lineage, in which it only goes on', async () => {
    const before = await readPosition(database().db)
    expect(before?.lineage).toMatch(/^\d+\/[0-9A-F]{8}\/\d+\/\d+$/)
    await new FrozenUserStore(database().db).add('alice', 'admin')
    const after = await readPosition(database().db)
    expect(after?.lineage).toBe(before?.lineage)
    expect(after?.written ?? 0n).toBeGreaterThan(before?.written ?? 0n)
  })

  it('is of another lineage where its tables came from a dump', async () => {
    const before = await readPosition(database().db)
    await sql`CREATE SCHEMA elsewhere`.execute(database().db)
    try {
      await sql`CREATE TABLE elsewhere.porthor_redis (LIKE porthor_redis)`.execute(database().db)
      const after = await database()
        .db.transaction()
        .execute(async (trx) => {
          await sql`SET LOCAL search_path = elsewhere`.execute(trx)
          return readPosition(trx)
        })
      expect(after?.lineage).not.toBe(before?.lineage)
    } finally {
      await sql`DROP SCHEMA elsewhere CASCADE`.execute(database().db)
    }
  })
})

onPostgres('the position of a database', (database) => {
  it('is found by a role that may not know all of it, as far as it may', async () => {
    const { db } = database()
    const whole = await readPosition(db)
    const functions = ['pg_control_system()', 'pg_current_wal_flush_lsn()']
    const restricted = await db.connection().execute(async (connection) => {
      const role = `restricted_${process.pid}`
      await sql.raw(`CREATE ROLE ${role}`).execute(connection)
      try {
        await sql.raw(`GRANT ALL ON SCHEMA public TO ${role}`).execute(connection)
        for (const name of functions)
          await sql.raw(`REVOKE EXECUTE ON FUNCTION ${name} FROM PUBLIC`).execute(connection)
        await sql.raw(`SET ROLE ${role}`).execute(connection)
        return await readPosition(connection)
      } finally {
        await sql.raw('RESET ROLE').execute(connection)
        for (const name of functions)
          await sql.raw(`GRANT EXECUTE ON FUNCTION ${name} TO PUBLIC`).execute(connection)
        await sql.raw(`DROP OWNED BY ${role}; DROP ROLE ${role}`).execute(connection)
      }
    })
    const [, , ...place] = whole?.lineage.split('/') ?? []
    expect(restricted).toEqual({ lineage: ['', '', ...place].join('/'), written: null })
  })
})

onEachDatabase('emptying the database', (database) => {
  it('takes tokens, histories, administrators and frozen users, and says how many there were', async () => {
    const { db } = database()
    const tokens = new TokenDatabaseStore(db)
    const history = { actor: 'alice', ipAddress: null }
    const parent = tokenData()
    await tokens.add(parent, { history })
    await tokens.add(tokenData(), { history, parent: parent.token.key })
    await tokens.modify(parent.token.key, { scopes: [] }, history)
    await new AdminStore(db).add('alice')
    await new FrozenUserStore(db).add('bob', 'alice')
    const empty = () => db.transaction().execute((trx) => emptyDatabase(trx))
    expect(await empty()).toEqual({ tokens: 2, historyEntries: 3, admins: 1 })
    expect(await empty()).toEqual({ tokens: 0, historyEntries: 0, admins: 0 })
    expect(await new FrozenUserStore(db).list()).toEqual([])
    expect(await db.selectFrom('alembic_version').selectAll().execute()).toHaveLength(1)
  })
})
