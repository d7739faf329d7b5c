import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { storeKinds } from '../crash/store-kinds.ts'
import { runScenario, type ScenarioReport } from './run-scenario.ts'
import { scenarioGroups, scenarioName } from './scenarios.ts'
import { World } from './world.ts'

const HELP = `Steps operations that meet through all orders of their steps that can make a difference, and prints what became of
the four rules.

  npm run test:interleavings -- [options]

  --group TEXT     groups of scenarios whose name has this in it (default all): ${Object.keys(scenarioGroups).join(', ')}
  --scenario TEXT  scenarios whose name has this in it (default all)
  --exactly        the one of this very name
  --stores TEXT    kinds whose name has this in it: PostgreSQL with Redis, PostgreSQL alone (default both)
  --maximum N      orders of a scenario at most (default: all)
  --first          no further than to the first broken rule
  --json           the figures as JSON
  --help

Ends with 1 where a rule was broken.
`

const { values: options } = parseArgs({
  options: {
    group: { type: 'string', default: '' },
    scenario: { type: 'string', default: '' },
    exactly: { type: 'boolean', default: false },
    stores: { type: 'string', default: '' },
    maximum: { type: 'string', default: 'Infinity' },
    first: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  process.stdout.write(HELP)
  process.exit()
}

interface Row {
  stores: string
  group: string
  reports: ScenarioReport[]
}

const rows: Row[] = []
for (const kind of storeKinds) {
  if (!kind.name.includes(options.stores) || kind.name === 'embedded') continue
  if (kind.available !== true) {
    process.stderr.write(`${kind.name} is left out: ${kind.available}\n`)
    continue
  }
  const world = await World.open(kind, 3)
  try {
    for (const [group, scenarios] of Object.entries(scenarioGroups)) {
      if (!group.includes(options.group)) continue
      const row: Row = { stores: kind.name, group, reports: [] }
      rows.push(row)
      for (const scenario of scenarios) {
        // Where token data lies in the database, no command goes to Redis that could come too late.
        if (!isWanted(scenarioName(scenario))) continue
        if (scenario.fault && !kind.hasRedis) continue
        const started = performance.now()
        const report = await runScenario(world, scenario, {
          maximumSchedules: Number(options.maximum),
          first: options.first,
        })
        if (report.schedules === 0) continue
        row.reports.push(report)
        tell(kind.name, report, performance.now() - started)
      }
    }
  } finally {
    await world.close()
  }
}

function isWanted(name: string): boolean {
  return options.exactly ? name === options.scenario : name.includes(options.scenario)
}

function tell(stores: string, report: ScenarioReport, milliseconds: number): void {
  const { scenario, schedules, steps, complete, violations } = report
  process.stderr.write(
    `${stores}: ${scenario}: ${schedules} orders${complete ? '' : ' (not all)'}, ${steps} steps, ${violations.length} violations, ${(milliseconds / 1000).toFixed(1)} s\n`,
  )
  for (const violation of violations.slice(0, 3)) process.stderr.write(`  ${violation}\n`)
}

if (options.json) console.log(JSON.stringify(rows, null, 2))
else {
  const table = new Table({
    head: ['stores', 'operations that meet', 'scenarios', 'orders', 'steps', 'not all orders', 'violations'],
    style: { head: [], border: [] },
  })
  for (const { stores, group, reports } of rows) {
    const sum = (count: (report: ScenarioReport) => number) =>
      reports.reduce((total, report) => total + count(report), 0)
    table.push([
      stores,
      group,
      reports.length,
      sum(({ schedules }) => schedules),
      sum(({ steps }) => steps),
      sum(({ complete }) => (complete ? 0 : 1)),
      sum(({ violations }) => violations.length),
    ])
  }
  console.log(table.toString())
}
process.exitCode = rows.some(({ reports }) => reports.some(({ violations }) => violations.length > 0)) ? 1 : 0
