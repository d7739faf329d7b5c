import { createClient } from '@redis/client'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openPorthor, type Porthor } from '../../src/composition.ts'
import type { Config } from '../../src/config/index.ts'
import { Token } from '../../src/models/token.ts'
import type { AuditFinding } from '../../src/services/audit-finding.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { referenceSchema } from '../../src/storage/migrations/index.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { storeKinds } from '../crash/store-kinds.ts'
import { brokenRules, disagreements } from '../support/rules.ts'
import { takeSnapshot } from '../support/store-snapshot.ts'

/*
 * Stores as the reference leaves them when it dies between two writes, or when two of its writes meet
 * (spec/token-service.md §11 and §12): made by its schema, written in its formats, without anything of Porthor's, and then
 * opened, audited and repaired.
 */

const kind = storeKinds.find(({ hasRedis }) => hasRedis)
const CREATED = Math.floor(Date.now() / 1000) - 3_600
const LATER = CREATED + 30 * 86_400

interface ReferenceToken {
  token: Token
  type: 'session' | 'user' | 'notebook' | 'internal'
  name?: string
  service?: string
  scopes: string[]
  expires: number | null
  parent?: Token
}

describe.skipIf(kind?.available !== true)('stores that the reference has left', () => {
  let config: Config
  let remove: () => Promise<void>
  let database: pg.Client
  let redis: ReturnType<typeof createClient>
  let porthor: Porthor

  beforeAll(async () => {
    if (!kind) throw new Error('There is no such kind of stores')
    const stores = await kind.make()
    config = stores.config
    remove = stores.remove
    if (config.database.kind !== 'postgresql' || config.tokenStore.kind !== 'redis')
      throw new Error('The reference knows no others')
    database = new pg.Client({ connectionString: config.database.url })
    await database.connect()
    for (const statement of referenceSchema.statements) await database.query(statement)
    const { persistent } = config.tokenStore
    if (persistent.kind !== 'server') throw new Error('The address must be a server’s')
    redis = createClient({ url: `redis://127.0.0.1:${persistent.port}/${persistent.database}` })
    await redis.connect()
    porthor = await openPorthor({ config, log: silentLog })
    await porthor.schema.update()
  })
  afterAll(async () => {
    await porthor?.close()
    redis?.destroy()
    await database?.end()
    await remove?.()
  })

  let session: ReferenceToken
  let laptop: ReferenceToken
  let notebook: ReferenceToken
  let internal: ReferenceToken

  beforeEach(async () => {
    await porthor.deleteAllData()
    const scopes = ['exec:test', 'read:all']
    session = { token: Token.generate(), type: 'session', scopes, expires: LATER }
    laptop = { token: Token.generate(), type: 'user', name: 'laptop', scopes, expires: null }
    notebook = { token: Token.generate(), type: 'notebook', scopes, expires: LATER, parent: laptop.token }
    internal = {
      ...{ token: Token.generate(), type: 'internal', service: 'tap', scopes: ['read:all'] },
      ...{ expires: LATER, parent: notebook.token },
    }
    for (const one of [session, laptop, notebook, internal]) {
      await writeData(one)
      await writeRow(one)
    }
  })

  /** As pydantic writes it: keys in that order, compact, nulls present (spec/tokens.md §3.1). */
  async function writeData(one: ReferenceToken, under = one.token.key): Promise<void> {
    const { type, service = null, scopes, expires, token } = one
    const value = JSON.stringify({
      ...{ username: 'alice', name: null, email: null, uid: null, gid: null, groups: null },
      ...{ token_type: type, service, scopes, created: CREATED, expires },
      token: { key: token.key, secret: token.secret },
    })
    const text = new Fernet(config.sessionSecrets).encrypt(value)
    await redis.set(`token:${under}`, text)
    if (expires !== null) await redis.expireAt(`token:${under}`, expires)
  }

  async function writeRow(one: ReferenceToken): Promise<void> {
    const { token, type, name = null, service = null, scopes, expires, parent } = one
    await database.query(
      `INSERT INTO token (token, username, token_type, token_name, scopes, service, created, last_used, expires)
       VALUES ($1, 'alice', $2, $3, $4, $5, to_timestamp($6) AT TIME ZONE 'UTC', NULL, to_timestamp($7) AT TIME ZONE 'UTC')`,
      [token.key, type, name, scopes.join(), service, CREATED, expires],
    )
    if (parent) await database.query('INSERT INTO subtoken VALUES ($1, $2)', [token.key, parent.key])
    await writeHistory(one, 'create')
  }

  async function writeHistory(one: ReferenceToken, action: 'create' | 'revoke' | 'expire'): Promise<void> {
    const { token, type, name = null, service = null, scopes, expires, parent } = one
    await database.query(
      `INSERT INTO token_change_history (token, username, token_type, token_name, parent, scopes, service, expires, actor,
         action, event_time)
       VALUES ($1, 'alice', $2, $3, $4, $5, $6, to_timestamp($7) AT TIME ZONE 'UTC', 'alice', $8,
         date_trunc('second', now() AT TIME ZONE 'UTC'))`,
      [token.key, type, name, parent?.key ?? null, scopes.join(), service, expires, action],
    )
  }

  const deleteRow = ({ token }: ReferenceToken) =>
    database.query('DELETE FROM token WHERE token = $1', [token.key])
  const deleteData = ({ token }: ReferenceToken) => redis.del(`token:${token.key}`)
  const verifies = async ({ token }: ReferenceToken) =>
    (await porthor.verifier.verify(token)).kind === 'valid'
  const scopesOf = async ({ token }: ReferenceToken) => {
    const verification = await porthor.verifier.verify(token)
    return verification.kind === 'valid' ? verification.data.scopes : null
  }
  /** What the audit has found, by token. */
  const ofTokens = (findings: readonly AuditFinding[]) =>
    findings.map(({ kind, key }) => [kind, key]).toSorted()

  async function audit(fix: boolean): Promise<AuditFinding[]> {
    const findings: AuditFinding[] = []
    for await (const finding of porthor.reconciler.audit({ fix })) findings.push(finding)
    return findings
  }

  /** Finds exactly these, mends them, and finds nothing more: both stores agree, and every end is in the history. */
  async function mends(...expected: [kind: string, one: ReferenceToken][]): Promise<void> {
    const found = expected.map(([kind, { token }]) => [kind, token.key]).toSorted()
    expect(ofTokens(await audit(false))).toEqual(found)
    await audit(true)
    expect(await audit(false)).toEqual([])
    const snapshot = await takeSnapshot(porthor)
    expect([...brokenRules(snapshot, []), ...disagreements(snapshot, [])]).toEqual([])
  }

  it('in order need no repair, and every token of them verifies', async () => {
    await mends()
    for (const one of [session, laptop, notebook, internal]) expect(await verifies(one)).toBe(true)
  })

  it('with scopes in no order, as old values have them, need no repair', async () => {
    await writeData({ ...laptop, scopes: ['read:all', 'exec:test'] })
    await mends()
  })

  it('in the middle of a creation: a token that nobody holds and nobody can list ends', async () => {
    const unborn: ReferenceToken = { ...session, token: Token.generate() }
    await writeData(unborn)
    await mends(['only-in-data', unborn])
    expect(await verifies(unborn)).toBe(false)
  })

  it('after a child was refused by its foreign key: its data, which stayed valid, goes', async () => {
    const late: ReferenceToken = { ...notebook, token: Token.generate(), parent: Token.generate() }
    await writeData(late)
    await mends(['only-in-data', late])
    expect(await verifies(late)).toBe(false)
  })

  it('in the middle of a revocation: what has no data any more ends with all below it, and is recorded', async () => {
    await deleteData(internal)
    await deleteData(notebook)
    await mends(['only-in-database', internal], ['only-in-database', notebook])
    expect(await verifies(laptop)).toBe(true)
  })

  it('after a child was made of a parent that was being revoked: the orphan ends, with all below it', async () => {
    for (const store of [deleteData, deleteRow]) await store(laptop)
    await writeHistory(laptop, 'revoke')
    await mends(['orphaned', notebook])
    for (const one of [notebook, internal]) expect(await verifies(one)).toBe(false)
  })

  it('after a parent expired before its child: the orphan ends', async () => {
    // Redis ends the data by itself; the maintenance deletes the row.
    for (const store of [deleteData, deleteRow]) await store(laptop)
    await writeHistory(laptop, 'expire')
    await mends(['orphaned', notebook])
    expect(await verifies(notebook)).toBe(false)
  })

  it('in the middle of a widening: the token has what the row says, and no more', async () => {
    await writeData({ ...laptop, scopes: ['exec:test', 'read:all', 'read:some'] })
    await mends(['mismatch', laptop])
    expect(await scopesOf(laptop)).toEqual(['exec:test', 'read:all'])
  })

  it('in the middle of a narrowing: the row and those below follow the data', async () => {
    await writeData({ ...laptop, scopes: ['exec:test'] })
    await mends(['mismatch', laptop])
    expect(await scopesOf(notebook)).toEqual(['exec:test'])
    expect(await scopesOf(internal)).toEqual([])
  })

  it('with ends that differ: the earlier one counts, for those below as well', async () => {
    const expires = LATER - 1_000
    await writeData({ ...laptop, expires })
    await mends(['mismatch', laptop])
    const { rows } = await database.query('SELECT extract(epoch FROM expires)::int AS expires FROM token')
    expect(rows.map((row) => row.expires).toSorted()).toEqual([expires, expires, expires, LATER])
  })

  it('after a narrowing, which leaves those below as they were: they follow', async () => {
    const narrowed = { ...laptop, scopes: ['exec:test'] }
    await writeData(narrowed)
    await database.query(`UPDATE token SET scopes = 'exec:test' WHERE token = $1`, [laptop.token.key])
    await database.query(`UPDATE token_change_history SET scopes = 'exec:test' WHERE token = $1`, [
      laptop.token.key,
    ])
    await mends(['exceeds-parent', notebook])
    expect(await scopesOf(notebook)).toEqual(['exec:test'])
    expect(await scopesOf(internal)).toEqual([])
  })

  it('after a change has brought back what was revoked meanwhile: it ends again, and its history ends once', async () => {
    await deleteRow(session)
    await writeHistory(session, 'revoke')
    await mends(['only-in-data', session])
    expect(await verifies(session)).toBe(false)
    const { rows } = await database.query(
      `SELECT count(*)::int AS ends FROM token_change_history WHERE token = $1 AND action = 'revoke'`,
      [session.token.key],
    )
    expect(rows).toEqual([{ ends: 1 }])
  })

  it('with data under another token’s key: it is nobody’s, and goes', async () => {
    const other = Token.generate()
    await writeData(session, other.key)
    await mends(['malformed', { ...session, token: other }])
    expect(await redis.exists(`token:${other.key}`)).toBe(0)
    expect(await verifies(session)).toBe(true)
  })

  it('with fractions of a second in an end, which a change leaves in SQL alone: nothing is wrong', async () => {
    await database.query(`UPDATE token SET expires = expires + interval '0.25 s' WHERE token = $1`, [
      session.token.key,
    ])
    await mends()
  })

  it('with all of that at once', async () => {
    const unborn: ReferenceToken = { ...session, token: Token.generate() }
    await writeData(unborn)
    await writeData({ ...session, scopes: ['read:all'] })
    await deleteData(internal)
    await writeData({ ...laptop, scopes: ['exec:test', 'read:all', 'read:some'] })
    await mends(
      ['only-in-data', unborn],
      ['mismatch', session],
      ['only-in-database', internal],
      ['mismatch', laptop],
    )
  })
})
