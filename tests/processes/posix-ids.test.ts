import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresAvailable } from '../support/postgres.ts'
import { redisAvailable } from '../support/redis.ts'
import { BOOTSTRAP_TOKEN, type Fleet, send, startFleet } from './fleet.ts'

const available = postgresAvailable() === true ? redisAvailable() : postgresAvailable()
const USERS = ['first-user', 'second-user', 'bot-one']
const TOKENS_EACH = 8

describe.skipIf(available !== true)('two processes that assign UIDs', () => {
  let fleet: Fleet
  const urls: string[] = []

  beforeAll(async () => {
    fleet = await startFleet(0)
    // One after the other: the first one makes the tables.
    for (let count = 0; count < 2; count++) {
      urls.push(await fleet.add({ settings: { posixIds: { enabled: true } } }))
    }
  }, 120_000)
  afterAll(() => fleet?.close(), 60_000)

  it('give each user one, however many first tokens are made at the same time', async () => {
    const asked = USERS.flatMap((username) =>
      Array.from({ length: TOKENS_EACH }, async (_, index) => {
        const body = { username, token_type: 'user', token_name: `token ${index}`, scopes: ['read:all'] }
        const url = urls[index % urls.length]
        const made = await send(`${url}/auth/api/v1/tokens`, { method: 'POST', token: BOOTSTRAP_TOKEN, body })
        expect(made.status).toBe(201)
        const { token } = JSON.parse(made.body) as { token: string }
        const other = urls[(index + 1) % urls.length]
        const known = await send(`${other}/auth/api/v1/user-info`, { token })
        const { uid } = JSON.parse(known.body) as { uid: number }
        return { username, uid }
      }),
    )
    const answers = await Promise.all(asked)
    const uidsOf = (username: string) =>
      new Set(answers.filter((one) => one.username === username).map(({ uid }) => uid))
    for (const username of USERS) expect(uidsOf(username).size).toBe(1)
    expect([...uidsOf('bot-one')]).toEqual([100_000])
    const people = [...uidsOf('first-user'), ...uidsOf('second-user')].sort()
    expect(people).toEqual([3_000_000, 3_000_001])
  })
})
