import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { openPorthor } from '../../src/composition.ts'
import { Token } from '../../src/models/token.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { type ServerProcess, startServerProcess } from '../../tests/support/server-process.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { createStage, FERNET_KEY, type Stage, type StoreKind } from '../stage.ts'
import { drive, hasWrk, type LoadResult } from './load.ts'
import { loadTokens } from './tokens.ts'

const HELP = `Measures the gate against a bare node:http server that answers with the same headers, in one run.

  npm run bench:gate -- [options]

  --stores LIST    of embedded, postgresql, redis (default: all three)
  --seconds N      of each measurement (default 5)
  --rounds N       of each, taking turns; the median counts (default 3)
  --connections N  kept alive (default 32)
  --workers N      processes of Porthor behind the port, on PostgreSQL and Redis (default 1)
  --json           the figures as JSON

Needs wrk. Starts servers of its own, on stores of their own.
`

const { values } = parseArgs({
  options: {
    stores: { type: 'string', default: 'embedded,postgresql,redis' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '32' },
    workers: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const STORES: Record<string, StoreKind> = { embedded: 'embedded', postgresql: 'sql', redis: 'redis' }
const BARE = fileURLToPath(new URL('bare-server.ts', import.meta.url))
const GATE = '/ingress/auth?scope=read:all'
const DELEGATION = '/ingress/auth?scope=read:all&delegate_to=tap&delegate_scope=read:all'

interface Scenario {
  name: string
  path: string
  tokens: string[]
  /** Whether the gate is to refuse. */
  refused?: boolean
  /** Compared with the server that reads each token from Redis. */
  againstRedis?: boolean
  /** One round alone: the tokens are cold only once. */
  once?: boolean
}

interface Figure {
  store: string
  scenario: string
  baseline: string
  bare: LoadResult
  porthor: LoadResult
  ratio: number
}

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  if (!(await hasWrk())) throw new Error('wrk is not on the path: `apt-get install wrk`')
  const figures: Figure[] = []
  for (const name of values.stores.split(',')) {
    const kind = STORES[name]
    if (!kind) throw new Error(`--stores: no such store as ${name}`)
    figures.push(...(await measureStore(name, kind)))
  }
  print(figures)
}

async function measureStore(name: string, kind: StoreKind): Promise<Figure[]> {
  const stage = await createStage(kind)
  const folder = await temporaryFolder('bench-gate')
  const servers: ServerProcess[] = []
  try {
    note(`${name}: loading tokens`)
    const tokens = await fill(stage)
    const porthor = await startPorthor(stage, folder.path)
    servers.push(porthor)
    const bare = await startBare([])
    servers.push(bare)
    const redis = redisUrlOf(stage)
    const reader = redis ? await startBare(['--redis', redis, '--key', FERNET_KEY]) : null
    if (reader) servers.push(reader)
    const figures: Figure[] = []
    for (const scenario of scenariosOf(tokens, reader !== null)) {
      note(`${name}: ${scenario.name}`)
      const baseline = scenario.againstRedis && reader ? reader : bare
      const label = baseline === reader ? 'GET and decryption' : 'bare'
      figures.push(await measure(name, scenario, { url: baseline.url, label }, porthor.url, folder.path))
    }
    return figures
  } finally {
    for (const server of servers) await server.close().catch(() => server.program.end('SIGKILL'))
    await stage.remove()
    await folder.remove()
  }
}

function scenariosOf(tokens: string[], withRedis: boolean): Scenario[] {
  const hot = tokens.slice(0, 1)
  const many = tokens.slice(0, 10_000)
  const cold = { name: 'cold tokens', path: GATE, tokens: tokens.slice(10_000), once: true }
  return [
    { name: '1 hot token', path: GATE, tokens: hot },
    { name: '10,000 tokens, Zipf', path: GATE, tokens: zipf(many, 100_000) },
    { ...cold, againstRedis: withRedis },
    {
      name: 'a bad token',
      path: GATE,
      tokens: [Token.withKey(hot[0]?.slice(3, 25) ?? '').toString()],
      refused: true,
    },
    { name: 'delegation, 100 tokens', path: DELEGATION, tokens: tokens.slice(0, 100) },
  ]
}

/** A sequence in which the n-th token comes n times as seldom as the first. */
function zipf(tokens: readonly string[], length: number): string[] {
  const weights = tokens.map((_, index) => 1 / (index + 1))
  const sums: number[] = []
  for (const weight of weights) sums.push((sums.at(-1) ?? 0) + weight)
  const total = sums.at(-1) ?? 1
  return Array.from({ length }, () => {
    const wanted = Math.random() * total
    let low = 0
    let high = sums.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return tokens[low] ?? ''
  })
}

async function measure(
  store: string,
  scenario: Scenario,
  baseline: { url: string; label: string },
  porthor: string,
  folder: string,
): Promise<Figure> {
  const { path, tokens } = scenario
  const connections = Number(values.connections)
  const load = (url: string, seconds: number) => drive({ url, path, tokens, seconds, connections, folder })
  const seconds = Number(values.seconds)
  const rounds = scenario.once ? 1 : Number(values.rounds)
  if (!scenario.once) for (const url of [baseline.url, porthor]) await load(url, 2)
  const bare: LoadResult[] = []
  const gate: LoadResult[] = []
  for (let round = 0; round < rounds; round++) {
    bare.push(await load(baseline.url, seconds))
    gate.push(await load(porthor, seconds))
  }
  const figure = { bare: medianOf(bare), porthor: medianOf(gate) }
  const { refused, failed } = figure.porthor
  if (failed > 0 || refused > 0 !== (scenario.refused ?? false)) {
    throw new Error(`${scenario.name}: ${refused} refused, ${failed} failed`)
  }
  const ratio = figure.porthor.requestsPerSecond / figure.bare.requestsPerSecond
  return { store, scenario: scenario.name, baseline: baseline.label, ...figure, ratio }
}

function medianOf(results: LoadResult[]): LoadResult {
  const sorted = results.toSorted((one, other) => one.requestsPerSecond - other.requestsPerSecond)
  const median = sorted[Math.floor(sorted.length / 2)]
  if (!median) throw new Error('Nothing was measured')
  return median
}

async function fill(stage: Stage): Promise<string[]> {
  const porthor = await openPorthor({ config: stage.config, log: silentLog })
  try {
    return await loadTokens(porthor, 70_000)
  } finally {
    await porthor.close()
  }
}

async function startPorthor({ config }: Stage, folder: string): Promise<ServerProcess> {
  const file = join(folder, 'porthor.yaml')
  const { database, tokenStore } = config
  const settings = {
    ...(database.kind === 'embedded' && { database: 'embedded' }),
    ...(database.kind === 'postgresql' && { databaseUrl: database.url }),
    ...(tokenStore.kind === 'sql' && { tokenStore: 'sql' }),
    ...(database.kind === 'postgresql' && { bootstrapToken: config.bootstrapToken }),
    baseUrl: 'https://example.com',
    baseInternalUrl: 'http://127.0.0.1:8080',
    afterLogoutUrl: 'https://example.com/',
    sessionSecret: FERNET_KEY,
    knownScopes: {
      'admin:userinfo': 'User information',
      ...Object.fromEntries(config.knownScopes.map(({ name, description }) => [name, description])),
    },
    github: { clientId: 'bench', clientSecret: 'bench' },
    logLevel: 'WARNING',
  }
  await writeFile(file, JSON.stringify({ ...settings, ...redisSettings(config) }))
  const environment = database.kind === 'embedded' ? { PORTHOR_DATA: database.folder } : {}
  const workers = tokenStore.kind === 'redis' ? ['--workers', values.workers] : []
  return startServerProcess({ args: ['--config', file, ...workers], environment })
}

function redisSettings(config: Stage['config']) {
  const url = redisUrlOf({ config })
  return url ? { redisPersistentUrl: url, redisEphemeralUrl: url } : {}
}

function redisUrlOf({ config }: Pick<Stage, 'config'>): string | null {
  const { tokenStore } = config
  if (tokenStore.kind !== 'redis' || tokenStore.persistent.kind !== 'server') return null
  return `redis://127.0.0.1:${tokenStore.persistent.port}/0`
}

function startBare(args: string[]): Promise<ServerProcess> {
  return startServerProcess({ command: [process.execPath, BARE], args })
}

function print(figures: Figure[]): void {
  if (values.json) {
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
    return
  }
  const table = new Table({
    head: [
      'store',
      'what',
      'baseline',
      'bare /s',
      'Porthor /s',
      'ratio',
      'bare p50/p99/p99.9 ms',
      'Porthor p50/p99/p99.9 ms',
    ],
    style: { head: [], border: [] },
  })
  for (const { store, scenario, baseline, bare, porthor, ratio } of figures) {
    const speeds = [bare, porthor].map((one) => Math.round(one.requestsPerSecond).toLocaleString('en'))
    table.push([store, scenario, baseline, ...speeds, ratio.toFixed(2), latencies(bare), latencies(porthor)])
  }
  process.stdout.write(`${table}\n`)
}

function latencies({ p50, p99, p999 }: LoadResult): string {
  return [p50, p99, p999].map((microseconds) => (microseconds / 1000).toFixed(2)).join(' / ')
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
