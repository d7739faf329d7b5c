import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CrashHarness } from './harness.ts'
import { storeKinds } from './store-kinds.ts'

/*
 * A sample: the operations that write to both stores, killed after each of the steps that others can see, and before and
 * after their answer. `node tests/crash/main.ts` kills all of them everywhere.
 */

const sample: Readonly<Record<string, readonly string[]>> = {
  'PostgreSQL with Redis': [
    'create an internal token',
    'narrow and widen the scopes',
    'revoke a token with all below it',
    'rotate with an overlap',
    'freeze a user',
  ],
  'PostgreSQL alone': ['narrow and widen the scopes'],
  embedded: ['revoke a token with all below it'],
}

describe.each(storeKinds)('$name: a process that is killed', (kind) => {
  describe.skipIf(kind.available !== true)(
    'breaks no rule, and leaves nothing that the audit cannot mend',
    () => {
      let harness: CrashHarness
      beforeAll(async () => {
        harness = await CrashHarness.open(kind)
      })
      afterAll(() => harness?.close())

      it.each(sample[kind.name] ?? [])('%s', { timeout: 240_000 }, async (operation) => {
        const report = await harness.run(operation, { moments: ['after'], onlyChanges: true })
        expect(report.violations).toEqual([])
        expect(report.points).toBeGreaterThan(1)
      })
    },
  )
})
