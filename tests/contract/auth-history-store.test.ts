import { expect, it } from 'vitest'
import type { TokenData } from '../../src/models/token-data.ts'
import { AuthHistoryStore, type TokenUse } from '../../src/storage/auth-history-store.ts'
import { ChangeHistoryStore } from '../../src/storage/change-history-store.ts'
import { TokenDatabaseStore } from '../../src/storage/token-database-store.ts'
import { TokenLocks } from '../../src/storage/token-locks.ts'
import { begin, counting, onEachDatabase, onPostgres, type TestConnection, untilWaiting } from './backends.ts'
import { NOON, tokenData } from './fixtures.ts'

function use(database: () => TestConnection) {
  const tokens = () => new TokenDatabaseStore(database().db)
  const add = async (changes: Partial<TokenData> = {}, parent?: TokenData, tokenName?: string) => {
    const data = tokenData(changes)
    await tokens().add(data, { parent: parent?.token.key ?? null, tokenName: tokenName ?? null })
    return data
  }
  const record = (...uses: TokenUse[]) =>
    database()
      .db.transaction()
      .execute(async (trx) => {
        await new TokenLocks(trx).limitWaiting()
        return new AuthHistoryStore(trx).record(uses)
      })
  const store = () => new AuthHistoryStore(database().db)
  const lastUsed = async ({ token }: TokenData) => (await tokens().getInfo(token.key))?.lastUsed
  return { tokens, add, record, store, lastUsed }
}

function used({ token }: TokenData, usedAt: number, ipAddress: string | null = null): TokenUse {
  return { key: token.key, usedAt, ipAddress }
}

onEachDatabase('a use of a token', (database) => {
  const { tokens, add, record, store, lastUsed } = use(database)

  it('is kept with what the token was at that time', async () => {
    const parent = await add()
    const child = await add({ tokenType: 'internal', service: 'tap', scopes: [] }, parent, 'laptop')
    expect(await record(used(child, NOON, '2001:db8::1'))).toEqual([])
    await tokens().delete(parent.token.key)
    expect(await store().list({ limit: 10 })).toEqual([
      {
        ...{ id: expect.any(Number), token: child.token.key, username: 'alice', tokenType: 'internal' },
        ...{ tokenName: 'laptop', parent: parent.token.key, scopes: [], service: 'tap' },
        ...{ ipAddress: '2001:db8::1', eventTime: NOON },
      },
    ])
  })

  it('shows in the token as its last one, whatever the order in which uses come', async () => {
    const data = await add()
    expect(await lastUsed(data)).toBeNull()
    await record(used(data, NOON + 9))
    expect(await lastUsed(data)).toBe(NOON + 9)
    await record(used(data, NOON + 8))
    expect(await lastUsed(data)).toBe(NOON + 9)
    await record(used(data, NOON + 10))
    expect(await lastUsed(data)).toBe(NOON + 10)
    expect(await store().list({ limit: 10 })).toHaveLength(3)
  })

  it('shows in the token alone where the history is to have no entry', async () => {
    const data = await add()
    await record({ ...used(data, NOON), entry: false })
    expect(await lastUsed(data)).toBe(NOON)
    expect(await store().list({ limit: 10 })).toEqual([])
  })

  it('is no change of the token', async () => {
    const data = await add()
    await record(used(data, NOON))
    expect((await new ChangeHistoryStore(database().db).list({})).entries).toEqual([])
  })

  it('of a token that has gone is dropped', async () => {
    expect(await record(used(tokenData(), NOON))).toEqual([])
    expect(await store().list({ limit: 10 })).toEqual([])
  })

  it('costs one statement, however many there are in a batch', async () => {
    const family = await Promise.all(Array.from({ length: 20 }, () => add()))
    const uses = family.map((data) => used(data, NOON + 9))
    const { db, statements } = counting(database().db)
    expect(await db.transaction().execute((trx) => new AuthHistoryStore(trx).record(uses))).toEqual([])
    expect(statements()).toBe(1)
    expect(await store().list({ limit: 1_000 })).toHaveLength(20)
    expect(await Promise.all(family.map(lastUsed))).toEqual(Array(20).fill(NOON + 9))
    expect(await record()).toEqual([])
  })
})

onEachDatabase('the list of uses', (database) => {
  const { add, record, store } = use(database)

  it('is the newest first, of one token, of one user, and at most so many', async () => {
    const [alice, bob] = [await add(), await add({ username: 'bob' })]
    await record(used(alice, NOON), used(bob, NOON + 2))
    await record(used(alice, NOON + 1))
    const times = async (options: Parameters<AuthHistoryStore['list']>[0]) =>
      (await store().list(options)).map(({ eventTime }) => eventTime - NOON)
    expect(await times({ limit: 10 })).toEqual([2, 1, 0])
    expect(await times({ limit: 2 })).toEqual([2, 1])
    expect(await times({ limit: 10, token: alice.token.key })).toEqual([1, 0])
    expect(await times({ limit: 10, username: 'bob' })).toEqual([2])
    expect(await times({ limit: 10, username: 'bob', token: alice.token.key })).toEqual([])
  })

  it('is truncated in batches, the oldest first', async () => {
    const data = await add()
    for (const later of [0, 1, 2, 3]) await record(used(data, NOON + later))
    expect(await store().deleteOlderThan(NOON + 3, 2)).toBe(2)
    expect(await store().deleteOlderThan(NOON + 3, 2)).toBe(1)
    expect(await store().deleteOlderThan(NOON + 3, 2)).toBe(0)
    expect((await store().list({ limit: 10 })).map(({ eventTime }) => eventTime)).toEqual([NOON + 3])
  })
})

onPostgres('recording uses beside others', (database) => {
  const { tokens, add, record, store, lastUsed } = use(database)

  it('skips tokens that somebody holds, and says which, for the next batch', async () => {
    const [held, free] = [await add(), await add()]
    const holder = await begin(database().db)
    await new TokenLocks(holder).lockToken(held.token.key)
    const uses = [used(held, NOON), used(free, NOON), used(tokenData(), NOON)]
    expect(await record(...uses)).toEqual([held.token.key])
    expect(await store().list({ limit: 10 })).toHaveLength(1)
    await holder.rollback().execute()
    expect(await record(used(held, NOON))).toEqual([])
    expect([await lastUsed(held), await lastUsed(free)]).toEqual([NOON, NOON])
  })

  it('does not wait for a token that is being revoked', async () => {
    const data = await add()
    const revocation = await begin(database().db)
    await new TokenDatabaseStore(revocation).delete(data.token.key)
    expect(await record(used(data, NOON))).toEqual([data.token.key])
    await revocation.commit().execute()
    expect(await record(used(data, NOON))).toEqual([])
  })

  it('lets a child be made of a token whose use is being recorded', async () => {
    const parent = await add()
    const recording = await begin(database().db)
    await new AuthHistoryStore(recording).record([used(parent, NOON)])
    await add({}, parent)
    expect(await tokens().count()).toBe(2)
    // Whoever changes the token itself waits for the record, and none is lost.
    const renaming = tokens().modify(parent.token.key, { tokenName: 'laptop' })
    await untilWaiting(database().db)
    await recording.commit().execute()
    expect(await renaming).toMatchObject({ tokenName: 'laptop' })
    expect(await lastUsed(parent)).toBe(NOON)
  })
})
