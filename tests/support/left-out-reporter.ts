import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { missingParts } from './global-setup.ts'

/** Says at the end of a run which tests were left out, and why. */
export class LeftOutReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = [...missingParts().map((reason) => `missing: ${reason}`), ...skippedTests(modules)]
    if (lines.length > 0) console.log(['Left out:', ...lines].join('\n  '))
  }
}

function skippedTests(modules: readonly TestModule[]): string[] {
  const counts = new Map<string, number>()
  for (const module of modules) {
    for (const test of module.children.allTests('skipped')) {
      const what = `${module.relativeModuleId}: ${reasonOf(test)}`
      counts.set(what, (counts.get(what) ?? 0) + 1)
    }
  }
  return [...counts].map(([what, count]) => `${count} × ${what}`)
}

/** The note given to `skip`; tests skipped with their suite have none: then the suite's or the test's name. */
function reasonOf(test: TestCase): string {
  const result = test.result()
  if (result.state === 'skipped' && result.note) return result.note
  return test.parent.type === 'suite' ? test.parent.fullName : test.name
}
