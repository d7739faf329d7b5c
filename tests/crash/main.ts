import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { CrashHarness, type CrashReport } from './harness.ts'
import { crashOperations } from './operations.ts'
import type { Moment } from './protocol.ts'
import { type StoreKind, storeKinds } from './store-kinds.ts'

/*
 * Kills every operation at every one of its steps, on every kind of stores, and prints what became of the four rules:
 * `node tests/crash/main.ts [--operation TEXT] [--stores TEXT] [--moments before,during,after] [--only-changes] [--json]`.
 * Exit code 1: a rule was broken.
 */

const { values: options } = parseArgs({
  options: {
    operation: { type: 'string', default: '' },
    stores: { type: 'string', default: '' },
    moments: { type: 'string', default: 'before,during,after' },
    'only-changes': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const moments = options.moments.split(',') as Moment[]
const operations = crashOperations.filter(({ name }) => name.includes(options.operation))

async function runAll(kind: StoreKind): Promise<CrashReport[]> {
  const harness = await CrashHarness.open(kind)
  const reports: CrashReport[] = []
  try {
    for (const { name, needsRedis } of operations) {
      if (needsRedis && !kind.hasRedis) continue
      const report = await harness.run(name, { moments, onlyChanges: options['only-changes'] })
      reports.push(report)
      if (!options.json) process.stderr.write(`${kind.name}: ${name}: ${summary(report)}\n`)
    }
  } finally {
    await harness.close()
  }
  return reports
}

function summary({ points, violations }: CrashReport): string {
  return `${points} points, ${violations.length} violations${violations
    .slice(0, 5)
    .map((one) => `\n  ${one}`)
    .join('')}`
}

const results: { stores: string; reports: CrashReport[] }[] = []
for (const kind of storeKinds.filter(({ name }) => name.includes(options.stores))) {
  if (kind.available !== true) process.stderr.write(`${kind.name} is left out: ${kind.available}\n`)
  else results.push({ stores: kind.name, reports: await runAll(kind) })
}

if (options.json) console.log(JSON.stringify(results, null, 2))
else {
  const table = new Table({
    head: ['operation', ...results.flatMap(({ stores }) => [`${stores}: points`, 'violations'])],
    style: { head: [], border: [] },
  })
  const cells = ({ points, violations }: { points: number; violations: number }) => [points, violations]
  const countsOf = (reports: readonly CrashReport[]) => ({
    points: reports.reduce((sum, report) => sum + report.points, 0),
    violations: reports.reduce((sum, report) => sum + report.violations.length, 0),
  })
  for (const { name } of operations) {
    const own = results.map(({ reports }) => reports.filter(({ operation }) => operation === name))
    table.push([name, ...own.flatMap((reports) => cells(countsOf(reports)))])
  }
  table.push(['all', ...results.flatMap(({ reports }) => cells(countsOf(reports)))])
  console.log(table.toString())
}
process.exitCode = results.some(({ reports }) => reports.some(({ violations }) => violations.length > 0))
  ? 1
  : 0
