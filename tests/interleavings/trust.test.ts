import { sql, type UpdateObject } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openPorthor, type Porthor } from '../../src/composition.ts'
import { StoreUnavailableError } from '../../src/models/errors.ts'
import { Token } from '../../src/models/token.ts'
import { internalCaller } from '../../src/services/caller.ts'
import { ComparingStoresError } from '../../src/services/compare-stores.ts'
import { Operations } from '../../src/services/operation.ts'
import { revoke } from '../../src/services/operations/revoke.ts'
import { RedisTrust, type RedisTrustOptions } from '../../src/services/redis-trust.ts'
import { silentLog } from '../../src/services/token-log.ts'
import type { Database } from '../../src/storage/schema.ts'
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
      const compare = (signal: AbortSignal) => test.porthor.reconciler.compare(signal)
      return new RedisTrust({ db: database.db, store, clock, log: silentLog, leaseSeconds: 60, compare })
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

  describe.skipIf(available !== true)('with a database that may have lost commits', () => {
    let test: TestPorthor
    let porthor: Porthor
    let family: Family

    beforeAll(async () => {
      test = await open()
      porthor = test.porthor
      family = await makeFamily(porthor)
    })
    afterAll(() => test?.close())

    const change = (values: UpdateObject<Database, 'porthor_redis'>) =>
      porthor.database.db.updateTable('porthor_redis').set(values).execute()

    const heartbeat = (text?: string) =>
      (porthor.data as RedisTokenDataStore).connection((connection) =>
        text === undefined
          ? connection.send<string>('GET', 'porthor:heartbeat')
          : connection.send<string>('SET', 'porthor:heartbeat', text),
      )

    /** Of another process, whose comparison a test decides on. */
    function trustThat(compare: RedisTrustOptions['compare']): RedisTrust {
      const { database, data, clock } = porthor
      const store = data as RedisTokenDataStore
      const trust = new RedisTrust({
        ...{ db: database.db, store, clock, compare },
        log: silentLog,
        leaseSeconds: 60,
      })
      onTestFinished(() => trust.close())
      return trust
    }

    const expectRefusal = (asked: Promise<unknown> | undefined) =>
      expect(asked).rejects.toThrow(ComparingStoresError)

    const narrow = () =>
      porthor.tokens.modifyToken(internalCaller, USERNAME, keyOf(family.desktop), { scopes: ['read:all'] })

    const never = () => Promise.reject(new Error('It must not come to a comparison'))
    const nothing = { checked: 0, findings: 0, repaired: 0, alarm: null }

    it('believes one that was only started again', async () => {
      await porthor.redisTrust?.beat()
      await change({ server_start: sql`server_start - interval '1 hour'` })
      await trustThat(never).replay()
      expect(await porthor.redisTrust?.isComparing()).toBe(false)
      await narrow()
    })

    it('refuses everything until the stores were compared, and only then believes another one', async () => {
      await change({ lineage: 'another', server_start: null })
      const begun = Promise.withResolvers<void>()
      const goOn = Promise.withResolvers<void>()
      const trust = trustThat(async () => {
        begun.resolve()
        await goOn.promise
        return nothing
      })
      await expectRefusal(trust.replay())
      await begun.promise
      await expectRefusal(porthor.redisTrust?.replay())
      await expectRefusal(narrow())
      await expectRefusal(porthor.health())
      await expectRefusal(porthor.redisTrust?.beat())
      porthor.verifier.forgetEverything()
      await expectRefusal(porthor.verifier.verify(Token.parse(family.desktop)))
      expect(await trust.isComparing()).toBe(true)
      goOn.resolve()
      await trust.replayAndWait()
      expect(await trust.isComparing()).toBe(false)
      await narrow()
      expect((await porthor.verifier.verify(Token.parse(family.desktop))).kind).toBe('valid')
      await porthor.health()
    })

    it('compares in one process at a time', async () => {
      await change({ lineage: 'another' })
      const goOn = Promise.withResolvers<void>()
      let comparisons = 0
      const compare = async () => {
        comparisons++
        await goOn.promise
        return nothing
      }
      const trusts = [trustThat(compare), trustThat(compare)]
      for (const trust of trusts) await expectRefusal(trust.replay())
      await expect.poll(() => comparisons).toBe(1)
      await expectRefusal(narrow())
      const waiting = trusts.map((trust) => trust.replayAndWait())
      goOn.resolve()
      await Promise.all(waiting)
      expect(comparisons).toBe(1)
    })

    async function expectOneComparison() {
      let comparisons = 0
      await trustThat(async () => {
        comparisons++
        return nothing
      }).replayAndWait()
      expect(comparisons).toBe(1)
    }

    it('begins again where a process has died, or was stopped, before the end', async () => {
      await change({ lineage: 'another' })
      const begun = Promise.withResolvers<void>()
      const stopped = trustThat((signal) => {
        begun.resolve()
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(nothing)))
      })
      await expectRefusal(stopped.replay())
      await begun.promise
      await stopped.close()
      const failing = trustThat(() => Promise.reject(new Error('Redis does not answer')))
      await expectRefusal(failing.replayAndWait())
      expect(await porthor.redisTrust?.isComparing()).toBe(true)
      await expectOneComparison()
      await narrow()
    })

    it('stays closed where the stores differ too much, until somebody decides', async () => {
      await change({ lineage: 'another' })
      const alarmed = trustThat(async () => ({ ...nothing, alarm: 'More than 10 of 20 tokens need repair' }))
      await expectRefusal(alarmed.replayAndWait())
      await expectRefusal(alarmed.replayAndWait())
      expect(await porthor.redisTrust?.isComparing()).toBe(true)
      await trustThat(async () => nothing).replayAndWait()
      await narrow()
    })

    it('does not take a Redis that came meanwhile for the one that was compared', async () => {
      await change({ lineage: 'another' })
      await trustThat(async () => {
        await change({ identity: 'another:one' })
        return nothing
      })
        .replayAndWait()
        .catch(() => {})
      expect(await porthor.redisTrust?.isComparing()).toBe(true)
      await expectOneComparison()
    })

    it('notices at the heartbeat that Redis remembers more of it than it has', async () => {
      await porthor.redisTrust?.beat()
      const [time, entry, lineage, written] = (await heartbeat()).split(' ')
      const later = `${time} ${entry} ${lineage} ${BigInt(written ?? 0) + 1_000_000_000n}`
      await heartbeat(later)
      let comparisons = 0
      const trust = trustThat(async () => {
        comparisons++
        return nothing
      })
      await expectRefusal(trust.beat())
      expect(await heartbeat()).toBe(later)
      await trust.replayAndWait()
      expect(comparisons).toBe(1)
      await trust.beat()
      expect(await heartbeat()).not.toBe(later)
      // Of another database it says nothing about this one.
      await heartbeat(`${time} ${entry} another/one ${later.split(' ')[3]}`)
      await trustThat(never).beat()
    })

    it('makes a command wait, whose end would be that of the comparison', async () => {
      await change({ lineage: 'another', server_start: null })
      const command = await openPorthor({ config: test.config, log: silentLog, patient: true })
      onTestFinished(() => command.close())
      const request = { scopes: ['read:all'] }
      await command.tokens.modifyToken(internalCaller, USERNAME, keyOf(family.desktop), request)
      expect(await command.redisTrust?.isComparing()).toBe(false)
    })

    it('lets who only looks look, and changes nothing for that', async () => {
      await change({ lineage: 'another', server_start: null })
      const data = porthor.data as RedisTokenDataStore
      await data.connection((_, session) => session.delete([keyOf(family.stranger)]))
      const findings = []
      for await (const finding of porthor.reconciler.audit({ fix: false })) findings.push(finding)
      expect(findings).toMatchObject([{ key: keyOf(family.stranger), repaired: false }])
      expect(await porthor.redisTrust?.isComparing()).toBe(false)
      await porthor.redisTrust?.replayAndWait()
      for await (const finding of porthor.reconciler.audit({ fix: false })) findings.push(finding)
      expect(findings).toHaveLength(1)
    })
  })
})
