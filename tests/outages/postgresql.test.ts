import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'
import { postgresAvailable } from '../support/postgres.ts'
import { type PostgresServer, startPostgresServer } from '../support/postgres-server.ts'
import { startSilentProxy } from '../support/silent-proxy.ts'
import {
  type BackendName,
  backendAvailable,
  hasLine,
  openPlatform,
  type Platform,
  serviceToken,
  timed,
  timeUntil,
} from './platform.ts'

const backends = (['PostgreSQL', 'PostgreSQL with Redis'] as const).map((name) => ({
  name,
  available: backendAvailable(name),
}))
const undone: (() => Promise<unknown>)[] = []

describe.skipIf(postgresAvailable() !== true)('PostgreSQL', () => {
  let server: PostgresServer
  let databases = 0

  beforeAll(async () => {
    server = await startPostgresServer({ restartable: true, settings: ['max_connections=40'] })
  })
  afterAll(() => server?.stop())
  afterEach(async () => {
    for (const undo of undone.splice(0).reverse()) await undo()
  })

  /** Runs statements as an administrator of the server, on its database `postgres` or another. */
  async function administer(...statements: string[]): Promise<Record<string, unknown>[]> {
    const client = new pg.Client(server.url)
    await client.connect()
    try {
      let rows: Record<string, unknown>[] = []
      for (const statement of statements) rows = (await client.query(statement)).rows
      return rows
    } finally {
      await client.end()
    }
  }

  async function newDatabase(): Promise<{ name: string; url: string }> {
    const name = `outage_${++databases}`
    await administer(`CREATE DATABASE ${name}`)
    return { name, url: server.url.replace(/postgres$/, name) }
  }

  async function platformOn(backend: BackendName, url: string, config = {}): Promise<Platform> {
    const platform = await openPlatform(backend, {
      database: { kind: 'postgresql', url, listenUrl: url, poolSize: 5 },
      redisBlessingLeaseSeconds: 1,
      redisLinkLeaseSeconds: 0.5,
      ...config,
    })
    undone.push(() => platform.close())
    return platform
  }

  const cutAll = (name: string) =>
    administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`)

  async function expectUnavailable(
    platform: Platform,
    ...asked: Parameters<Platform['api']>[]
  ): Promise<void> {
    const replies = await Promise.all(asked.map((one) => platform.api(...one)))
    for (const reply of replies) {
      expect(reply).toMatchObject({ status: 503, body: { detail: [{ type: 'store_unavailable' }] } })
      expect(Number(reply.retryAfter)).toBeGreaterThan(0)
    }
  }

  const anyChange: Parameters<Platform['api']> = [
    'POST',
    '/auth/api/v1/tokens',
    { token: BOOTSTRAP_TOKEN, body: serviceToken },
  ]

  describe.each(backends)('with token data in $name', ({ name: backend, available }) => {
    const it_ = it.skipIf(available !== true)

    it_(
      'killed: closes within the lease, answers 503 to all that asks it, and recovers by itself',
      async () => {
        const { url } = await newDatabase()
        const platform = await platformOn(backend, url)
        const kept = await platform.newToken('alice')
        const revoked = await platform.newToken('alice')
        expect(await platform.gate(kept)).toBe(200)
        await platform.revoke('alice', revoked)

        await server.crash()
        await timeUntil(`${backend} killed: the gate closes`, () => platform.gate(kept), 503)
        await expectUnavailable(
          platform,
          anyChange,
          ['GET', '/auth/api/v1/users/alice/tokens'],
          ['GET', `/auth/api/v1/users/alice/tokens/${kept.key}`],
          ['DELETE', `/auth/api/v1/users/alice/tokens/${kept.key}`],
          ['GET', '/auth/api/v1/history/token-changes'],
        )
        expect(await platform.health()).toBe(503)
        expect(hasLine(platform.lines, 'error', 'Store unavailable')).toBe(true)

        await server.restart()
        await timeUntil(`${backend} killed: the gate opens again`, () => platform.gate(kept), 200)
        expect(await platform.gate(revoked)).toBe(401)
        expect(await platform.health()).toBe(200)
        await platform.newToken('bob')
      },
    )

    it_(
      'cuts its connections: the next requests make new ones, and revocations are heard of again',
      async () => {
        const { name, url } = await newDatabase()
        const platform = await platformOn(backend, url)
        const other = await platform.test.another()
        const token = await platform.newToken('alice')
        expect((await other?.verifier.verify(token))?.kind).toBe('valid')
        for (let round = 0; round < 3; round++) {
          await cutAll(name)
          await timeUntil('answers again', () => platform.health(), 200)
        }
        await timeUntil(
          'cut connections: verifies again',
          async () => {
            const verification = await other?.verifier.verify(token).catch(() => null)
            return verification?.kind
          },
          'valid',
        )
        expect((await platform.revoke('alice', token)).status).toBe(204)
        await timeUntil(
          'another process refuses',
          async () => (await other?.verifier.verify(token))?.kind,
          'unknown',
        )
      },
    )

    it_('takes no changes: refuses them with 503, and goes on verifying', async () => {
      const { name, url } = await newDatabase()
      const platform = await platformOn(backend, url)
      const token = await platform.newToken('alice')
      await administer(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
      await cutAll(name)
      await timeUntil('the gate is open', () => platform.gate(token), 200)
      await expectUnavailable(platform, anyChange, ['DELETE', `/auth/api/v1/users/alice/tokens/${token.key}`])
      expect((await platform.api('GET', '/auth/api/v1/users/alice/tokens')).status).toBe(200)
      expect(await platform.gate(token)).toBe(200)

      await administer(`ALTER DATABASE ${name} RESET default_transaction_read_only`)
      await cutAll(name)
      await timeUntil(
        'read-only: changes again',
        async () => (await platform.revoke('alice', token)).status,
        204,
      )
      expect(await platform.gate(token)).toBe(401)
    })

    it_('is out of connections: 503 for who needs one, and as before once there are some', async () => {
      const { name, url } = await newDatabase()
      await administer(
        `DROP ROLE IF EXISTS ${name}`,
        `CREATE ROLE ${name} LOGIN`,
        `ALTER DATABASE ${name} OWNER TO ${name}`,
      )
      const platform = await platformOn(backend, url.replace('postgres@', `${name}@`))
      const token = await platform.newToken('alice')
      await administer(`ALTER ROLE ${name} CONNECTION LIMIT 0`)
      await cutAll(name)
      await expectUnavailable(platform, anyChange, ['GET', '/auth/api/v1/users/alice/tokens'])
      await timeUntil('the gate closes', () => platform.gate(token), 503)
      expect(await platform.health()).toBe(503)

      await administer(`ALTER ROLE ${name} CONNECTION LIMIT -1`)
      await timeUntil(`${backend} out of connections: open again`, () => platform.gate(token), 200)
      expect((await platform.revoke('alice', token)).status).toBe(204)
    })

    it_('silent: nothing from memory beyond the leases, every request ends within seconds', async () => {
      const { url } = await newDatabase()
      const { port } = new URL(url)
      const proxy = await startSilentProxy({ host: '127.0.0.1', port: Number(port) })
      undone.push(() => proxy.close())
      const platform = await platformOn(backend, url.replace(port, String(proxy.port)))
      const token = await platform.newToken('alice')
      expect(await platform.gate(token)).toBe(200)
      proxy.fallSilent()
      const { milliseconds } = await timed(
        Promise.all([
          timeUntil(`${backend} silent: the gate closes`, () => platform.gate(token), 503),
          timeUntil(`${backend} silent: unhealthy`, () => platform.health(), 503),
        ]),
      )
      expect(milliseconds).toBeLessThan(12_000)
      proxy.speakAgain()
      await timeUntil(`${backend} silent: open again`, () => platform.gate(token), 200)
      expect((await platform.revoke('alice', token)).status).toBe(204)
    })

    it_('fails to serialize: starts over, and gives up with 503 after three attempts', async () => {
      const { url } = await newDatabase()
      const platform = await platformOn(backend, url)
      const client = await connect(url)
      // A sequence goes on counting where the transaction rolls back.
      await client.query('CREATE SEQUENCE failure')
      const failFirst = (count: number) =>
        client.query(`ALTER SEQUENCE failure RESTART; CREATE OR REPLACE FUNCTION fail() RETURNS trigger AS $$ BEGIN
          IF nextval('failure') <= ${count} THEN RAISE 'could not serialize access' USING ERRCODE = '40001'; END IF;
          RETURN NEW; END $$ LANGUAGE plpgsql`)
      await failFirst(2)
      await client.query('CREATE TRIGGER fail BEFORE INSERT ON token FOR EACH ROW EXECUTE FUNCTION fail()')
      expect((await platform.api(...anyChange)).status).toBe(201)
      await failFirst(3)
      await expectUnavailable(platform, anyChange)
      expect((await platform.api(...anyChange)).status).toBe(201)
    })

    it_('isolates more by default: operations run at the level that their locks are made for', async () => {
      const { name, url } = await newDatabase()
      await administer(`ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`)
      const platform = await platformOn(backend, url)
      const client = await connect(url)
      await client.query(`CREATE TABLE seen (level text);
        CREATE FUNCTION look() RETURNS trigger AS $$ BEGIN
          INSERT INTO seen VALUES (current_setting('transaction_isolation')); RETURN NULL; END $$ LANGUAGE plpgsql;
        CREATE TRIGGER look AFTER INSERT OR DELETE ON token FOR EACH STATEMENT EXECUTE FUNCTION look()`)
      const token = await platform.newToken('alice')
      expect((await platform.revoke('alice', token)).status).toBe(204)
      const { rows } = await client.query('SELECT DISTINCT level FROM seen')
      expect(rows).toEqual([{ level: 'read committed' }])
    })
  })

  describe.skipIf(backendAvailable('PostgreSQL with Redis') !== true)('with Redis', () => {
    it('killed: the gate stays open for the second lease, and nothing else does', async () => {
      const { url } = await newDatabase()
      const platform = await platformOn('PostgreSQL with Redis', url, { redisBlessingLeaseSeconds: 60 })
      const seen = await platform.newToken('alice')
      const unseen = await platform.newToken('alice')
      expect(await platform.gate(seen)).toBe(200)
      expect((await platform.api('GET', '/auth/api/v1/users/alice/tokens')).status).toBe(200)
      await server.crash()
      try {
        expect([await platform.gate(seen), await platform.gate(unseen)]).toEqual([200, 200])
        await expectUnavailable(
          platform,
          anyChange,
          ['GET', '/auth/api/v1/users/alice/tokens'],
          ['GET', '/auth/api/v1/history/token-changes'],
          ['DELETE', `/auth/api/v1/users/alice/tokens/${seen.key}`],
        )
        expect(await platform.health()).toBe(503)
      } finally {
        await server.restart()
      }
    })
  })
})

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url)
  await client.connect()
  undone.push(() => client.end())
  return client
}
