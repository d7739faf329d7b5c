import fc from 'fast-check'
import { type Insertable, sql } from 'kysely'
import { expect, it } from 'vitest'
import { InvalidCursorError } from '../../src/models/errors.ts'
import { parseHistoryCursor } from '../../src/models/history-cursor.ts'
import {
  ChangeHistoryStore,
  type HistoryFilters,
  type HistoryMoment,
  type HistoryPage,
  type HistoryPaging,
} from '../../src/storage/change-history-store.ts'
import { type TokenChangeHistoryTable, timestamp } from '../../src/storage/schema.ts'
import { TokenDatabaseStore } from '../../src/storage/token-database-store.ts'
import { begin, onEachDatabase, onPostgres, type TestConnection } from './backends.ts'
import { collect, HOUR, NOON, tokenData } from './fixtures.ts'

type Row = Omit<Partial<Insertable<TokenChangeHistoryTable>>, 'event_time'> & { event_time?: number }

function use(database: () => TestConnection) {
  const store = () => new ChangeHistoryStore(database().db)
  /** Writes entries, the oldest first. @returns Their ids. */
  const write = async (...rows: Row[]): Promise<number[]> => {
    if (rows.length === 0) return []
    const written = await database()
      .db.insertInto('token_change_history')
      .values(
        rows.map(({ event_time = NOON, ...row }) => ({
          ...{ token: 'token', username: 'alice', token_type: 'user', scopes: '', actor: 'alice' },
          ...{ action: 'create', ...row, event_time: timestamp(event_time) },
        })) as Insertable<TokenChangeHistoryTable>[],
      )
      .returning('id')
      .execute()
    return written.map(({ id }) => id)
  }
  const idsOf = (page: HistoryPage) => page.entries.map(({ id }) => id)
  const find = async (filters: HistoryFilters) => idsOf(await store().list(filters))
  return { store, write, find, idsOf }
}

onEachDatabase('an entry of the change history', (database) => {
  const { store, write } = use(database)

  it('tells all that was written', async () => {
    const [id] = await write({
      ...{ token: 'child', username: 'alice', token_type: 'internal', token_name: 'new', parent: 'top' },
      ...{ scopes: 'exec:test,read:all', service: 'tap', actor: '<internal>', action: 'edit' },
      ...{ old_token_name: 'old', old_scopes: '', ip_address: '192.0.2.1', event_time: NOON },
      ...{ cause: 'narrowed', ancestor: 'top' },
    })
    const [entry] = (await store().list({})).entries
    expect(entry).toEqual({
      ...{ id, token: 'child', username: 'alice', tokenType: 'internal', tokenName: 'new', parent: 'top' },
      ...{ scopes: ['exec:test', 'read:all'], service: 'tap', expires: null, actor: '<internal>' },
      ...{ action: 'edit', oldTokenName: 'old', oldScopes: [], oldExpires: null, ipAddress: '192.0.2.1' },
      ...{ eventTime: NOON, cause: 'narrowed', ancestor: 'top' },
    })
  })

  it('of the reference lacks what is only Porthor’s', async () => {
    await write({})
    expect((await store().list({})).entries).toEqual([
      expect.objectContaining({ cause: null, ancestor: null, oldScopes: null, ipAddress: null }),
    ])
  })
})

onEachDatabase('a filter of the change history', (database) => {
  const { store, write, find } = use(database)

  it('by time includes both ends', async () => {
    const ids = await write({ event_time: NOON - 1 }, { event_time: NOON }, { event_time: NOON + 1 })
    expect(await find({ since: NOON })).toEqual([ids[2], ids[1]])
    expect(await find({ until: NOON })).toEqual([ids[1], ids[0]])
    expect(await find({ since: NOON, until: NOON })).toEqual([ids[1]])
    expect(await find({ since: NOON + 1, until: NOON - 1 })).toEqual([])
  })

  it.each<{ filters: HistoryFilters; row: Row }>([
    { filters: { username: 'bob' }, row: { username: 'bob' } },
    { filters: { actor: '<internal>' }, row: { actor: '<internal>' } },
    { filters: { token: 'other' }, row: { token: 'other' } },
    { filters: { tokenType: 'oidc' }, row: { token_type: 'oidc' } },
    { filters: { action: 'expire' }, row: { action: 'expire' } },
  ])('$filters admits equals alone', async ({ filters, row }) => {
    const [, id] = await write({}, row, {})
    expect(await find(filters)).toEqual([id])
  })

  it('by address compares addresses, not texts', async () => {
    const [v4, v6] = await write(
      { ip_address: '192.0.2.1' },
      { ip_address: '2001:db8::1' },
      { ip_address: '192.0.2.2' },
      {},
    )
    expect(await find({ ipOrCidr: '192.0.2.1' })).toEqual([v4])
    expect(await find({ ipOrCidr: '2001:0DB8:0:0:0:0:0:1' })).toEqual([v6])
    expect(await find({ ipOrCidr: '192.0.2.3' })).toEqual([])
  })

  it('by network admits what lies within, the network of one address included', async () => {
    const [one, two, three] = await write(
      { ip_address: '192.0.2.1' },
      { ip_address: '192.0.3.1' },
      { ip_address: '2001:db8::1' },
      {},
    )
    expect(await find({ ipOrCidr: '192.0.2.0/24' })).toEqual([one])
    expect(await find({ ipOrCidr: '192.0.2.0/23' })).toEqual([two, one])
    expect(await find({ ipOrCidr: '192.0.2.1/32' })).toEqual([one])
    expect(await find({ ipOrCidr: '0.0.0.0/0' })).toEqual([two, one])
    expect(await find({ ipOrCidr: '2001:db8::/32' })).toEqual([three])
    expect(await find({ ipOrCidr: '2001:db8::1/128' })).toEqual([three])
  })

  it('holds together with all others', async () => {
    const [id] = await write(
      { username: 'bob', actor: 'admin', event_time: NOON },
      { username: 'bob', actor: 'bob', event_time: NOON },
      { username: 'bob', actor: 'admin', event_time: NOON - 1 },
    )
    expect(await find({ username: 'bob', actor: 'admin', since: NOON })).toEqual([id])
    expect(await store().list({ username: 'nobody' })).toEqual({
      ...{ entries: [], count: 0, nextCursor: null, prevCursor: null },
    })
  })
})

onEachDatabase('the whole change history', (database) => {
  const { store, write } = use(database)

  it.each([1, 2, 3, 7, 8])('comes in pages of %i, each entry once, the newest first', async (pageSize) => {
    const times = [0, 0, 0, 1, 1, 2, 9].map((seconds) => NOON + seconds)
    const ids = await write(...times.map((time) => ({ event_time: time })), { username: 'bob' })
    const pages = await Array.fromAsync(store().pages({ username: 'alice' }, { pageSize }))
    expect(pages.flat().map(({ id }) => id)).toEqual(ids.slice(0, 7).toReversed())
    expect(pages.every((page) => page.length > 0 && page.length <= pageSize)).toBe(true)
  })

  it('does not grow while it is read', async () => {
    const ids = await write({}, {}, {})
    const pages = store().pages({}, { pageSize: 1 })
    const read = [(await pages.next()).value]
    await write({})
    for await (const page of pages) read.push(page)
    expect(read.flat().map((entry) => entry?.id)).toEqual(ids.toReversed())
  })

  it('knows of whom it knows a token', async () => {
    await write({ token: 'one' })
    expect(await store().has('alice', 'one')).toBe(true)
    expect(await store().has('bob', 'one')).toBe(false)
    expect(await store().has('alice', 'other')).toBe(false)
  })
})

onEachDatabase('the change history of a token', (database) => {
  const { write, find } = use(database)

  it('shows all that was ever derived from it, living or gone', async () => {
    const tokens = new TokenDatabaseStore(database().db)
    const history = { actor: 'alice', ipAddress: null }
    const top = tokenData()
    const child = tokenData()
    const grandchild = tokenData()
    const other = tokenData()
    for (const data of [top, other]) await tokens.add(data, { history })
    await tokens.add(child, { parent: top.token.key, history })
    await tokens.add(grandchild, { parent: child.token.key, history })
    const shown = async ({ token }: typeof top) => (await find({ subtree: token.key })).length
    expect([await shown(top), await shown(child), await shown(grandchild)]).toEqual([3, 2, 1])
    await tokens.delete(child.token.key, history)
    expect([await shown(top), await shown(child), await shown(grandchild)]).toEqual([5, 4, 2])
    await tokens.delete(top.token.key, history)
    expect([await shown(top), await shown(other)]).toEqual([6, 1])
  })

  it('shows a child whose entries name no parent, as long as its kinship does', async () => {
    const tokens = new TokenDatabaseStore(database().db)
    const top = tokenData()
    const child = tokenData({ tokenType: 'oidc' })
    await tokens.add(top)
    await tokens.add(child, { parent: top.token.key })
    const [id] = await write({ token: child.token.key, token_type: 'oidc' })
    expect(await find({ key: top.token.key })).toEqual([id])
  })

  it('comes to an end on a ring of kinship', async () => {
    const ids = await write({ token: 'one', parent: 'two' }, { token: 'two', parent: 'one' })
    expect(await find({ subtree: 'one' })).toEqual(ids.reverse())
  })

  it('shows without the subtree the direct children alone', async () => {
    const ids = await write(
      { token: 'top' },
      { token: 'child', parent: 'top' },
      { token: 'grandchild', parent: 'child' },
    )
    expect(await find({ key: 'top' })).toEqual(ids.slice(0, 2).reverse())
    expect(await find({ subtree: 'top' })).toEqual(ids.reverse())
  })

  it('can be narrowed by other filters', async () => {
    const [, id] = await write(
      { token: 'top' },
      { token: 'child', parent: 'top', actor: 'bob' },
      { token: 'other', actor: 'bob' },
    )
    expect(await find({ key: 'top', actor: 'bob' })).toEqual([id])
  })
})

onEachDatabase('a page of the change history', (database) => {
  const { store, write, idsOf } = use(database)

  it('has the neighbours that the table of the specification gives', async () => {
    const [a, b, c, d] = await write(...[0, 1, 1, 2].map((later): Row => ({ event_time: NOON + later })))
    const list = async (paging: HistoryPaging) => {
      const page = await store().list({}, paging)
      return { ids: idsOf(page), next: page.nextCursor, prev: page.prevCursor, count: page.count }
    }
    const count = 4
    expect(await list({})).toEqual({ ids: [d, c, b, a], next: null, prev: null, count })
    expect(await list({ limit: 4 })).toEqual({ ids: [d, c, b, a], next: null, prev: null, count })
    expect(await list({ limit: 2 })).toEqual({ ids: [d, c], next: `${NOON + 1}_${b}`, prev: null, count })
    const second = `${NOON + 1}_${b}`
    expect(await list({ limit: 1, cursor: second })).toEqual({
      ...{ ids: [b], next: `${NOON}_${a}`, prev: `p${second}`, count },
    })
    expect(await list({ limit: 2, cursor: second })).toEqual({
      ...{ ids: [b, a], next: null, prev: `p${second}`, count },
    })
    expect(await list({ cursor: second })).toEqual({ ids: [b, a], next: null, prev: `p${second}`, count })
    expect(await list({ limit: 2, cursor: `p${second}` })).toEqual({
      ...{ ids: [d, c], next: second, prev: null, count },
    })
    expect(await list({ limit: 1, cursor: `p${second}` })).toEqual({
      ...{ ids: [c], next: second, prev: `p${NOON + 1}_${c}`, count },
    })
    expect(await list({ cursor: `p${second}` })).toEqual({ ids: [d, c], next: second, prev: null, count })
  })

  it('beyond either end is empty', async () => {
    await write({})
    const before = `p${NOON + 1}_1`
    expect(await store().list({}, { cursor: before, limit: 1 })).toEqual({
      ...{ entries: [], count: 1, nextCursor: `${NOON + 1}_1`, prevCursor: null },
    })
    const after = `${NOON - 1}_1`
    expect(await store().list({}, { cursor: after, limit: 1 })).toEqual({
      ...{ entries: [], count: 1, nextCursor: null, prevCursor: `p${after}` },
    })
  })

  it.each(['1700000000_2147483648', '253402300800_1', `${'9'.repeat(400)}_1`, `1_${'9'.repeat(400)}`])(
    'is refused where the cursor %.30s names what cannot be',
    async (cursor) => {
      await expect(store().list({}, { cursor })).rejects.toThrow(InvalidCursorError)
    },
  )

  it('is given for the greatest cursor that can be', async () => {
    const [id] = await write({})
    expect(idsOf(await store().list({}, { cursor: '253402300799_2147483647' }))).toEqual([id])
  })

  it('holds each entry once, the same on the way back as on the way there', async () => {
    const times = fc.array(fc.integer({ min: NOON, max: NOON + 5 }), { maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: 1, max: 8 }), async (times, limit) => {
        await database().db.deleteFrom('token_change_history').execute()
        await write(...times.map((event_time) => ({ event_time })))
        const whole = idsOf(await store().list({}))
        expect(whole).toHaveLength(times.length)
        const there = await walk('nextCursor', limit, {})
        expect(there.flatMap(idsOf)).toEqual(whole)
        const last = there.at(-1)?.prevCursor
        const back = last ? await walk('prevCursor', limit, { cursor: last }) : []
        expect(back.map(idsOf).reverse()).toEqual(there.slice(0, -1).map(idsOf))
        expect(back.at(-1)?.prevCursor ?? null).toBeNull()
      }),
      { numRuns: 10 },
    )
  })

  it('stays where it was while entries are added before and removed after', async () => {
    const ids = await write(...Array.from({ length: 6 }, (_, age): Row => ({ event_time: NOON + age })))
    const first = await store().list({}, { limit: 2 })
    await write({ event_time: NOON + 9 })
    await store().deleteOlderThan(NOON + 1, 10)
    const second = await store().list({}, { limit: 2, cursor: first.nextCursor ?? '' })
    expect(idsOf(second)).toEqual([ids[3], ids[2]])
    const back = await store().list({}, { limit: 2, cursor: second.prevCursor ?? '' })
    expect(idsOf(back)).toEqual(idsOf(first))
    // The entry that a cursor names may itself have gone.
    await store().deleteOlderThan(NOON + 4, 10)
    const position = parseHistoryCursor(first.nextCursor ?? '')
    expect(position.id).toBe(ids[3])
    expect(await store().list({}, { cursor: first.nextCursor ?? '' })).toMatchObject({ entries: [] })
  })

  async function walk(
    direction: 'nextCursor' | 'prevCursor',
    limit: number,
    start: HistoryPaging,
  ): Promise<HistoryPage[]> {
    const pages: HistoryPage[] = []
    let paging: HistoryPaging | null = { ...start, limit }
    while (paging) {
      const page: HistoryPage = await store().list({}, paging)
      pages.push(page)
      const cursor = page[direction]
      paging = cursor === null ? null : { cursor, limit }
    }
    return pages
  }
})

onEachDatabase('the end of a token in the change history', (database) => {
  const { store, write } = use(database)

  it.each(['revoke', 'expire'] as const)('is an entry of the action %s', async (action) => {
    await write({ token: 'living' }, { token: 'living', action: 'edit' }, { token: 'ended', action })
    expect(await store().hasEnded('living')).toBe(false)
    expect(await store().hasEnded('ended')).toBe(true)
    expect(await store().hasEnded('unknown')).toBe(false)
  })

  it('can be added for a token of which only data is left', async () => {
    const data = tokenData({ tokenType: 'internal', service: 'tap', expires: NOON })
    const before = Math.floor(Date.now() / 1000) + HOUR
    await write(
      { token: data.token.key, token_name: 'old', parent: 'top' },
      { token: data.token.key, action: 'edit', token_name: 'new', parent: 'top', old_token_name: 'old' },
    )
    const history = { actor: '<internal>', ipAddress: null, cause: 'audit' } as const
    await new ChangeHistoryStore(database().db, HOUR).addEnding(data, history)
    const { entries } = await store().list({ since: before })
    expect(entries).toEqual([
      expect.objectContaining({
        ...{ token: data.token.key, username: 'alice', tokenType: 'internal', tokenName: 'new' },
        ...{ parent: 'top', scopes: data.scopes, service: 'tap', expires: NOON, actor: '<internal>' },
        ...{ action: 'revoke', oldTokenName: null, oldScopes: null, ipAddress: null, cause: 'audit' },
      }),
    ])
  })

  it('can be added for a token that has no history', async () => {
    const data = tokenData()
    await store().addEnding(data, { actor: '<internal>', ipAddress: null })
    expect((await store().list({ key: data.token.key })).entries).toEqual([
      expect.objectContaining({ action: 'revoke', tokenName: null, parent: null, cause: null }),
    ])
  })
})

onPostgres('the count of a history', (database) => {
  const { store } = use(database)

  it('is exact up to 10,000 entries, and about right beyond', async () => {
    const { db } = database()
    const add = (count: number) =>
      sql`INSERT INTO token_change_history (token, username, token_type, scopes, action, event_time)
        SELECT 'x', 'counted', 'session', '', 'create', now() FROM generate_series(1, ${count}::int)`.execute(
        db,
      )
    const counted = async () => (await store().list({ username: 'counted' }, { limit: 10 })).count
    await add(10_000)
    await sql`ANALYZE token_change_history`.execute(db)
    expect(await counted()).toBe(10_000)
    await add(20_000)
    await sql`ANALYZE token_change_history`.execute(db)
    expect(await counted()).toBeGreaterThan(25_000)
    expect(await counted()).toBeLessThan(35_000)
  })
})

onEachDatabase('the tokens that changed since a time', (database) => {
  const { store, write } = use(database)
  const changed = async (since: HistoryMoment, size?: number) =>
    [...new Set(await collect(store().keysChangedSince(since, size)))].sort()

  it('come whatever the size of a page', async () => {
    const ids = await write(
      ...['a', 'b', 'c', 'a', 'd', 'b'].map((token, index): Row => ({ token, event_time: NOON + index })),
    )
    const last = ids.at(-1) ?? 0
    for (const size of [1, 2, 3, 4, 5]) {
      expect(await changed({ time: NOON, entry: last }, size)).toEqual(['a', 'b', 'c', 'd'])
      expect(await changed({ time: NOON + 3, entry: last }, size)).toEqual(['a', 'b', 'd'])
    }
    expect(await changed({ time: NOON + 6, entry: last })).toEqual([])
  })

  it('are those with later entries, too, whose time says that they came before', async () => {
    const [first = 0, second = 0] = await write(
      { token: 'a', event_time: NOON },
      { token: 'b', event_time: NOON + 9 },
      { token: 'c', event_time: NOON - 9 },
    )
    expect(await changed({ time: NOON + 5, entry: second })).toEqual(['b', 'c'])
    expect(await changed({ time: NOON + 99, entry: first })).toEqual(['b', 'c'])
    expect(await store().lastEntry()).toBe(second + 1)
  })
})

onEachDatabase('truncating the change history', (database) => {
  const { store, write, find } = use(database)

  it('takes the oldest first, in batches, and nothing as young as the limit', async () => {
    const ids = await write(...[0, 1, 2, 3, 4].map((later): Row => ({ event_time: NOON + later })))
    expect(await store().deleteOlderThan(NOON + 3, 2)).toBe(2)
    expect(await find({})).toEqual([ids[4], ids[3], ids[2]])
    expect(await store().deleteOlderThan(NOON + 3, 2)).toBe(1)
    expect(await store().deleteOlderThan(NOON + 3, 2)).toBe(0)
    expect(await find({})).toEqual([ids[4], ids[3]])
  })
})

onPostgres('truncating the change history beside another', (database) => {
  const { write } = use(database)

  it('leaves to it what it is deleting', async () => {
    await write(...Array.from({ length: 10 }, () => ({})))
    const other = await begin(database().db)
    expect(await new ChangeHistoryStore(other).deleteOlderThan(NOON + 1, 4)).toBe(4)
    expect(await new ChangeHistoryStore(database().db).deleteOlderThan(NOON + 1, 10)).toBe(6)
    await other.commit().execute()
  })
})
