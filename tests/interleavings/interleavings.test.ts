import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeKinds } from '../crash/store-kinds.ts'
import { runScenario } from './run-scenario.ts'
import { scenarioGroups, scenarioName } from './scenarios.ts'
import { World } from './world.ts'

/* A sample of what meets on a platform every day. `node tests/interleavings/main.ts` runs all, in all orders. */

const sample = [
  'create child + create child',
  'create child + revoke parent',
  'widen + revoke parent',
  'narrow + widen',
  'rename + create with that name',
  'rotate + verify',
]
const scenarios = (scenarioGroups.named ?? []).filter((scenario) => sample.includes(scenarioName(scenario)))

// The embedded database has one connection: no two transactions meet on it.
describe.each(storeKinds.filter(({ name }) => name !== 'embedded'))('$name: operations that meet', (kind) => {
  describe.skipIf(kind.available !== true)('break no rule in whatever order their steps come', () => {
    let world: World
    beforeAll(async () => {
      world = await World.open(kind, 2)
    })
    afterAll(() => world?.close())

    it.each(scenarios.map((scenario) => [scenarioName(scenario), scenario] as const))(
      '%s',
      { timeout: 120_000 },
      async (_name, scenario) => {
        const report = await runScenario(world, scenario, { maximumSchedules: 6 })
        expect(report.violations).toEqual([])
        expect(report.schedules).toBeGreaterThan(1)
      },
    )
  })
})
