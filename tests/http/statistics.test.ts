import { sql } from 'kysely'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import { Activity } from '../../src/services/activity.ts'
import { StatisticsService } from '../../src/services/statistics-service.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { errorTypes, onEachApi } from './api.ts'

interface Point {
  time: number
  processes: number
  stores: { store: string; available: number; latency?: number }[]
}

onEachApi('statistics', (api) => {
  let alice: Token
  let root: Token

  beforeAll(async () => {
    alice = await api().newToken('alice', ['read:all'])
    root = await api().newToken('rooty', ['admin:token'])
  })
  beforeEach(() => startOfNext(60))

  const now = () => Math.floor(api().test.porthor.clock.milliseconds() / 1000)
  /** Moves the clock to just after the next multiple of so many seconds. */
  const startOfNext = (seconds: number) => api().test.advance(seconds - (now() % seconds) + 1)
  const look = async () => {
    const answer = await api().send('GET', '/auth/api/v1/statistics', { token: `${root}` })
    expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'no-store'])
    return answer.json()
  }
  const gate = (query: string, token: string) =>
    api().send('GET', `/ingress/auth?${query}`, {
      token,
      headers: { 'x-original-url': 'https://example.com/', 'x-original-method': 'GET' },
    })

  it('say what the gate has judged in the minute before, refusals by reason', async () => {
    const { statistics } = api().test.porthor
    await statistics.sample()
    for (const scope of ['read:all', 'read:all', 'read:some']) await gate(`scope=${scope}`, `${alice}`)
    await gate('scope=read:all', 'gt-AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA')
    startOfNext(60)
    await statistics.sample()

    const { last_hour: hour, last_day: day, now: shown } = await look()
    expect([hour.step, hour.points.length, day.step, day.points.length]).toEqual([60, 60, 600, 144])
    expect(Math.abs(shown - now())).toBeLessThan(2)
    const counts = {
      ...{ verifications: 4, memory_hits: 2, processes: 1 },
      refusals: [
        { reason: 'insufficient_scope', count: 1 },
        { reason: 'invalid_token', count: 1 },
      ],
    }
    const last = hour.points.at(-1)
    expect(last).toMatchObject({ ...counts, time: now() - (now() % 60) - 60 })
    expect(day.points.at(-1).verifications + day.points.at(-2).verifications).toBe(4)
    expect(last.stores.map(({ store, available }: Point['stores'][0]) => [store, available])).toEqual(
      api().test.redis
        ? [
            ['database', 1],
            ['redis', 1],
          ]
        : [['database', 1]],
    )
    expect(last.stores[0].latency).toBeGreaterThan(0)
  })

  it('tell a minute without a word of anybody from one without work', async () => {
    const { statistics } = api().test.porthor
    await statistics.sample()
    api().test.advance(120)
    await statistics.sample()
    const points: Point[] = (await look()).last_hour.points
    expect(points.slice(-3).map(({ processes }) => processes)).toEqual([1, 0, 1])
    expect(points.at(-2)).toMatchObject({ verifications: 0, stores: [] })
  })

  it('sum over all processes', async () => {
    const other = await api().test.another()
    if (!other) return
    await other.statistics.sample()
    await api().test.porthor.statistics.sample()
    expect((await look()).last_hour.points.at(-1)).toMatchObject({ processes: 2 })
  })

  it('count what there is, now and every ten minutes', async () => {
    api().test.advance(601 - (now() % 600) + 59)
    await api().test.porthor.statistics.sample()
    await (await api().test.another())?.statistics.sample()
    await api().test.porthor.users.freeze(
      { username: 'rooty', scopes: ['admin:token'], tokenKey: null, ipAddress: null },
      'zoe',
    )
    const { tokens, users, frozen_users: frozen, last_hour: hour, last_day: day } = await look()
    const counted = [{ token_type: 'user', count: 2 }]
    expect({ tokens, users, frozen }).toEqual({ tokens: counted, users: 2, frozen: 1 })
    expect(hour.points.at(-1).tokens).toEqual(counted)
    expect(hour.points.at(-2)).not.toHaveProperty('tokens')
    expect(day.points.at(-1).tokens).toEqual(counted)
  })

  it('say later what could not be written at the time', async () => {
    const { statistics, database } = api().test.porthor
    await sql`ALTER TABLE porthor_statistics RENAME TO away`.execute(database.db)
    await statistics.sample()
    startOfNext(60)
    await sql`ALTER TABLE away RENAME TO porthor_statistics`.execute(database.db)
    await statistics.sample()
    const points: Point[] = (await look()).last_hour.points
    expect(points.slice(-2).map(({ processes }) => processes)).toEqual([1, 1])
  })

  it('show a store that does not answer', async () => {
    const { database, clock } = api().test.porthor
    const statistics = new StatisticsService({
      ...{ db: database.db, clock, log: silentLog, totals: () => new Activity() },
      probes: { database: async () => {}, redis: () => Promise.reject(new Error('away')) },
    })
    await statistics.sample()
    const points: Point[] = (await look()).last_hour.points
    expect(points.at(-1)?.stores).toEqual([
      { store: 'database', available: 1, latency: expect.any(Number) },
      { store: 'redis', available: 0 },
    ])
  })

  it('are forgotten after a day', async () => {
    const { statistics, maintenance, database } = api().test.porthor
    await statistics.sample()
    const count = async () =>
      (
        await sql<{ count: number }>`SELECT count(*)::int AS count FROM porthor_statistics`.execute(
          database.db,
        )
      ).rows[0]?.count
    await maintenance.run()
    expect(await count()).toBeGreaterThan(0)
    api().test.advance(26 * 3_600)
    await maintenance.run()
    expect(await count()).toBe(0)
    api().test.advance(-26 * 3_600)
  })

  it('are for administrators alone', async () => {
    const answer = await api().send('GET', '/auth/api/v1/statistics', { token: `${alice}` })
    expect([answer.statusCode, errorTypes(answer)]).toEqual([403, ['permission_denied']])
  })
})
