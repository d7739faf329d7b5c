import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresAvailable } from '../support/postgres.ts'
import { redisAvailable } from '../support/redis.ts'
import { startSilentProxy } from '../support/silent-proxy.ts'
import { type Fleet, type FleetAnswer, newToken, send, startFleet } from './fleet.ts'

const available = postgresAvailable() === true ? redisAvailable() : postgresAvailable()

describe.skipIf(available !== true)('four processes on PostgreSQL and Redis', () => {
  let fleet: Fleet
  beforeAll(async () => {
    fleet = await startFleet(4)
  }, 120_000)
  afterAll(() => fleet?.close(), 60_000)

  const urlOf = (index: number) => fleet.urls[index % fleet.urls.length] ?? ''

  async function revoke(
    url: string,
    { token, key, username }: Awaited<ReturnType<typeof newToken>>,
  ): Promise<number> {
    const answer = await send(`${url}/auth/api/v1/users/${username}/tokens/${key}`, {
      method: 'DELETE',
      token,
    })
    expect(answer.status).toBe(204)
    return performance.now()
  }

  it('make one child for 100 requests at once', async () => {
    const parent = await newToken(urlOf(0))
    const path = '/ingress/auth?delegate_to=tap&delegate_scope=read:all'
    const asked = Array.from({ length: 100 }, (_, index) =>
      send(urlOf(index) + path, { token: parent.token }),
    )
    const answers = await Promise.all(asked)
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(new Set(answers.map(({ headers }) => headers['x-auth-request-token'])).size).toBe(1)
    const client = new pg.Client(fleet.databaseUrl)
    await client.connect()
    const { rows } = await client.query('SELECT count(*)::int AS count FROM subtoken WHERE parent = $1', [
      parent.key,
    ])
    await client.end()
    expect(rows).toEqual([{ count: 1 }])
  })

  it('refuse a revoked token within 50 ms of the answer to its revocation, under a storm of verifications', async () => {
    const others = await Promise.all(Array.from({ length: 20 }, (_, index) => newToken(urlOf(index))))
    let storming = true
    const storm = fleet.urls.flatMap((url) =>
      [0, 1].map(async (offset) => {
        for (let index = offset; storming; index++) {
          const { token } = others[index % others.length] ?? { token: '' }
          await send(`${url}/ingress/auth`, { token })
        }
      }),
    )
    const late: number[] = []
    let verifications = 0
    for (let round = 0; round < 30; round++) {
      const doomed = await newToken(urlOf(round))
      const accepted: FleetAnswer[] = []
      let asking = true
      const watching = fleet.urls.map(async (url) => {
        while (asking) {
          const answer = await send(`${url}/ingress/auth`, { token: doomed.token })
          verifications++
          if (answer.status === 200) accepted.push(answer)
          else if (answer.status !== 401) throw new Error(`Status ${answer.status}`)
        }
      })
      await sleep(20)
      const answeredAt = await revoke(urlOf(round + 1), doomed)
      await sleep(100)
      asking = false
      await Promise.all(watching)
      late.push(
        ...accepted.map(({ sentAt }) => sentAt - answeredAt).filter((milliseconds) => milliseconds > 50),
      )
    }
    storming = false
    await Promise.all(storm)
    expect(verifications).toBeGreaterThan(1_000)
    expect(late.length / verifications).toBeLessThanOrEqual(0.001)
  }, 60_000)

  it('pass a revoked token for no longer than the lease where the link to Redis is cut without a word', async () => {
    const proxy = await startSilentProxy({ host: '127.0.0.1', port: fleet.redis.port })
    const lease = 1
    const cutOff = await fleet.add({ redisPort: proxy.port, settings: { redisLinkLease: `${lease}s` } })
    const doomed = await newToken(urlOf(0))
    expect((await send(`${cutOff}/ingress/auth`, { token: doomed.token })).status).toBe(200)
    proxy.fallSilent()
    const silentAt = performance.now()
    await revoke(urlOf(0), doomed)
    const statuses: number[] = []
    const lateAccepted: number[] = []
    while (performance.now() < silentAt + lease * 1000 + 2_500) {
      const answer = await send(`${cutOff}/ingress/auth`, { token: doomed.token })
      statuses.push(answer.status)
      if (answer.status === 200 && answer.sentAt > silentAt + lease * 1000)
        lateAccepted.push(answer.sentAt - silentAt)
      await sleep(5)
    }
    expect(lateAccepted).toEqual([])
    expect(statuses.at(-1)).toBe(503)
    await proxy.close()
  }, 60_000)
})
