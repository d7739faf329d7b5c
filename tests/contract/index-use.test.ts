import { type CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/models/clock.ts'
import { AdminHistoryStore } from '../../src/storage/admin-history-store.ts'
import { AdminStore } from '../../src/storage/admin-store.ts'
import { auditPages, keysWithRow } from '../../src/storage/audit-pages.ts'
import { AuthHistoryStore } from '../../src/storage/auth-history-store.ts'
import { ChangeHistoryStore, type HistoryFilters } from '../../src/storage/change-history-store.ts'
import { type DatabaseConnection, openPostgres } from '../../src/storage/database.ts'
import { FrozenUserStore } from '../../src/storage/frozen-user-store.ts'
import { LoginLinkStore } from '../../src/storage/login-link-store.ts'
import { LogoutTokenStore } from '../../src/storage/logout-token-store.ts'
import { PosixIdStore } from '../../src/storage/posix-id-store.ts'
import { SqlQuotaOverridesStore } from '../../src/storage/quota-overrides/sql-quota-overrides-store.ts'
import { SqlRateLimiter } from '../../src/storage/rate-limits/sql-rate-limiter.ts'
import type { Database } from '../../src/storage/schema.ts'
import { SchemaManager } from '../../src/storage/schema-manager.ts'
import { SessionStore } from '../../src/storage/session-store.ts'
import { StatisticsStore } from '../../src/storage/statistics-store.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { SqlTokenDataStore } from '../../src/storage/token-data/sql-token-data-store.ts'
import { TokenDataCipher } from '../../src/storage/token-data/token-data-cipher.ts'
import { TokenDatabaseStore } from '../../src/storage/token-database-store.ts'
import { TokenLocks } from '../../src/storage/token-locks.ts'
import { NEWEST_FIRST, type TokenFilters, TokenSearchStore } from '../../src/storage/token-search-store.ts'
import { UserSearchStore } from '../../src/storage/user-search-store.ts'
import { createTestDatabase, postgresAvailable, type TestDatabase } from '../support/postgres.ts'
import { collect, NOON, tokenData } from './fixtures.ts'

const KEY = 'AAAAAAAAAAAAAAAAAAAAAA'

describe.skipIf(postgresAvailable() !== true)('PostgreSQL: the time of a statement', () => {
  let database: TestDatabase
  let db: Kysely<Database>
  const sent: CompiledQuery[] = []

  beforeAll(async () => {
    database = await createTestDatabase()
    const connection = openPostgres({ url: database.url })
    await new SchemaManager(connection).update()
    await connection.close()
    const pool = new pg.Pool({ connectionString: database.url, max: 1 })
    // Dropping the database may end the connection before it has said goodbye.
    pool.on('error', () => {})
    db = new Kysely<Database>({
      dialect: new PostgresDialect({ pool }),
      log({ query }) {
        sent.push(query)
      },
    })
    // Empty tables would be read whole; so only those are where no index can serve.
    await sql`SET enable_seqscan = off`.execute(db)
  })
  afterAll(async () => {
    await db?.destroy()
    await database?.drop()
  })

  async function tablesReadWhole(work: () => Promise<unknown>): Promise<string[]> {
    sent.length = 0
    await work()
    return (await plans()).flatMap((plan) => plan.match(/Seq Scan on \w+/g) ?? [])
  }

  function plans(): Promise<string[]> {
    return Promise.all([...sent].map((query) => planOf(query)))
  }

  async function planOf(query: CompiledQuery): Promise<string> {
    const { rows } = await db.executeQuery<{ 'QUERY PLAN': string }>({
      ...query,
      sql: `EXPLAIN ${query.sql}`,
    })
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  }

  const tokens = () => new TokenDatabaseStore(db)
  const locks = () => new TokenLocks(db)
  const search = () => new TokenSearchStore(db)
  const find = (filters: TokenFilters) =>
    search().search(filters, { order: NEWEST_FIRST, after: null, limit: 10 })
  const users = (options: { prefix?: string; frozen?: boolean; after?: string }) =>
    new UserSearchStore(db).search({ ...options, limit: 10, now: NOON })
  const changes = (filters: HistoryFilters) => collect(new ChangeHistoryStore(db).pages(filters))
  const changesPage = (filters: HistoryFilters) =>
    new ChangeHistoryStore(db).list(filters, { cursor: `${NOON}_1`, limit: 10 })
  const sessions = () => new SessionStore(db)
  const cipher = new TokenDataCipher(new Fernet([Fernet.generateKey()]), systemClock)
  const data = () => new SqlTokenDataStore({ db } as DatabaseConnection, cipher)
  const dataSession = async () => (await data().acquire()).within(db)
  const rateLimiter = async (work: (limiter: SqlRateLimiter) => Promise<unknown>) => {
    const limiter = new SqlRateLimiter(db, systemClock)
    await work(limiter)
    await limiter.close()
  }
  const readQuotaOverrides = async () => {
    const listen = async () => ({ onLost() {}, async close() {} })
    const store = new SqlQuotaOverridesStore({ db, listen } as unknown as DatabaseConnection)
    const reader = await store.openReader({ changed() {}, lost() {} })
    await reader.read()
    await reader.close()
  }
  const ending = { key: KEY }
  const history = { actor: 'alice', ipAddress: null }
  const info = { ...tokenData(), token: KEY, tokenName: null, lastUsed: null, parent: null, note: null }

  it.each<[string, () => Promise<unknown>]>([
    ['to read a token', () => tokens().getInfo(KEY)],
    ["to list a user's tokens", () => tokens().listTokens({ username: 'alice' })],
    ['to list a page of all tokens', () => tokens().listTokens({ limit: 10 })],
    [
      'to list the page after another',
      () => tokens().listTokens({ limit: 10, after: { created: NOON, token: KEY } }),
    ],
    ['to read a page for the audit', () => collect(auditPages(db))],
    ['to find which keys have a row', () => keysWithRow(db, [KEY])],
    ['to find a child to hand out', () => tokens().getInternalTokenKey(tokenData(), 'tap', [], NOON)],
    ['to find descendants', () => tokens().getChildren(KEY)],
    ['to delete rows', () => tokens().deleteRows([ending], 'revoke', history)],
    ['to change rows', () => tokens().modifyRows([{ info }], history)],
    ['to replace a secret', () => tokens().replaceSecret(KEY, KEY, history)],
    ['to find expired tokens', () => tokens().deleteExpired({ now: NOON, limit: 10 })],
    ['to lock a token', () => locks().lockToken(KEY)],
    ['to lock a subtree', () => locks().lockSubtrees([KEY])],
    ['to read many tokens', () => locks().readTokens([KEY])],
    ['to search by key', () => find({ key: KEY })],
    ['to search by user', () => find({ username: 'alice' })],
    ['to search by type', () => find({ tokenType: 'service' })],
    ['to search by service', () => find({ service: 'tap' })],
    ['to search by the beginning of a name', () => find({ namePrefix: 'laptop' })],
    ['to search for what has expired', () => find({ expired: { is: true, now: NOON } })],
    ['to search below a token', () => find({ username: 'alice', parent: KEY })],
    ['to show tokens', () => search().read([KEY])],
    ['to find ancestors', () => search().ancestorsOf(KEY)],
    ['to place descendants', () => search().descendantsOf(KEY, { after: null, limit: 10 })],
    ["to count a user's tokens", () => search().tally('alice', null)],
    ["to count a user's other tokens", () => search().tally('alice', { without: KEY })],
    ['to count a token and what lives below it', () => search().tally('alice', { of: KEY })],
    ["to count what a user's list holds", () => search().count({ username: 'alice', tokenType: 'internal' })],
    [
      "to list a user's tokens by name",
      () =>
        search().search(
          { username: 'alice' },
          { order: { by: 'token_name', descending: false }, after: { value: 'a', token: KEY }, limit: 10 },
        ),
    ],
    ['to list frozen users after another', () => new FrozenUserStore(db).list({ after: 'alice', limit: 10 })],
    ['to find users', () => users({})],
    ['to find users by the beginning of their name', () => users({ prefix: 'al' })],
    ['to find the users after another', () => users({ after: 'alice' })],
    ["to find a user's roots", () => locks().rootsOf('alice')],
    ['to read the whole history', () => changes({})],
    ['to read the history of a while', () => changes({ since: NOON, until: NOON })],
    [
      'to read the history of a user',
      () => changes({ username: 'alice', action: 'edit', ipOrCidr: '10.0.0.0/8' }),
    ],
    ['to read what somebody did', () => changes({ actor: 'alice' })],
    ['to read the history of a family', () => changes({ username: 'alice', key: KEY })],
    ['to read the history of a subtree', () => changes({ username: 'alice', subtree: KEY })],
    ['to read a page of a history', () => changesPage({ username: 'alice' })],
    ['to count a history', () => changesPage({})],
    ['to read what came from a network', () => changes({ ipOrCidr: '192.0.2.0/24' })],
    ['to find the last entry', () => new ChangeHistoryStore(db).lastEntry()],
    [
      'to find what has changed since a moment',
      () => collect(new ChangeHistoryStore(db).keysChangedSince({ time: NOON, entry: 1 })),
    ],
    ['to truncate a history', () => new ChangeHistoryStore(db).deleteOlderThan(NOON, 10)],
    ['to record uses', () => new AuthHistoryStore(db).record([{ key: KEY, usedAt: NOON, ipAddress: null }])],
    ['to read the uses of a token', () => new AuthHistoryStore(db).list({ token: KEY, limit: 10 })],
    ["to count a user's own tokens", () => tokens().countTokensOf('alice', NOON)],
    ['to make a token', () => tokens().add(tokenData(), { history })],
    ['to find a notebook to hand out', () => tokens().getNotebookTokenKey(tokenData(), NOON)],
    ['to find an expired namesake', () => tokens().getExpiredNamesake('alice', 'laptop', NOON)],
    ['to share a token', () => locks().shareToken(KEY)],
    ["to find a token's parent", () => locks().parentOf(KEY)],
    ['to claim a key', () => locks().claimAbsent('absent')],
    ['to give a claimed key back', () => locks().removePlaceHolder('absent')],
    ["to list a user's sessions", () => sessions().list('alice', NOON)],
    [
      'to find the sessions that a provider names',
      () => sessions().findUpstream({ issuer: 'i', subject: 's', sessionId: null }),
    ],
    [
      "to find a session by the provider's name for it",
      () => sessions().findUpstream({ issuer: 'i', subject: null, sessionId: 's' }),
    ],
    ['to find sessions whose token is gone', () => sessions().deleteEnded('', 10, NOON)],
    ['to read a login link', () => new LoginLinkStore(db).get(Buffer.alloc(32), NOON)],
    ['to take a login link', () => new LoginLinkStore(db).take(Buffer.alloc(32), NOON)],
    ['to know a logout token', () => new LogoutTokenStore(db).has('issuer', 'id')],
    ['to find whether a user is frozen', () => new FrozenUserStore(db).has('alice')],
    ['to find whether a user is an administrator', () => new AdminStore(db).has('alice')],
    ['to read the history of administrators', () => new AdminHistoryStore(db).list({ limit: 10 })],
    ['to truncate the history of administrators', () => new AdminHistoryStore(db).deleteOlderThan(NOON, 10)],
    ['to find UIDs', () => new PosixIdStore(db).find('user', ['alice', 'bob'])],
    ['to lock a counter of UIDs', () => new PosixIdStore(db).lockCounter('uid')],
    ['to sum statistics', () => new StatisticsStore(db).sum({ since: NOON, until: NOON + 60, step: 60 })],
    ['to forget statistics', () => new StatisticsStore(db).deleteOlderThan(NOON)],
    ["to read tokens' data", () => data().getMany([KEY])],
    ["to go through all tokens' data", () => collect(data().scan())],
    ["to delete a token's data", async () => (await dataSession()).delete([KEY])],
    ["to delete a token's data if unchanged", async () => (await dataSession()).deleteUnchanged(KEY, 'a')],
    ["to replace a token's data", async () => (await dataSession()).replace('a', tokenData())],
    ["to add a token's data", async () => (await dataSession()).add(tokenData())],
    [
      'to count a request',
      () => rateLimiter((limiter) => limiter.count({ username: 'alice', service: 'tap', quota: 100 })),
    ],
    ['to truncate the history of uses', () => new AuthHistoryStore(db).deleteOlderThan(NOON, 10)],
    ['to read the uses of a user', () => new AuthHistoryStore(db).list({ username: 'alice', limit: 10 })],
    ['to find whether a token has a history', () => new ChangeHistoryStore(db).has('alice', KEY)],
  ])('does not grow with the tables: %s', async (_what, work) => {
    expect(await tablesReadWhole(work)).toEqual([])
  })

  it.each<[string, () => Promise<unknown>, string]>([
    // One row at most.
    ['the document of quota overrides', () => readQuotaOverrides(), 'porthor_quota_overrides'],
    // Once a minute, and nothing in it is older than two; an index would be written with each request instead.
    ['counters that have ended', () => rateLimiter((limiter) => limiter.removeEnded()), 'porthor_rate_limit'],
  ])('reads whole a table that stays small, and no other, for %s', async (_what, work, table) => {
    expect(await tablesReadWhole(work)).toEqual([`Seq Scan on ${table}`])
  })

  it.each<[string, () => Promise<unknown>, string]>([
    ['a type', () => find({ tokenType: 'service' }), 'porthor_token_by_type_created'],
    ['a service', () => find({ service: 'tap' }), 'porthor_token_by_service_created'],
    ['the beginning of a name', () => find({ namePrefix: 'laptop' }), 'porthor_token_by_name'],
    ['the beginning of a username', () => users({ prefix: 'al' }), 'porthor_token_by_username'],
    ['the history of a user', () => changes({ username: 'alice' }), 'token_change_history_by_username'],
    ['what somebody did', () => changes({ actor: 'alice' }), 'porthor_change_history_by_actor'],
    ['the whole history', () => changes({}), 'token_change_history_by_time'],
  ])('is that of its own index, for %s', async (_what, work, index) => {
    sent.length = 0
    await work()
    expect((await plans()).join()).toMatch(new RegExp(`Index (Only )?Scan.* ${index}`))
  })

  it.each<[string, HistoryFilters]>([
    ['a family', { username: 'alice', key: KEY }],
    ['a subtree', { username: 'alice', subtree: KEY }],
  ])('does not grow with the product of entries and tokens, in the history of %s', async (_what, filters) => {
    sent.length = 0
    await changes(filters)
    // Each entry would be compared with all keys of an array.
    expect((await plans()).join()).not.toMatch(/= ANY/)
  })

  it('begins a page where the page before has ended', async () => {
    sent.length = 0
    await tokens().listTokens({ limit: 10, after: { created: NOON, token: KEY } })
    expect(await plans()).toEqual([expect.stringMatching(/Index Cond: \(created <= /)])
  })
})
