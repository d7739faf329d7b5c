import { expect, it } from 'vitest'
import { DuplicateAdminError } from '../../src/models/errors.ts'
import { type AdminChange, AdminHistoryStore } from '../../src/storage/admin-history-store.ts'
import { AdminStore } from '../../src/storage/admin-store.ts'
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
    expect(await store().getWithTime()).toBeNull()
    for (const identity of ['one', 'two']) {
      await database()
        .db.transaction()
        .execute((trx) => new RedisIdentityStore(trx).set(identity))
      expect(await store().get()).toBe(identity)
    }
    expect(await database().db.selectFrom('porthor_redis').selectAll().execute()).toHaveLength(1)
  })

  it('is given with the time of the database, moved by the offset', async () => {
    await store().set('one')
    const now = Math.floor(Date.now() / 1000)
    const [here, ahead] = [
      await store().getWithTime(),
      await new RedisIdentityStore(database().db, HOUR).getWithTime(),
    ]
    expect(here).toEqual({ identity: 'one', now: expect.any(Number) })
    expect(Math.abs((here?.now ?? 0) - now)).toBeLessThan(60)
    expect(Math.abs((ahead?.now ?? 0) - now - HOUR)).toBeLessThan(60)
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
