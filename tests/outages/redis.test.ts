import { writeFile } from 'node:fs/promises'
import { createClient } from '@redis/client'
import { afterEach, describe, expect, it } from 'vitest'
import { openPorthor } from '../../src/composition.ts'
import type { Token } from '../../src/models/token.ts'
import { internalCaller } from '../../src/services/caller.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { freePort } from '../support/free-port.ts'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'
import { findProgram } from '../support/programs.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { startSilentProxy } from '../support/silent-proxy.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startTethered } from '../support/tethered.ts'
import {
  backendAvailable,
  hasLine,
  openPlatform,
  type Platform,
  redisAddress,
  serviceToken,
  timed,
  timeUntil,
} from './platform.ts'

const available = backendAvailable('PostgreSQL with Redis')
const undone: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const undo of undone.splice(0).reverse()) await undo()
})

async function redisWith(settings: readonly string[] = [], port?: number): Promise<TestRedis> {
  const redis = await startRedis({ settings, ...(port !== undefined && { port }) })
  undone.push(() => redis.stop())
  return redis
}

async function platformOn(port: number, config = {}): Promise<Platform> {
  const address = redisAddress(port)
  const platform = await openPlatform('PostgreSQL with Redis', {
    tokenStore: { kind: 'redis', persistent: address, ephemeral: address },
    ...config,
  })
  undone.push(() => platform.close())
  return platform
}

/** What is refused while Redis cannot be asked. */
async function expectClosed(platform: Platform, username: string, token: Token): Promise<void> {
  const [, made, revoked, health] = await Promise.all([
    timeUntil('the gate closes', () => platform.gate(token), 503),
    platform.api('POST', '/auth/api/v1/tokens', { token: BOOTSTRAP_TOKEN, body: serviceToken }),
    platform.revoke(username, token),
    platform.health(),
  ])
  for (const reply of [made, revoked]) {
    expect(reply).toMatchObject({ status: 503, body: { detail: [{ type: 'store_unavailable' }] } })
    expect(Number(reply.retryAfter)).toBeGreaterThan(0)
  }
  expect(health).toBe(503)
}

describe.skipIf(available !== true)('Redis', () => {
  it('killed: nothing is verified or changed, and all is as before when it is back on its data', async () => {
    const folder = await temporaryFolder()
    const settings = ['--appendonly', 'yes', '--appendfsync', 'always', '--dir', folder.path]
    const redis = await redisWith(settings)
    const platform = await platformOn(redis.port)
    const kept = await platform.newToken('alice')
    const revoked = await platform.newToken('alice')
    expect(await platform.gate(kept)).toBe(200)
    await platform.revoke('alice', revoked)

    await redis.stop()
    await expectClosed(platform, 'alice', kept)
    expect(hasLine(platform.lines, 'error', 'Requests cannot be judged just now')).toBe(true)
    expect(hasLine(platform.lines, 'error', 'Store unavailable')).toBe(true)

    await redisWith(settings, redis.port)
    await timeUntil('Redis killed: open again', () => platform.gate(kept), 200)
    expect(await platform.gate(revoked)).toBe(401)
    expect(await platform.health()).toBe(200)
    expect(hasLine(platform.lines, 'info', 'Redis is trusted from now on')).toBe(true)
    expect((await platform.revoke('alice', kept)).status).toBe(204)
  })

  it('silent: every request ends within seconds, and what was refused meanwhile never half happened', async () => {
    const redis = await redisWith()
    const platform = await platformOn(redis.port, { redisLinkLeaseSeconds: 0.5 })
    const kept = await platform.newToken('alice')
    expect(await platform.gate(kept)).toBe(200)

    process.kill(redis.pid, 'SIGSTOP')
    // A command may take 2 s, a connection 5 s to be made.
    const { milliseconds } = await timed(expectClosed(platform, 'alice', kept))
    expect(milliseconds).toBeLessThan(15_000)

    process.kill(redis.pid, 'SIGCONT')
    await timeUntil('Redis silent: healthy again', () => platform.health(), 200)
    // The DEL was sent, and carried out when Redis woke; the row says that the token is there: it is ended as a whole.
    for await (const _ of platform.porthor.reconciler.audit({ fix: true }));
    expect([200, 401]).toContain(await platform.gate(kept))
    const { status } = await platform.api('GET', `/auth/api/v1/users/alice/tokens/${kept.key}`)
    expect(status).toBe((await platform.gate(kept)) === 200 ? 200 : 404)
  })

  it('back without any data: accepts nothing, ends nothing by itself, and takes new tokens', async () => {
    const redis = await redisWith()
    const platform = await platformOn(redis.port)
    const tokens = []
    for (let index = 0; index < 15; index++) tokens.push(await platform.newToken('alice'))
    const [lost] = tokens
    if (!lost) throw new Error('There must be tokens')
    expect(await platform.gate(lost)).toBe(200)

    await redis.stop()
    await redisWith([], redis.port)
    await timeUntil('Redis empty: answers again', () => platform.health(), 200)
    await timeUntil('Redis empty: refuses what is lost', () => platform.gate(lost), 401)

    // So much is missing that a person has to decide what is to become of the rows.
    for await (const _ of platform.porthor.reconciler.audit({ fix: true }));
    expect(hasLine(platform.lines, 'error', 'Audit repairs nothing')).toBe(true)
    await platform.renewOperator()
    const { body } = await platform.api('GET', '/auth/api/v1/users/alice/tokens')
    expect(body).toHaveLength(15)
    expect(await platform.gate(await platform.newToken('bob'))).toBe(200)
  })

  it('replaced by Sentinel with a replica that missed the last writes: those are made up for before it serves', async () => {
    const master = await redisWith()
    const link = await startSilentProxy({ host: '127.0.0.1', port: master.port })
    undone.push(() => link.close())
    const replica = await redisWith(['--replicaof', '127.0.0.1', String(link.port), '--repl-timeout', '60'])
    const sentinel = await startSentinel(master.port)
    const address = {
      ...{
        kind: 'sentinel' as const,
        name: 'platform',
        database: 0,
        username: null,
        password: null,
        tls: false,
      },
      sentinels: [{ host: '127.0.0.1', port: sentinel }],
    }
    const platform = await openPlatform('PostgreSQL with Redis', {
      tokenStore: { kind: 'redis', persistent: address, ephemeral: address },
    })
    undone.push(() => platform.close())
    const kept = await platform.newToken('alice')
    const revoked = await platform.newToken('alice')
    await platform.porthor.redisTrust?.beat()
    await timeUntil('the replica has all', () => keysOf(replica.port), await keysOf(master.port))
    await timeUntil('the sentinel knows the replica', () => replicasKnownTo(sentinel), 1, 20)

    link.fallSilent()
    // A replica of another address than the master's is put right by Sentinel, unless it was away a moment ago.
    process.kill(replica.pid, 'SIGSTOP')
    await timeUntil('the sentinel misses the replica', () => isMissing(sentinel), true, 30)
    expect((await platform.revoke('alice', revoked)).status).toBe(204)
    const unseen = await platform.newToken('alice')
    await master.stop()
    process.kill(replica.pid, 'SIGCONT')

    await timeUntil('Sentinel: the gate opens again', () => platform.gate(kept), 200, 40)
    expect(await platform.gate(revoked)).toBe(401)
    // Its data are gone for good; nobody is told that it is valid.
    expect(await platform.gate(unseen)).toBe(401)
    expect((await platform.newToken('bob')).key).toHaveLength(22)
  }, 90_000)

  it('replaced without a process’s knowledge: that one accepts nothing from the old one beyond the second lease', async () => {
    const old = await redisWith()
    const leaseSeconds = 1
    const platform = await platformOn(old.port, { redisBlessingLeaseSeconds: leaseSeconds })
    const token = await platform.newToken('alice')
    expect(await platform.gate(token)).toBe(200)

    const next = await redisWith()
    const address = redisAddress(next.port)
    const other = await openPorthor({
      config: {
        ...platform.test.config,
        tokenStore: { kind: 'redis', persistent: address, ephemeral: address },
      },
      log: silentLog,
    })
    undone.push(() => other.close())
    await other.redisTrust?.replay()
    await other.tokens.revokeToken(internalCaller, 'alice', token.key)
    // The old one still has its data, and nobody but the database can say that it is not to be believed any more.
    const refused = async () => (await platform.gate(token)) !== 200
    const milliseconds = await timeUntil('Redis replaced: the other process refuses', refused, true)
    expect(milliseconds).toBeLessThan(leaseSeconds * 1000 + 5_000)
    // Brought up to date, it may serve again: without what was revoked meanwhile.
    await timeUntil('answers again', async () => (await platform.gate(token)) === 401, true)
  })
})

async function startSentinel(masterPort: number): Promise<number> {
  const folder = await temporaryFolder('sentinel')
  const port = await freePort()
  const file = `${folder.path}/sentinel.conf`
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor platform 127.0.0.1 ${masterPort} 1`,
    'sentinel down-after-milliseconds platform 500',
    'sentinel failover-timeout platform 5000',
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  const program = await startTethered(findProgram('redis-server', 'valkey-server') ?? '', [
    file,
    '--sentinel',
  ])
  undone.push(() => program.end('SIGKILL'))
  await program.waitForOutput('+monitor')
  return port
}

/** Asks a Redis, or a Sentinel, one thing. */
async function ask<T>(port: number, command: string[]): Promise<T> {
  const client = createClient({ socket: { host: '127.0.0.1', port } })
  await client.connect()
  try {
    return (await client.sendCommand(command)) as T
  } finally {
    client.destroy()
  }
}

async function keysOf(port: number): Promise<string> {
  return (await ask<string[]>(port, ['KEYS', '*'])).sort().join()
}

async function replicasKnownTo(sentinel: number): Promise<number> {
  return (await ask<unknown[]>(sentinel, ['SENTINEL', 'REPLICAS', 'platform'])).length
}

async function isMissing(sentinel: number): Promise<boolean> {
  const replicas = await ask<unknown[]>(sentinel, ['SENTINEL', 'REPLICAS', 'platform'])
  return JSON.stringify(replicas).includes('s_down')
}
