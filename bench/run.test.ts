import { describe, expect, it } from 'vitest'
import { postgresAvailable } from '../tests/support/postgres.ts'
import { redisAvailable } from '../tests/support/redis.ts'
import { bulkPhases } from './bulk.ts'
import type { Options } from './options.ts'
import { phases } from './phases.ts'
import { asTable } from './report.ts'
import { run } from './run.ts'
import type { StoreKind } from './stage.ts'

const stores: { store: StoreKind; available: true | string }[] = [
  { store: 'redis', available: postgresAvailable() === true ? redisAvailable() : postgresAvailable() },
  { store: 'sql', available: postgresAvailable() },
  { store: 'embedded', available: true },
]

describe.each(stores)('the benchmark with --store $store', ({ store, available }) => {
  const options: Options = {
    ...{ store, json: false, only: [], shrink: 50, rounds: 1, warmUp: 1 },
    ...{ bulkRounds: 1, backgroundTokens: 50, bulkTokens: 500 },
  }

  it.skipIf(available !== true)(
    'measures the same work on both sides, in every phase',
    async () => {
      const { setting, figures } = await run(options, () => {})
      const measured = phases.flatMap(({ name, atOnce }) => atOnce.map(() => name))
      expect(figures.map(({ name }) => name)).toEqual([...measured, ...bulkPhases.map(({ name }) => name)])
      for (const { ratio } of figures) expect(ratio).toBeGreaterThan(0)
      expect(asTable(setting, figures)).toContain('revoke a subtree of 1,000')
    },
    60_000,
  )
})
