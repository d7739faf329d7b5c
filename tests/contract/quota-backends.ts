import { createClient } from '@redis/client'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { systemClock } from '../../src/models/clock.ts'
import type { QuotaOverridesStore } from '../../src/storage/quota-overrides/quota-overrides-store.ts'
import { RedisQuotaOverridesStore } from '../../src/storage/quota-overrides/redis-quota-overrides-store.ts'
import { SqlQuotaOverridesStore } from '../../src/storage/quota-overrides/sql-quota-overrides-store.ts'
import type { RateLimiter } from '../../src/storage/rate-limits/rate-limiter.ts'
import { RedisRateLimiter } from '../../src/storage/rate-limits/redis-rate-limiter.ts'
import { SqlRateLimiter } from '../../src/storage/rate-limits/sql-rate-limiter.ts'
import { redisAvailable, workerRedis } from '../support/redis.ts'
import { type DatabaseBackend, databaseBackends, openWithSchema } from './backends.ts'
import { redisAddress } from './token-data-backends.ts'

/** A place for quota overrides and rate limits, and what tests do to it behind the stores' backs. */
export interface QuotaBed {
  overrides: QuotaOverridesStore
  /** As another process has it. */
  otherOverrides: QuotaOverridesStore
  limiter: RateLimiter
  otherLimiter: RateLimiter
  /** The names of all counters, each with the seconds until it ends. */
  counters(): Promise<Map<string, number>>
  /** Lets every window end now. */
  endWindows(): Promise<void>
  /** Lets go what has ended. */
  clean(): Promise<void>
  /** Ends the connections on which readers listen; null: nothing short of the database's end would. */
  cut: (() => Promise<void>) | null
  clear(): Promise<void>
  remove(): Promise<void>
}

const backends = [
  ...databaseBackends.map((backend) => ({
    name: `SQL on ${backend.name}`,
    available: backend.available,
    open: () => openSql(backend),
  })),
  { name: 'Redis', available: redisAvailable(), open: openRedis },
]

/** Declares the suite once for each backend, which is opened once a file and emptied after each test. */
export function onEachQuotaBackend(suite: (bed: () => QuotaBed) => void): void {
  for (const backend of backends) {
    describe.skipIf(backend.available !== true)(backend.name, () => {
      let bed: QuotaBed
      beforeAll(async () => {
        bed = await backend.open()
      })
      afterEach(() => bed.clear())
      afterAll(() => bed?.remove())
      suite(() => bed)
    })
  }
}

async function openSql(backend: DatabaseBackend): Promise<QuotaBed> {
  const connection = await openWithSchema(backend)
  const { db } = connection
  const limiter = new SqlRateLimiter(db, systemClock)
  const otherLimiter = new SqlRateLimiter(db, systemClock)
  return {
    overrides: new SqlQuotaOverridesStore(connection),
    otherOverrides: new SqlQuotaOverridesStore(connection),
    ...{ limiter, otherLimiter },
    async counters() {
      const { rows } = await sql<{ name: string; left: number }>`
        SELECT name, extract(epoch FROM ends_at - clock_timestamp() AT TIME ZONE 'UTC')::float8 AS left
        FROM porthor_rate_limit`.execute(db)
      return new Map(rows.map(({ name, left }) => [name, left]))
    },
    async endWindows() {
      await sql`UPDATE porthor_rate_limit SET ends_at = clock_timestamp() AT TIME ZONE 'UTC'`.execute(db)
    },
    clean: () => limiter.removeEnded(),
    cut:
      connection.kind === 'embedded'
        ? null
        : async () => {
            await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datname = current_database() AND application_name = 'porthor listener'`.execute(db)
          },
    async clear() {
      await db.deleteFrom('porthor_rate_limit').execute()
      await db.deleteFrom('porthor_quota_overrides').execute()
    },
    async remove() {
      await limiter.close()
      await otherLimiter.close()
      await connection.remove()
    },
  }
}

async function openRedis(): Promise<QuotaBed> {
  const redis = await workerRedis()
  const client = createClient({ url: redis.url })
  await client.connect()
  const address = redisAddress(redis.port)
  const overrides = new RedisQuotaOverridesStore(address)
  const otherOverrides = new RedisQuotaOverridesStore(address)
  const limiter = new RedisRateLimiter(address)
  const otherLimiter = new RedisRateLimiter(address)
  const prefix = 'LIMITS:LIMITER/'
  const suffix = '/1/minute'
  return {
    ...{ overrides, otherOverrides, limiter, otherLimiter },
    async counters() {
      const names = await client.keys('*')
      const lives = names.map(async (name): Promise<[string, number]> => {
        return [name.slice(prefix.length, -suffix.length), (await client.pTTL(name)) / 1000]
      })
      return new Map(await Promise.all(lives))
    },
    async endWindows() {
      for (const name of await client.keys('*')) await client.pExpire(name, 1)
      while ((await client.dbSize()) > 0) await new Promise((resolve) => setTimeout(resolve, 2))
    },
    async clean() {},
    async cut() {
      await client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'])
    },
    async clear() {
      await client.flushAll()
    },
    async remove() {
      await Promise.all([overrides, otherOverrides, limiter, otherLimiter].map((one) => one.close()))
      client.destroy()
    },
  }
}
