import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { StoreUnavailableError } from '../../src/models/errors.ts'
import { Operations } from '../../src/services/operation.ts'
import { revoke } from '../../src/services/operations/revoke.ts'
import { RedisTrust } from '../../src/services/redis-trust.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { RedisTokenDataStore } from '../../src/storage/token-data/redis-token-data-store.ts'
import { TokenDataCipher } from '../../src/storage/token-data/token-data-cipher.ts'
import { type Family, keyOf, makeFamily, USERNAME } from '../support/family.ts'
import { porthorBackends, type TestPorthor } from '../support/porthor.ts'
import { startRedis } from '../support/redis.ts'
import { takeSnapshot } from '../support/store-snapshot.ts'
import { observed, unobserved } from '../support/store-steps.ts'

const withRedis = porthorBackends.filter(({ name }) => name === 'PostgreSQL with Redis')

describe.each(withRedis)('$name: which Redis counts', ({ available, open }) => {
  describe.skipIf(available !== true)('is decided under the fence', () => {
    let test: TestPorthor
    let family: Family

    beforeAll(async () => {
      test = await open()
      family = await makeFamily(test.porthor)
    })
    afterAll(() => test?.close())

    /** Another Redis, to which the first one might fail over. */
    async function anotherTrust(): Promise<RedisTrust> {
      const { database, clock } = test.porthor
      const redis = await startRedis()
      const address = {
        ...{ kind: 'server' as const, host: '127.0.0.1', port: redis.port, database: 0 },
        ...{ username: null, password: null, tls: false },
      }
      const cipher = new TokenDataCipher(new Fernet(test.config.sessionSecrets), clock)
      const store = new RedisTokenDataStore({ address, cipher })
      onTestFinished(async () => {
        await store.close()
        await redis.stop()
      })
      return new RedisTrust({ db: database.db, store, clock, log: silentLog, leaseSeconds: 60 })
    }

    async function isSomebodyWaiting(): Promise<boolean> {
      const { rows } = await sql<{ count: number }>`
        SELECT count(*)::int AS count FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE NOT granted AND pg_stat_activity.datname = current_database()`.execute(test.porthor.database.db)
      return rows[0]?.count !== 0
    }

    it('so that nobody blesses another one between a heartbeat’s look and its mark', async () => {
      const other = await anotherTrust()
      let blessed = false
      let replay: Promise<void> | null = null
      const before = async ({ text }: { text: string }) => {
        if (!text.startsWith('SET porthor:heartbeat')) return
        await unobserved(async () => {
          replay = other.replay().then(() => {
            blessed = true
          })
          await expect.poll(async () => blessed || isSomebodyWaiting(), { timeout: 10_000 }).toBe(true)
          expect(blessed).toBe(false)
        })
      }
      await observed({ before }, async () => test.porthor.redisTrust?.beat())
      expect(replay).not.toBeNull()
      await replay
      expect(blessed).toBe(true)
      await test.porthor.redisTrust?.replay()
    })

    it('so that no operation changes one that nobody has blessed', async () => {
      const { database, data, clock } = test.porthor
      const { db } = database
      await db.updateTable('porthor_redis').set({ identity: 'another:one' }).execute()
      const before = await takeSnapshot(test.porthor)
      const operations = new Operations({
        ...{ db, data, clock, timeouts: true },
        bless: async () => {},
        onChanged: () => {},
      })
      const history = { actor: USERNAME, ipAddress: null }
      await expect(revoke(operations, USERNAME, keyOf(family.laptop), history)).rejects.toThrow(
        StoreUnavailableError,
      )
      expect(await takeSnapshot(test.porthor)).toEqual({ ...before, now: expect.any(Number) })
      await test.porthor.redisTrust?.replay()
    })
  })
})
