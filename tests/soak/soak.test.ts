import { describe, expect, it } from 'vitest'
import { postgresAvailable } from '../support/postgres.ts'
import { redisAvailable } from '../support/redis.ts'
import { soak } from './soak.ts'

const available = postgresAvailable() === true ? redisAvailable() : postgresAvailable()

// The whole of it: node tests/soak/main.ts
describe.skipIf(available !== true)('two servers under load, while things fail at random', () => {
  it('break no rule in a few seconds of it', async () => {
    const result = await soak({
      ...{ stores: 'PostgreSQL with Redis', minutes: 0.15, seed: 3, servers: 2, clients: 4 },
      report: () => {},
    })
    expect(result.violations).toEqual([])
    expect(result.tokens).toBeGreaterThan(0)
  }, 240_000)
})
