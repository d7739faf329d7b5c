import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { CrashHarness, type CrashReport } from './harness.ts'
import { type CrashOperation, crashOperations } from './operations.ts'
import type { Moment } from './protocol.ts'
import { type StoreKind, storeKinds } from './store-kinds.ts'

const HELP = `Kills every operation at every one of its steps, and prints what became of the four rules.

  npm run test:crash -- [options]

  --operation TEXT  those whose name has this in it (default all)
  --exactly         the one of this very name
  --stores TEXT     kinds whose name has this in it (default all): PostgreSQL with Redis, PostgreSQL alone, embedded
  --moments LIST    of before, during, after: when a step is killed (default all three)
  --only-changes    only at steps that others can see, and the answer
  --at-once N       so many operations side by side, each on stores of its own (default 1)
  --json            the figures as JSON
  --help

Ends with 1 where a rule was broken. On the embedded database most of the time goes into opening it: TMPDIR in memory helps.
`

const { values: options } = parseArgs({
  options: {
    operation: { type: 'string', default: '' },
    exactly: { type: 'boolean', default: false },
    stores: { type: 'string', default: '' },
    moments: { type: 'string', default: 'before,during,after' },
    'only-changes': { type: 'boolean', default: false },
    'at-once': { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  process.stdout.write(HELP)
  process.exit()
}
const moments = options.moments.split(',') as Moment[]
const operations = crashOperations.filter(({ name }) =>
  options.exactly ? name === options.operation : name.includes(options.operation),
)

/** Several operations at once, each on stores of its own. */
async function runAll(kind: StoreKind): Promise<CrashReport[]> {
  const left = operations.filter(({ needsRedis }) => kind.hasRedis || !needsRedis).values()
  const reports: CrashReport[] = []
  await Promise.all(Array.from({ length: Number(options['at-once']) }, () => runSome(kind, left, reports)))
  return reports
}

async function runSome(
  kind: StoreKind,
  left: Iterable<CrashOperation>,
  reports: CrashReport[],
): Promise<void> {
  const harness = await CrashHarness.open(kind)
  try {
    for (const { name } of left) {
      const report = await harness.run(name, { moments, onlyChanges: options['only-changes'] })
      reports.push(report)
      if (!options.json) process.stderr.write(`${kind.name}: ${name}: ${summary(report)}\n`)
    }
  } finally {
    await harness.close()
  }
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
