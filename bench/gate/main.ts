import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { openPorthor } from '../../src/composition.ts'
import { silentLog } from '../../src/services/token-log.ts'
import type { ServerProcess } from '../../tests/support/server-process.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { createStage, type Stage, type StoreKind } from '../stage.ts'
import { findLoadTool } from './load.ts'
import { type Comparison, compare, type Measured, type MeasureOptions } from './measure.ts'
import { type Scenario, scenariosOf, TOKENS } from './scenarios.ts'
import { type PorthorVariant, redisUrlOf, startBare, startPorthor } from './servers.ts'
import { loadTokens } from './tokens.ts'

const HELP = `Measures the gate against a bare node:http server that answers with the same headers, in one run.

  npm run bench:gate -- [options]

  --stores LIST     of embedded, postgresql, redis (default: all three)
  --scenarios LIST  of hot, zipf, cold, bad, delegation (default: all five)
  --seconds N       of each measurement (default 5)
  --rounds N        of each, taking turns; the median counts (default 3)
  --connections N   kept alive (default 32)
  --workers N       processes of Porthor that are measured beside one, on PostgreSQL and Redis (default 2; 1: none)
  --json            the figures as JSON

By wrk where it is on the path, else by autocannon. Starts servers of its own, on stores of their own. The log is at WARNING,
and on Redis at INFO too, where each request has a line.
`

const { values } = parseArgs({
  options: {
    stores: { type: 'string', default: 'embedded,postgresql,redis' },
    scenarios: { type: 'string', default: 'hot,zipf,cold,bad,delegation' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '32' },
    workers: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const STORES: Record<string, StoreKind> = { embedded: 'embedded', postgresql: 'sql', redis: 'redis' }

interface Variant extends PorthorVariant {
  name: string
  /** Words of which the name of a scenario holds one; null: all scenarios. */
  only: readonly string[] | null
}

interface Figure extends Comparison {
  variant: string
  scenario: string
  baseline: string
}

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  const tool = await findLoadTool()
  const folder = await temporaryFolder('bench-gate')
  const options = {
    ...{ tool, folder: folder.path },
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    connections: Number(values.connections),
  }
  const figures: Figure[] = []
  try {
    for (const name of values.stores.split(',')) {
      const kind = STORES[name]
      if (!kind) throw new Error(`--stores: no such store as ${name}`)
      figures.push(...(await measureStore(name, kind, options)))
    }
  } finally {
    await folder.remove()
  }
  print(figures, tool.name)
}

async function measureStore(name: string, kind: StoreKind, options: MeasureOptions): Promise<Figure[]> {
  const stage = await createStage(kind)
  const servers: ServerProcess[] = []
  try {
    note(`${name}: loading tokens`)
    const scenarios = chosen(scenariosOf(await fill(stage)), values.scenarios.split(','))
    const bare = await startBare()
    servers.push(bare)
    const redisUrl = redisUrlOf(stage)
    const reader = redisUrl === null ? null : await startBare(redisUrl)
    if (reader) servers.push(reader)
    const figures: Figure[] = []
    for (const variant of variantsOf(name, kind)) {
      figures.push(...(await measureVariant(stage, variant, scenarios, { bare, reader }, options)))
    }
    return figures
  } finally {
    for (const server of servers) await endServer(server)
    await stage.remove()
  }
}

async function measureVariant(
  stage: Stage,
  variant: Variant,
  scenarios: Scenario[],
  { bare, reader }: { bare: ServerProcess; reader: ServerProcess | null },
  options: MeasureOptions,
): Promise<Figure[]> {
  const porthor = await startPorthor(stage, options.folder, variant)
  const figures: Figure[] = []
  try {
    for (const scenario of variant.only ? chosen(scenarios, variant.only) : scenarios) {
      note(`${variant.name}: ${scenario.name}`)
      const baseline = scenario.againstRedis && reader ? reader : bare
      const comparison = await compare(scenario, baseline, porthor, options)
      figures.push({
        ...{ variant: variant.name, scenario: scenario.name, ...comparison },
        baseline: baseline === bare ? 'bare' : 'GET and decryption',
      })
    }
  } finally {
    await endServer(porthor)
  }
  return figures
}

function variantsOf(name: string, kind: StoreKind): Variant[] {
  const variants: Variant[] = [{ name, workers: 1, logLevel: 'WARNING', only: null }]
  if (kind === 'redis') {
    variants.push({ name: `${name}, log at INFO`, workers: 1, logLevel: 'INFO', only: ['hot', 'zipf'] })
  }
  const workers = Number(values.workers)
  if (kind !== 'embedded' && workers > 1) {
    const only = ['hot', 'zipf', 'cold']
    variants.push({ name: `${name}, ${workers} workers`, workers, logLevel: 'WARNING', only })
  }
  return variants
}

function chosen(scenarios: Scenario[], words: readonly string[]): Scenario[] {
  return scenarios.filter(({ name }) => words.some((word) => name.toLowerCase().includes(word)))
}

async function fill(stage: Stage): Promise<string[]> {
  const porthor = await openPorthor({ config: stage.config, log: silentLog })
  try {
    return await loadTokens(porthor, TOKENS)
  } finally {
    await porthor.close()
  }
}

async function endServer(server: ServerProcess): Promise<void> {
  await server.close().catch(() => server.program.end('SIGKILL'))
}

function print(figures: Figure[], tool: string): void {
  if (values.json) {
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
    return
  }
  const head = ['on', 'tokens', 'against', 'bare /s', 'Porthor /s', 'ratio']
  const more = ['p50/p99/p99.9 ms, bare', 'Porthor', 'processor µs, bare', 'Porthor', 'ratio']
  const table = new Table({ head: [...head, ...more], style: { head: [], border: [] } })
  for (const { variant, scenario, baseline, bare, porthor, ratio, processorRatio } of figures) {
    const speeds = [bare, porthor].map((one) => Math.round(one.requestsPerSecond).toLocaleString('en'))
    const processor = [bare, porthor].map((one) => decimal(one.processorMicroseconds, 1))
    const latency = [latencies(bare), latencies(porthor)]
    const ratios = [decimal(ratio, 2), decimal(processorRatio, 2)]
    table.push([variant, scenario, baseline, ...speeds, ratios[0], ...latency, ...processor, ratios[1]])
  }
  process.stdout.write(`${table}\nby ${tool}\n`)
}

function latencies({ p50, p99, p999 }: Measured): string {
  return [p50, p99, p999].map((microseconds) => decimal(microseconds / 1000, 2)).join(' / ')
}

function decimal(value: number | null, digits: number): string {
  return value === null ? '' : value.toFixed(digits)
}

function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}
