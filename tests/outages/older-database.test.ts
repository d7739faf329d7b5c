import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import { internalCaller } from '../../src/services/caller.ts'
import { postgresAvailable } from '../support/postgres.ts'
import { type PostgresServer, startPostgresServer } from '../support/postgres-server.ts'
import { startRedis } from '../support/redis.ts'
import {
  backendAvailable,
  hasLine,
  openPlatform,
  type Platform,
  redisAddress,
  serviceToken,
  timeUntil,
} from './platform.ts'

const undone: (() => Promise<unknown>)[] = []
const available = postgresAvailable() === true && backendAvailable('PostgreSQL with Redis') === true

describe.skipIf(!available)('a database that is older than it was, with token data in Redis', () => {
  let server: PostgresServer

  beforeAll(async () => {
    server = await startPostgresServer({ restartable: true, settings: ['max_connections=40'] })
  })
  afterAll(() => server?.stop())
  afterEach(async () => {
    for (const undo of undone.splice(0).reverse()) await undo()
  })

  async function platformOn(name: string, config = {}): Promise<Platform> {
    const client = await connect(server.url)
    await client.query(`CREATE DATABASE ${name}`)
    const url = server.url.replace(/postgres$/, name)
    const redis = await startRedis()
    undone.push(() => redis.stop())
    const address = redisAddress(redis.port)
    const platform = await openPlatform('PostgreSQL with Redis', {
      database: { kind: 'postgresql', url, listenUrl: url, poolSize: 5 },
      tokenStore: { kind: 'redis', persistent: address, ephemeral: address },
      redisBlessingLeaseSeconds: 1,
      redisLinkLeaseSeconds: 0.5,
      ...config,
    })
    undone.push(() => platform.close())
    return platform
  }

  it('restored on its own timeline: Redis remembers how far it had come', async () => {
    const platform = await platformOn('restored')
    const kept = await platform.newToken('alice')
    expect(await platform.gate(kept)).toBe(200)
    await server.crash()
    await timeUntil('the gate closes', () => platform.gate(kept), 503)
    const backup = await server.copyData()
    await server.restart()
    await timeUntil('PostgreSQL started again: open', () => platform.gate(kept), 200)
    expect(comparedIn(platform)).toBe(false)

    const lost = await platform.newToken('alice')
    await platform.porthor.redisTrust?.beat()
    expect(await platform.gate(lost)).toBe(200)
    await server.crash()
    await timeUntil('the gate closes', () => platform.gate(kept), 503)
    await backup.putBack()
    await server.restart()
    await timeUntil('PostgreSQL restored: open again', () => platform.gate(kept), 200)
    expect(comparedIn(platform)).toBe(true)
    expect(await platform.gate(lost)).toBe(401)
  })

  it('replaced by another under its name: noticed by the next heartbeat', async () => {
    const platform = await platformOn('renamed')
    const kept = await platform.newToken('alice')
    const { lines, porthor } = platform
    await porthor.redisTrust?.beat()
    const client = await connect(server.url)
    await client.query('ALTER DATABASE renamed ALLOW_CONNECTIONS false')
    await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'renamed'")
    await client.query('CREATE DATABASE renamed_copy TEMPLATE renamed')
    await client.query('ALTER DATABASE renamed ALLOW_CONNECTIONS true')
    const lost = await timeUntilMade(platform)
    await client.query('ALTER DATABASE renamed ALLOW_CONNECTIONS false')
    await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'renamed'")
    await client.query('ALTER DATABASE renamed RENAME TO renamed_before')
    await client.query('ALTER DATABASE renamed_copy RENAME TO renamed')

    await timeUntil('the heartbeat refuses', () => isComparing(platform), true)
    await timeUntil('PostgreSQL replaced: open again', () => platform.gate(kept), 200)
    expect(hasLine(lines, 'warn', /^The stores have been compared/)).toBe(true)
    expect(await platform.gate(lost)).toBe(401)
  })

  // The last: another server stands at the address afterwards.
  it('a standby without the last commits: nothing is served before the stores have been compared', async () => {
    const platform = await platformOn('followed')
    const other = await platform.test.another()
    if (!other) throw new Error('There must be another process')
    const { porthor, lines } = platform
    const kept = await platform.newToken('alice')
    const revoked = await platform.newToken('alice')
    const narrowed = await platform.newToken('alice', { scopes: ['exec:test', 'read:all'] })
    const rotated = await platform.newToken('dave')
    const frozen = await platform.newToken('bob')
    await porthor.redisTrust?.beat()
    const standby = await server.startStandby()
    undone.push(() => standby.stop())
    await standby.cutOff()

    await platform.revoke('alice', revoked)
    await porthor.tokens.modifyToken(internalCaller, 'alice', narrowed.key, { scopes: ['read:all'] })
    const successor = await porthor.tokens.rotateToken(internalCaller, 'dave', rotated.key, 3_600)
    await porthor.users.freeze(internalCaller, 'bob')
    const made = await platform.newToken('carol')
    for (const token of [kept, narrowed, rotated, successor, made])
      expect(await platform.gate(token)).toBe(200)

    await server.crash()
    await standby.takeOver()
    // The comparison stops at this one, and goes on when the lock is given back.
    const holder = await connect(server.url.replace(/postgres$/, 'followed'))
    await holder.query('BEGIN')
    await holder.query('SELECT token FROM token WHERE token = $1 FOR UPDATE', [narrowed.key])
    await timeUntil('another database: the gate closes', () => platform.gate(kept), 503)
    await timeUntil('another database: unhealthy', () => isBeingCompared(platform), true)
    for (const token of [kept, revoked, narrowed, rotated, successor, frozen, made])
      expect(await platform.gate(token)).toBe(503)
    const verified = async (token: Token) => (await other.verifier.verify(token)).kind
    await expect(verified(kept)).rejects.toThrow('the stores are being compared')
    expect(await platform.api('POST', '/auth/api/v1/tokens', { body: serviceToken })).toMatchObject({
      status: 503,
      body: { detail: [{ type: 'store_unavailable' }] },
    })
    expect(hasLine(lines, 'warn', /^PostgreSQL is another or older than it was; comparing stores/)).toBe(true)
    await holder.query('ROLLBACK')

    await timeUntil('another database: open again', () => platform.gate(kept), 200)
    await timeUntil('another database: the other process too', () => verified(kept), 'valid')
    for (const token of [revoked, rotated, successor, made]) {
      expect(await platform.gate(token)).toBe(401)
      expect(await verified(token)).toBe('unknown')
    }
    expect(await platform.gate(narrowed)).toBe(200)
    expect(await verified(frozen)).toBe('frozen')
    const listed = await porthor.users.listFrozen(internalCaller)
    expect(listed).toMatchObject([
      { username: 'bob', reason: expect.stringContaining('PostgreSQL had lost it') },
    ])
    const { body } = await platform.api('GET', `/auth/api/v1/users/alice/tokens/${narrowed.key}`)
    expect(body).toMatchObject({ scopes: ['read:all'] })
    expect(await platform.health()).toBe(200)
    expect(hasLine(lines, 'warn', 'The stores have been compared; served from now on')).toBe(true)
    const findings = []
    for await (const finding of porthor.reconciler.audit({ fix: false })) findings.push(finding)
    expect(findings).toEqual([])
    expect((await platform.revoke('alice', kept)).status).toBe(204)
    expect(await platform.gate(kept)).toBe(401)
  }, 60_000)
})

const comparedIn = ({ lines }: Platform) => hasLine(lines, 'warn', /^The stores have been compared/)

async function isBeingCompared(platform: Platform): Promise<boolean> {
  const { status, body } = await platform.api('GET', '/health')
  return status === 503 && JSON.stringify(body).includes('the stores are being compared')
}

/** Whether a heartbeat finds that the database is another. */
async function isComparing({ porthor }: Platform): Promise<boolean> {
  try {
    await porthor.redisTrust?.beat()
    return false
  } catch (error) {
    return String(error).includes('the stores are being compared')
  }
}

async function timeUntilMade(platform: Platform): Promise<Token> {
  await timeUntil('connected again', () => platform.health(), 200)
  return platform.newToken('alice')
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  await client.connect()
  undone.push(() => client.end().catch(() => {}))
  return client
}
