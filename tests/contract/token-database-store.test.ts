import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { HistoryContext } from '../../src/models/change-history.ts'
import { DuplicateTokenNameError } from '../../src/models/errors.ts'
import { secretDigest } from '../../src/models/token.ts'
import type { TokenData } from '../../src/models/token-data.ts'
import { ChangeHistoryStore } from '../../src/storage/change-history-store.ts'
import { isForeignKeyViolation } from '../../src/storage/database-errors.ts'
import { type AddOptions, TokenDatabaseStore } from '../../src/storage/token-database-store.ts'
import { TokenLocks } from '../../src/storage/token-locks.ts'
import { begin, counting, onEachDatabase, onPostgres, type TestConnection, untilWaiting } from './backends.ts'
import { collect, HOUR, keysOf, NOON, tokenData, tokenInfo } from './fixtures.ts'

const ALICE: HistoryContext = { actor: 'alice', ipAddress: '192.0.2.1' }
const MAINTENANCE: HistoryContext = { actor: '<internal>', ipAddress: null }

/** Each call a transaction of its own, as a service would make it. */
function use(database: () => TestConnection) {
  const within = <T>(work: (store: TokenDatabaseStore) => Promise<T>): Promise<T> =>
    database()
      .db.transaction()
      .execute((trx) => work(new TokenDatabaseStore(trx)))
  const add = async (data: Partial<TokenData> = {}, options: AddOptions = {}): Promise<TokenData> => {
    const whole = tokenData(data)
    await within((store) => store.add(whole, options))
    return whole
  }
  const addChild = (parent: TokenData, data: Partial<TokenData> = {}, options: AddOptions = {}) =>
    add({ tokenType: 'notebook', ...data }, { ...options, parent: parent.token.key })
  const store = () => new TokenDatabaseStore(database().db)
  const remaining = async () => keysOf(await store().listTokens()).sort()
  /** Oldest first, so that the order of writing shows. */
  const history = async () => (await new ChangeHistoryStore(database().db).list({})).entries.reverse()
  return { within, add, addChild, store, remaining, history }
}

onEachDatabase('a new token', (database) => {
  const { within, add, addChild, store, history } = use(database)

  it('is stored as the reference stores it', async () => {
    const data = await add(
      { scopes: ['read:all', 'exec:test'], expires: NOON + HOUR },
      { tokenName: 'laptop' },
    )
    const { rows } = await sql`
      SELECT token, username, token_type, token_name, scopes, service, created::text, last_used, expires::text, secret_digest
      FROM token`.execute(database().db)
    expect(rows).toEqual([
      {
        token: data.token.key,
        username: 'alice',
        token_type: 'user',
        token_name: 'laptop',
        scopes: 'exec:test,read:all',
        service: null,
        created: '2023-11-14 22:13:20',
        last_used: null,
        expires: '2023-11-14 23:13:20',
        secret_digest: expect.anything(),
      },
    ])
    const { secret_digest } = await database()
      .db.selectFrom('token')
      .select('secret_digest')
      .executeTakeFirstOrThrow()
    expect(Buffer.from(secret_digest ?? [])).toEqual(secretDigest(data.token.secret))
  })

  it('without a parent has no kinship', async () => {
    await add()
    expect(await database().db.selectFrom('subtoken').selectAll().execute()).toEqual([])
  })

  it('with a parent has kinship', async () => {
    const parent = await add()
    const child = await addChild(parent, { tokenType: 'internal', service: 'tap', scopes: [] })
    expect(await store().getInfo(child.token.key)).toEqual(tokenInfo(child, { parent: parent.token.key }))
  })

  it('cannot have a parent that is not there', async () => {
    const error = await addChild(tokenData()).catch((error) => error)
    expect(isForeignKeyViolation(error)).toBe(true)
    expect(await store().count()).toBe(0)
  })

  it('is recorded in the same statement, at the time of the database moved by the offset', async () => {
    const parent = await add()
    const child = tokenData({ tokenType: 'internal', service: 'tap', expires: NOON + HOUR })
    const before = Math.floor(Date.now() / 1000)
    const { db, statements } = counting(database().db)
    await new TokenDatabaseStore(db, HOUR).add(child, {
      parent: parent.token.key,
      history: { ...ALICE, cause: 'user' },
    })
    expect(statements()).toBe(1)
    const [entry, ...more] = await history()
    expect(more).toEqual([])
    expect(entry).toEqual({
      ...{ id: expect.any(Number), token: child.token.key, username: 'alice', tokenType: 'internal' },
      ...{ tokenName: null, parent: parent.token.key, scopes: child.scopes, service: 'tap' },
      ...{ expires: NOON + HOUR, actor: 'alice', action: 'create', oldTokenName: null, oldScopes: null },
      ...{ oldExpires: null, ipAddress: '192.0.2.1', eventTime: expect.any(Number) },
      ...{ cause: 'user', ancestor: null },
    })
    expect(entry?.eventTime).toBeGreaterThanOrEqual(before + HOUR)
    expect(entry?.eventTime).toBeLessThan(before + HOUR + 60)
    const { rows } = await sql<{ fraction: number }>`
      SELECT extract(microseconds FROM event_time)::int % 1000000 AS fraction FROM token_change_history`.execute(
      database().db,
    )
    expect(rows).toEqual([{ fraction: 0 }])
  })

  it('is not recorded without somebody to whom to ascribe it', async () => {
    await add()
    expect(await history()).toEqual([])
  })

  it('that the database refuses is not recorded either', async () => {
    await add({}, { tokenName: 'laptop' })
    await expect(add({}, { tokenName: 'laptop', history: ALICE })).rejects.toThrow(DuplicateTokenNameError)
    expect(await history()).toEqual([])
  })

  it('leaves the transaction usable when its name is taken', async () => {
    await add({}, { tokenName: 'laptop' })
    await within(async (store) => {
      await expect(store.add(tokenData(), { tokenName: 'laptop' })).rejects.toThrow(DuplicateTokenNameError)
      await store.add(tokenData(), { tokenName: 'desktop' })
    })
    expect(await store().count()).toBe(2)
  })
})

onEachDatabase('the name of a token', (database) => {
  const { within, add, store } = use(database)

  it('may be used by two users', async () => {
    await add({}, { tokenName: 'laptop' })
    await add({ username: 'bob' }, { tokenName: 'laptop' })
  })

  it('may be missing from any number of tokens', async () => {
    await add()
    await add()
  })

  it('is compared byte for byte', async () => {
    for (const tokenName of ['laptop', 'Laptop', ' laptop', 'l\u00e1ptop', 'la\u0301ptop'])
      await add({}, { tokenName })
    expect(await store().count()).toBe(5)
  })

  it('goes to one of ten simultaneous requests', async () => {
    // Round one only opens the pool's connections: requests race on open ones.
    for (const tokenName of ['laptop', 'desktop']) {
      const attempts = Array.from({ length: 10 }, () => add({}, { tokenName }))
      const refused = (await Promise.allSettled(attempts)).filter((attempt) => attempt.status === 'rejected')
      expect(refused.map((attempt) => attempt.reason)).toEqual(
        Array(9).fill(expect.any(DuplicateTokenNameError)),
      )
    }
  })

  it('goes to one of ten simultaneous renamings', async () => {
    const tokens = await Promise.all(Array.from({ length: 10 }, () => add()))
    for (const tokenName of ['laptop', 'desktop']) {
      const attempts = tokens.map(({ token }) => within((store) => store.modify(token.key, { tokenName })))
      const refused = (await Promise.allSettled(attempts)).filter((attempt) => attempt.status === 'rejected')
      expect(refused.map((attempt) => attempt.reason)).toEqual(
        Array(9).fill(expect.any(DuplicateTokenNameError)),
      )
    }
  })
})

onPostgres('a name that two transactions want', (database) => {
  const { add } = use(database)

  it.each([
    { end: 'commit', outcome: 'rejected' },
    { end: 'rollback', outcome: 'fulfilled' },
  ] as const)('is $outcome to the second after the $end of the first', async ({ end, outcome }) => {
    const first = await begin(database().db)
    await new TokenDatabaseStore(first).add(tokenData(), { tokenName: 'laptop' })
    const second = add({}, { tokenName: 'laptop' }).then(
      () => 'fulfilled',
      (error) => (error instanceof DuplicateTokenNameError ? 'rejected' : error),
    )
    await untilWaiting(database().db)
    await first[end]().execute()
    expect(await second).toBe(outcome)
  })
})

onEachDatabase('counting', (database) => {
  const { add, addChild, store } = use(database)

  it('counts each user with a live session once', async () => {
    const session = (username: string, expires: number | null) =>
      add({ username, tokenType: 'session', expires })
    await session('alice', NOON + 1)
    await session('alice', NOON + 2)
    await session('bob', null)
    await session('carol', NOON)
    await add({ username: 'dave', tokenType: 'user', expires: NOON + 1 })
    await addChild(await session('alice', NOON + 3), { username: 'erin' })
    expect(await store().countUniqueSessions(NOON)).toBe(2)
  })

  it('counts the tokens of users that have not expired', async () => {
    await add({ expires: NOON + 1 })
    await add({ expires: null })
    await add({ expires: NOON })
    await add({ username: 'bob' })
    await add({ tokenType: 'session' })
    expect(await store().countUserTokens(NOON)).toBe(3)
    expect(await store().countTokensOf('alice', NOON)).toBe(2)
    expect(await store().count()).toBe(5)
  })
})

onEachDatabase('deleting a token', (database) => {
  const { within, add, addChild, store, remaining, history } = use(database)

  it('says whether there was one', async () => {
    const { token } = await add()
    expect(await within((store) => store.delete(token.key))).toBe(true)
    expect(await within((store) => store.delete(token.key))).toBe(false)
  })

  it('takes along all that was derived from it, and nothing else', async () => {
    const top = await add()
    const child = await addChild(top)
    const grandchild = await addChild(child, { tokenType: 'internal', service: 'tap' })
    const sibling = await addChild(top)
    const other = await add()
    const othersChild = await addChild(other)
    await within((store) => store.delete(top.token.key, ALICE))
    expect(await remaining()).toEqual([other.token.key, othersChild.token.key].sort())

    const entries = await history()
    const written = entries.map(({ token, parent, ancestor, cause, action }) => ({
      ...{ token, parent, ancestor, cause, action },
    }))
    const below = (data: TokenData, parent: TokenData) => ({
      ...{ token: data.token.key, parent: parent.token.key, ancestor: top.token.key },
      ...{ cause: 'cascade', action: 'revoke' },
    })
    // Deepest first; within a depth the order is of no matter.
    expect(written).toEqual([
      below(grandchild, child),
      ...[below(child, top), below(sibling, top)].sort((one, other) => (one.token < other.token ? 1 : -1)),
      { token: top.token.key, parent: null, ancestor: null, cause: null, action: 'revoke' },
    ])
  })

  it('leaves an entry that says what the token was', async () => {
    const data = await add({ expires: NOON + HOUR }, { tokenName: 'laptop' })
    await within((store) => store.delete(data.token.key, { ...ALICE, cause: 'user' }))
    expect(await history()).toEqual([
      expect.objectContaining({
        ...{ token: data.token.key, username: 'alice', tokenType: 'user', tokenName: 'laptop' },
        ...{
          scopes: data.scopes,
          expires: NOON + HOUR,
          actor: 'alice',
          ipAddress: '192.0.2.1',
          cause: 'user',
        },
      }),
    ])
  })

  it('takes a bounded number of statements, however many there are below', async () => {
    const top = await add()
    let parent = top
    for (let depth = 0; depth < 30; depth++) {
      parent = await addChild(parent)
      await addChild(parent)
    }
    const { db, statements } = counting(database().db)
    await db.transaction().execute((trx) => new TokenDatabaseStore(trx).delete(top.token.key, ALICE))
    expect(statements()).toBeLessThanOrEqual(4)
    expect(await store().count()).toBe(0)
    expect(await history()).toHaveLength(61)
  })
})

onPostgres('deleting a token while a child of it is being made', (database) => {
  const { within, add, remaining, store } = use(database)

  it('takes the child along', async () => {
    const parent = await add()
    const maker = await begin(database().db)
    await new TokenDatabaseStore(maker).add(tokenData({ tokenType: 'notebook' }), {
      parent: parent.token.key,
    })
    const deletion = within((store) => store.delete(parent.token.key, ALICE))
    await untilWaiting(database().db)
    await maker.commit().execute()
    expect(await deletion).toBe(true)
    expect(await store().listOrphaned()).toEqual([])
    expect(await remaining()).toEqual([])
  })
})

onEachDatabase('deleting expired tokens', (database) => {
  const { within, add, addChild, remaining, history } = use(database)
  const expire = (limit?: number) =>
    within((store) =>
      store.deleteExpired({ now: NOON, history: MAINTENANCE, ...(limit !== undefined && { limit }) }),
    )

  it('begins with the very second in which they end', async () => {
    const ended = await add({ expires: NOON })
    const living = await add({ expires: NOON + 1 })
    const endless = await add()
    expect(keysOf(await expire())).toEqual([ended.token.key])
    expect(await remaining()).toEqual([living.token.key, endless.token.key].sort())
  })

  it('gives what was deleted, with the parents', async () => {
    const top = await add({ expires: NOON - 1 })
    const child = await addChild(top, { expires: NOON - 1 })
    const deleted = await expire()
    expect(deleted).toHaveLength(2)
    expect(deleted).toEqual(
      expect.arrayContaining([tokenInfo(top), tokenInfo(child, { parent: top.token.key })]),
    )
  })

  it('takes along what lives below them, and says because of whom', async () => {
    const top = await add({ expires: NOON })
    const child = await addChild(top, { expires: null })
    const grandchild = await addChild(child, { expires: NOON })
    await expire()
    expect(await remaining()).toEqual([])
    const written = (await history()).map(({ token, action, ancestor }) => ({ token, action, ancestor }))
    expect(written).toEqual([
      { token: grandchild.token.key, action: 'expire', ancestor: null },
      { token: child.token.key, action: 'expire', ancestor: top.token.key },
      { token: top.token.key, action: 'expire', ancestor: null },
    ])
  })

  it('goes in batches, those that ended first first', async () => {
    for (let age = 1; age <= 5; age++) await add({ expires: NOON - age })
    const sizes: number[] = []
    const ends: (number | null)[] = []
    for (;;) {
      const batch = await expire(2)
      if (batch.length === 0) break
      sizes.push(batch.length)
      ends.push(...batch.map(({ expires }) => expires).sort())
    }
    expect(sizes).toEqual([2, 2, 1])
    expect(ends).toEqual([NOON - 5, NOON - 4, NOON - 3, NOON - 2, NOON - 1])
  })

  it('takes a bounded number of statements', async () => {
    await Promise.all(Array.from({ length: 50 }, () => add({ expires: NOON })))
    const { db, statements } = counting(database().db)
    await db.transaction().execute((trx) => new TokenDatabaseStore(trx).deleteExpired({ now: NOON }))
    expect(statements()).toBeLessThanOrEqual(5)
    expect(await remaining()).toEqual([])
  })
})

onPostgres('deleting expired tokens beside others', (database) => {
  const { within, add, addChild, remaining, history, store } = use(database)
  const expire = () => within((store) => store.deleteExpired({ now: NOON, history: MAINTENANCE }))

  it('leaves a token that somebody holds, and the tree in which somebody holds one', async () => {
    const held = await add({ expires: NOON })
    const tree = await add({ expires: NOON })
    const leaf = await addChild(await addChild(tree))
    const free = await add({ expires: NOON })
    const holder = await begin(database().db)
    await new TokenLocks(holder).lockToken(held.token.key)
    await new TokenLocks(holder).lockToken(leaf.token.key)

    expect(keysOf(await expire())).toEqual([free.token.key])
    await holder.rollback().execute()
    expect(await expire()).toHaveLength(4)
    expect(await remaining()).toEqual([])
  })

  it('leaves a token that is being renewed', async () => {
    const { token } = await add({ expires: NOON })
    const renewal = await begin(database().db)
    await new TokenDatabaseStore(renewal).modify(token.key, { expires: NOON + HOUR })
    expect(await expire()).toEqual([])
    await renewal.commit().execute()
    expect(await expire()).toEqual([])
    expect(await remaining()).toEqual([token.key])
  })

  it('leaves a token of which a child is being made', async () => {
    const parent = await add({ expires: NOON })
    const maker = await begin(database().db)
    await new TokenLocks(maker).shareToken(parent.token.key)
    await new TokenDatabaseStore(maker).add(tokenData(), { parent: parent.token.key })
    expect(await expire()).toEqual([])
    await maker.commit().execute()
    expect(await store().listOrphaned()).toEqual([])
  })

  it('writes each entry once, however many do it at once', async () => {
    for (let count = 0; count < 20; count++) await addChild(await add({ expires: NOON }))
    const batches = await Promise.all(Array.from({ length: 4 }, expire))
    expect(batches.flat().length + (await expire()).length).toBe(40)
    const entries = await history()
    expect(new Set(entries.map(({ token }) => token)).size).toBe(40)
    expect(entries).toHaveLength(40)
  })
})

onEachDatabase('looking at tokens', (database) => {
  const { add, addChild, store } = use(database)

  it('gives one by its key, an expired one as well', async () => {
    const data = await add({ expires: 1 }, { tokenName: 'old' })
    expect(await store().getInfo(data.token.key)).toEqual(tokenInfo(data, { tokenName: 'old' }))
    expect(await store().getInfo('unknown')).toBeNull()
  })

  it('gives the descendants of one, the nearest first', async () => {
    const top = await add()
    const children = [await addChild(top), await addChild(top)]
    const grandchildren = [await addChild(children[0] ?? top), await addChild(children[1] ?? top)]
    await addChild(await add())
    const keys = (tokens: TokenData[]) => tokens.map(({ token }) => token.key).sort()
    expect(await store().getChildren(top.token.key)).toEqual([...keys(children), ...keys(grandchildren)])
    expect(await store().getChildren(grandchildren[0]?.token.key ?? '')).toEqual([])
    expect(await store().getChildren('unknown')).toEqual([])
  })

  it('comes to an end on a ring of kinship', async () => {
    const top = await add()
    const child = await addChild(top)
    const ring = { child: top.token.key, parent: child.token.key }
    await database().db.insertInto('subtoken').values(ring).execute()
    expect(await store().getChildren(top.token.key)).toEqual([child.token.key])
  })

  it('finds tokens whose parent has gone, as the reference leaves them', async () => {
    const parent = await add()
    const child = await addChild(parent)
    expect(await store().listOrphaned()).toEqual([])
    await database().db.deleteFrom('token').where('token', '=', parent.token.key).execute()
    expect(await store().listOrphaned()).toEqual([tokenInfo(child)])
  })
})

onEachDatabase('a delegated token that may be used again', (database) => {
  const { within, add, addChild, store } = use(database)
  const internal = { tokenType: 'internal', service: 'tap', scopes: ['read:all'], expires: NOON } as const

  it('is one of this parent, type, service, scopes and end', async () => {
    const parent = await add()
    await addChild(await add(), internal)
    await addChild(parent, { ...internal, service: 'nublado' })
    await addChild(parent, { ...internal, scopes: ['exec:test', 'read:all'] })
    await addChild(parent, { ...internal, tokenType: 'notebook', service: null })
    await addChild(parent, { ...internal, expires: NOON - 1 })
    await addChild(parent, { ...internal, expires: null })
    const find = () => store().getInternalTokenKey(parent, 'tap', ['read:all'], NOON)
    expect(await find()).toBeNull()
    const fitting = await addChild(parent, internal)
    expect(await find()).toBe(fitting.token.key)
  })

  it('is the newest of several', async () => {
    const parent = await add()
    await addChild(parent, { ...internal, created: NOON - 2 })
    const newest = await addChild(parent, { ...internal, created: NOON - 1 })
    await addChild(parent, { ...internal, created: NOON - 3 })
    expect(await store().getInternalTokenKey(parent, 'tap', ['read:all'], NOON)).toBe(newest.token.key)
  })

  it('may have no scopes', async () => {
    const parent = await add()
    const child = await addChild(parent, { ...internal, scopes: [] })
    expect(await store().getInternalTokenKey(parent, 'tap', [], NOON)).toBe(child.token.key)
  })

  it('for a notebook has the scopes that the parent has now', async () => {
    const parent = await add({ scopes: ['exec:test', 'read:all'] })
    const wide = await addChild(parent, { expires: NOON })
    expect(await store().getNotebookTokenKey(parent, NOON)).toBe(wide.token.key)
    expect(await store().getNotebookTokenKey(parent, NOON + 1)).toBeNull()
    await within((store) => store.modify(parent.token.key, { scopes: ['read:all'] }))
    expect(await store().getNotebookTokenKey({ ...parent, scopes: ['read:all'] }, NOON)).toBeNull()
  })
})

onEachDatabase('a list of tokens', (database) => {
  const { within, add, addChild, store } = use(database)

  it('is ordered by age, the newest first, those of one second by key', async () => {
    const older = await add({ created: NOON - 1 })
    const newer = [await add(), await add(), await add()]
    const expected = [...newer.map(({ token }) => token.key).sort(), older.token.key]
    expect(keysOf(await store().listTokens())).toEqual(expected)
  })

  it('names the parents', async () => {
    const parent = await add({ created: NOON - 1 })
    const child = await addChild(parent)
    expect(await store().listTokens()).toEqual([
      tokenInfo(child, { parent: parent.token.key }),
      tokenInfo(parent),
    ])
  })

  it('holds what all of its filters admit, expired tokens included', async () => {
    const alice = await add({ expires: 1 })
    const session = await add({ tokenType: 'session' })
    const bob = await add({ username: 'bob' })
    const list = async (options: Parameters<TokenDatabaseStore['listTokens']>[0]) =>
      keysOf(await store().listTokens(options)).sort()
    const keys = (...tokens: TokenData[]) => tokens.map(({ token }) => token.key).sort()
    expect(await list({ username: 'alice' })).toEqual(keys(alice, session))
    expect(await list({ tokenType: 'user' })).toEqual(keys(alice, bob))
    expect(await list({ username: 'alice', tokenType: 'user' })).toEqual(keys(alice))
    expect(await list({ username: 'nobody' })).toEqual([])
    expect(await list({ limit: 0 })).toHaveLength(3)
    expect(await list({ limit: 2 })).toHaveLength(2)
  })

  it('falls into pages that hold each token once', async () => {
    const ages = [0, 0, 0, 1, 1, 2, 3, 3, 3, 3]
    await Promise.all(ages.map((age) => add({ created: NOON - age })))
    const whole = await store().listTokens()
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), async (pageSize) => {
        expect(await collect(store().listWithParents(pageSize))).toEqual(whole)
      }),
      { numRuns: 12 },
    )
  })

  it('goes on where a token has gone meanwhile', async () => {
    const tokens = await Promise.all([3, 2, 1, 0].map((age) => add({ created: NOON - age })))
    const pages = store().listWithParents(2)
    const first = (await pages.next()).value ?? []
    await within(async (store) => {
      for (const { token } of first) await store.delete(token)
    })
    expect(keysOf((await pages.next()).value ?? [])).toEqual(
      [tokens[1], tokens[0]].map((data) => data?.token.key),
    )
  })

  it('of no tokens has no page', async () => {
    expect(await collect(store().listWithParents())).toEqual([])
  })
})

onEachDatabase('modifying a token', (database) => {
  const { within, add, addChild, store, history } = use(database)
  const modify = (data: TokenData, changes: Parameters<TokenDatabaseStore['modify']>[1]) =>
    within((store) => store.modify(data.token.key, changes, ALICE))

  it('leaves alone what is absent', async () => {
    const data = await add({ expires: NOON }, { tokenName: 'laptop' })
    expect(await modify(data, {})).toEqual(tokenInfo(data, { tokenName: 'laptop' }))
    expect(await modify(data, { tokenName: 'desktop' })).toEqual(tokenInfo(data, { tokenName: 'desktop' }))
    expect(await store().getInfo(data.token.key)).toEqual(tokenInfo(data, { tokenName: 'desktop' }))
  })

  it('tells the empty set of scopes from an absent one', async () => {
    const data = await add()
    expect(await modify(data, { scopes: [] })).toEqual(tokenInfo(data, { scopes: [] }))
    const [entry] = await history()
    expect(entry).toMatchObject({ scopes: [], oldScopes: data.scopes })
    await modify(data, { scopes: ['read:all'] })
    expect((await history()).at(-1)).toMatchObject({ scopes: ['read:all'], oldScopes: [] })
  })

  it('tells "never" from an absent end', async () => {
    const data = await add({ expires: NOON })
    expect(await modify(data, { expires: null })).toEqual(tokenInfo(data, { expires: null }))
    expect((await history()).at(-1)).toMatchObject({ expires: null, oldExpires: NOON })
    expect(await modify(data, { expires: NOON + 1 })).toEqual(tokenInfo(data, { expires: NOON + 1 }))
    expect((await history()).at(-1)).toMatchObject({ expires: NOON + 1, oldExpires: null })
  })

  it('records what changed with the old value, and the rest without', async () => {
    const parent = await add()
    const child = await addChild(parent, { expires: NOON }, { tokenName: 'laptop' })
    await modify(child, { tokenName: 'desktop', scopes: ['read:all'], expires: NOON })
    expect(await history()).toEqual([
      expect.objectContaining({
        ...{ token: child.token.key, action: 'edit', parent: parent.token.key, tokenName: 'desktop' },
        ...{ oldTokenName: 'laptop', scopes: ['read:all'], oldScopes: child.scopes, expires: NOON },
        ...{ oldExpires: null, actor: 'alice', ipAddress: '192.0.2.1', cause: null, ancestor: null },
      }),
    ])
  })

  it('names the parent in its answer', async () => {
    const parent = await add()
    const child = await addChild(parent)
    expect(await modify(child, { tokenName: 'x' })).toMatchObject({ parent: parent.token.key })
  })

  it('to what it is already is not recorded', async () => {
    const data = await add({ expires: NOON }, { tokenName: 'laptop' })
    await modify(data, { tokenName: 'laptop', scopes: data.scopes, expires: NOON })
    expect(await history()).toEqual([])
  })

  it('gives null if there is no such token', async () => {
    expect(await modify(tokenData(), { tokenName: 'laptop' })).toBeNull()
    expect(await history()).toEqual([])
  })

  it('refuses a name that the user has given already', async () => {
    await add({}, { tokenName: 'laptop' })
    const other = await add({}, { tokenName: 'desktop' })
    await expect(modify(other, { tokenName: 'laptop' })).rejects.toThrow(DuplicateTokenNameError)
    expect(await store().getInfo(other.token.key)).toMatchObject({ tokenName: 'desktop' })
    expect(await history()).toEqual([])
  })

  it('loses none of two changes made at once', async () => {
    const data = await add({ expires: NOON })
    await Promise.all([
      modify(data, { tokenName: 'laptop' }),
      modify(data, { scopes: [] }),
      modify(data, { expires: null }),
    ])
    expect(await store().getInfo(data.token.key)).toEqual(
      tokenInfo(data, { tokenName: 'laptop', scopes: [], expires: null }),
    )
    expect(await history()).toHaveLength(3)
  })
})

onPostgres('modifying a token that goes meanwhile', (database) => {
  const { within, add } = use(database)

  it('waits, and finds that it is gone', async () => {
    const { token } = await add()
    const deletion = await begin(database().db)
    await new TokenDatabaseStore(deletion).delete(token.key)
    const modification = within((store) => store.modify(token.key, { scopes: [] }))
    await untilWaiting(database().db)
    await deletion.commit().execute()
    expect(await modification).toBeNull()
  })
})

onEachDatabase('changing many rows in one statement', (database) => {
  const { within, add, addChild, store, history } = use(database)

  it('records them in the order given, each with its own cause', async () => {
    const parent = await add()
    const child = await addChild(parent)
    const narrowed = { scopes: ['read:all'] }
    const { db, statements } = counting(database().db)
    await new TokenDatabaseStore(db).modifyRows(
      [
        { info: tokenInfo(parent, narrowed), oldScopes: parent.scopes },
        {
          info: tokenInfo(child, { ...narrowed, parent: parent.token.key }),
          oldScopes: child.scopes,
          ancestor: parent.token.key,
          cause: 'narrowed',
        },
      ],
      ALICE,
    )
    expect(statements()).toBe(1)
    expect((await history()).map(({ token, ancestor, cause }) => ({ token, ancestor, cause }))).toEqual([
      { token: parent.token.key, ancestor: null, cause: null },
      { token: child.token.key, ancestor: parent.token.key, cause: 'narrowed' },
    ])
    expect(await store().getInfo(child.token.key)).toMatchObject(narrowed)
  })

  it('of nothing does nothing', async () => {
    await within((store) => store.modifyRows([], ALICE))
    expect(await within((store) => store.deleteRows([], 'revoke', ALICE))).toEqual([])
  })

  it('replaces the digest of a secret', async () => {
    const data = await add()
    const replace = (key: string) => within((store) => store.replaceSecret(key, 'new secret', ALICE))
    expect(await replace(data.token.key)).toBe(true)
    expect(await replace('unknown')).toBe(false)
    expect(await history()).toEqual([
      expect.objectContaining({ token: data.token.key, action: 'edit', cause: 'rotate', oldScopes: null }),
    ])
    const row = await database().db.selectFrom('token').selectAll().executeTakeFirstOrThrow()
    expect(Buffer.from(row.secret_digest ?? [])).toEqual(secretDigest('new secret'))
  })
})

describe('kinship', () => {
  type Step = { kind: 'add' | 'delete'; place: number } | { kind: 'expire' }
  const place = fc.nat({ max: 7 })
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), place }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), place }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'expire' as const }) },
  )

  onEachDatabase('after any sequence of additions and deletions', (database) => {
    const { within, store, remaining, history } = use(database)

    it('no child is without its parent, and every end is recorded once', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
          const family = new Family()
          await database().db.deleteFrom('token').execute()
          await database().db.deleteFrom('token_change_history').execute()
          for (const step of steps) {
            await within((store) => family.take(step, store))
            expect(await remaining()).toEqual(family.keys())
          }
          expect(await store().listOrphaned()).toEqual([])
          const endings = (await history()).filter(({ action }) => action !== 'create')
          expect(endings.map(({ token }) => token).sort()).toEqual(family.gone.sort())
        }),
        { numRuns: 12 },
      )
    })
  })

  /** What should be there, and why. */
  class Family {
    readonly #members = new Map<string, { parent: string | null; expired: boolean }>()
    readonly gone: string[] = []

    keys(): string[] {
      return [...this.#members.keys()].sort()
    }

    async take(step: Step, store: TokenDatabaseStore): Promise<void> {
      if (step.kind === 'expire') {
        await store.deleteExpired({ now: NOON, history: MAINTENANCE })
        for (const [key, { expired }] of this.#members) if (expired) this.#remove(key)
        return
      }
      const chosen = [...this.#members.keys()][step.place] ?? null
      if (step.kind === 'delete') {
        if (chosen === null) return
        await store.delete(chosen, ALICE)
        this.#remove(chosen)
        return
      }
      const expired = step.place % 3 === 0
      const data = tokenData({ expires: expired ? NOON : null })
      await store.add(data, { parent: chosen, history: ALICE })
      this.#members.set(data.token.key, { parent: chosen, expired })
    }

    #remove(key: string): void {
      if (!this.#members.delete(key)) return
      this.gone.push(key)
      for (const [child, { parent }] of this.#members) if (parent === key) this.#remove(child)
    }
  }
})
