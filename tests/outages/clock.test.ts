import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { nowSeconds } from '../../src/models/clock.ts'
import { startRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { backendAvailable, openPlatform, type Platform, redisAddress, timeUntil } from './platform.ts'

const HOUR = 3_600
const undone: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const undo of undone.splice(0).reverse()) await undo()
})

async function opened(platform: Promise<Platform>): Promise<Platform> {
  const one = await platform
  undone.push(() => one.close())
  return one
}

describe.each(['embedded', 'PostgreSQL', 'PostgreSQL with Redis'] as const)('%s: a clock', (backend) => {
  const available = backendAvailable(backend)
  let platform: Platform

  beforeAll(async () => {
    if (available === true) platform = await openPlatform(backend)
  })
  afterAll(() => platform?.close())

  it.skipIf(available !== true)(
    'stepped an hour ahead and back ends what ends within it, and brings nothing back',
    async () => {
      const { porthor, test } = platform
      const now = nowSeconds(porthor.clock)
      const soon = await platform.newToken('alice', { expires: now + HOUR / 2 })
      const later = await platform.newToken('alice', { expires: now + 30 * HOUR })
      const revoked = await platform.newToken('alice')
      expect(await platform.gate(revoked)).toBe(200)
      await platform.revoke('alice', revoked)

      test.advance(HOUR)
      expect([await platform.gate(soon), await platform.gate(later)]).toEqual([401, 200])
      expect((await porthor.maintenance.run()).expired).toBe(1)
      const made = await platform.newToken('alice')

      test.advance(-2 * HOUR)
      // Gone for good; what was made by the other clock is as good as any.
      const statuses = [soon, revoked, later, made].map((token) => platform.gate(token))
      expect(await Promise.all(statuses)).toEqual([401, 401, 200, 200])
      expect((await platform.revoke('alice', made)).status).toBe(204)
      expect(await platform.gate(made)).toBe(401)
      expect(await platform.health()).toBe(200)
      const audit = porthor.reconciler.audit({ fix: false })
      expect(await audit.next()).toMatchObject({ done: true, value: { findings: 0 } })
    },
  )

  it.skipIf(available !== true)(
    'stepped an hour back bars nobody from a service for longer than a minute',
    async () => {
      const { quotas, clock } = platform.porthor
      const count = () => quotas.count('alice', 'tap', 2)
      await count()
      await count()
      expect((await count())?.exceeded).toBe(true)
      platform.test.advance(-HOUR)
      const status = await count()
      expect((status?.reset ?? 0) - nowSeconds(clock)).toBeLessThanOrEqual(60)
    },
  )
})

describe.skipIf(backendAvailable('PostgreSQL with Redis') !== true)('a clock stepped an hour back', () => {
  it('hides no revocation from a Redis that comes back older than the step', async () => {
    const folder = await temporaryFolder()
    const settings = ['--dir', folder.path, '--dbfilename', 'dump.rdb']
    const redis = await startRedis({ settings })
    undone.push(() => redis.stop())
    const address = redisAddress(redis.port)
    const platform = await opened(
      openPlatform('PostgreSQL with Redis', {
        tokenStore: { kind: 'redis', persistent: address, ephemeral: address },
      }),
    )
    const kept = await platform.newToken('alice')
    const revoked = await platform.newToken('alice')
    // So that what the history says of their making does not lie within the margin.
    platform.test.advance(HOUR)
    await platform.porthor.redisTrust?.beat()
    await save(redis.port)
    await cp(join(folder.path, 'dump.rdb'), join(folder.path, 'old.rdb'))

    platform.test.advance(-HOUR)
    expect((await platform.revoke('alice', revoked)).status).toBe(204)
    await redis.stop()
    const older = await startRedis({
      port: redis.port,
      settings: ['--dir', folder.path, '--dbfilename', 'old.rdb'],
    })
    undone.push(() => older.stop())
    await timeUntil('open again', () => platform.gate(kept), 200)
    expect(await platform.gate(revoked)).toBe(401)
  })
})

async function save(port: number): Promise<void> {
  const client = createClient({ socket: { host: '127.0.0.1', port } })
  await client.connect()
  await client.sendCommand(['SAVE'])
  client.destroy()
}
