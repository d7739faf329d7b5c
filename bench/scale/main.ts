import { parseArgs } from 'node:util'
import pg from 'pg'
import { startProgress } from '../../src/cli/progress.ts'
import { openPorthor } from '../../src/composition.ts'
import { systemClock } from '../../src/models/clock.ts'
import { Token } from '../../src/models/token.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { TokenDataCipher } from '../../src/storage/token-data/token-data-cipher.ts'
import { createStage, type Stage } from '../stage.ts'
import { type FillTarget, fill, fillSubtree, Sample } from './fill.ts'
import { type Measurement, measure } from './measure.ts'
import { type Size, writeReport } from './report.ts'
import { TOKENS_A_USER } from './site.ts'
import { measureVerification } from './verification.ts'
import { jobWorks, requestWorks, SUBTREE_KEY, SUBTREE_USER, type Work } from './works.ts'

const HELP = `Measures how the cost of each request and job grows with the number of tokens.

  node bench/scale/main.ts [options]

  --tokens N     the largest number of tokens (default 1000000; also 10000000), a multiple of 10000
  --only TEXT    only what has this in its name; may be given several times
  --json         the figures as JSON
  --help

Fills a PostgreSQL database of its own, on the server of PORTHOR_TEST_POSTGRES_URL (default: the local one), and a Redis
that it starts itself, with the trees of a platform's tokens and two years of history: by COPY, and pipelined. Measures at
10,000, 100,000, 1,000,000 … tokens. Both are gone afterwards.
`

const SUBTREE = 10_000
const sent = { count: 0 }
countStatements()

const { values } = parseArgs({
  options: {
    tokens: { type: 'string', default: '1000000' },
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const most = Number(values.tokens)
if (values.help) process.stdout.write(HELP)
else if (!Number.isInteger(most) || most < 10_000 || most % 10_000 !== 0) {
  process.stderr.write('--tokens takes a multiple of 10000\n')
  process.exitCode = 2
} else await main()

async function main(): Promise<void> {
  const stage = await createStage('redis')
  try {
    const sizes: Size[] = []
    const sample = new Sample()
    let tokens = 0
    for (const size of sizesUpTo(most)) {
      await grow(stage, sample, tokens, size)
      tokens = size
      const figures = await measureSize(stage, sample, size)
      sizes.push(figures)
      // Hours may have gone by: what was measured is not lost where the next size cannot be had.
      process.stderr.write(`${writeReport([figures])}\n`)
    }
    process.stdout.write(values.json ? `${JSON.stringify(sizes, null, 2)}\n` : writeReport(sizes))
  } finally {
    await stage.remove()
  }
}

function sizesUpTo(largest: number): number[] {
  const sizes = []
  for (let size = 10_000; size < largest; size *= 10) sizes.push(size)
  return [...sizes, largest]
}

async function grow(stage: Stage, sample: Sample, from: number, to: number): Promise<void> {
  const progress = startProgress(process.stderr, 'Filling')
  const begun = performance.now()
  const users = { first: from / TOKENS_A_USER, end: to / TOKENS_A_USER, now: now() }
  await fill(targetOf(stage), users, sample, (tokens) => progress.update(tokens, to))
  progress.clear()
  process.stderr.write(`${to.toLocaleString('en')} tokens: filled in ${seconds(begun)} s\n`)
}

async function measureSize(stage: Stage, sample: Sample, tokens: number): Promise<Size> {
  if (!sample.notebook) throw new Error('There are too few tokens')
  const { database } = stage.config
  if (database.kind !== 'postgresql') throw new Error('Only PostgreSQL is measured')
  // One connection: its figures are those of the work.
  const config = { ...stage.config, database: { ...database, poolSize: 1 } }
  const porthor = await openPorthor({ config, log: silentLog })
  const isWanted = ({ name }: Work) =>
    values.only.length === 0 || values.only.some((text) => name.includes(text))
  const measureAll = async (works: Work[]) => {
    const figures: Record<string, Measurement> = {}
    for (const work of works.filter(isWanted)) {
      process.stderr.write(`  ${work.name}: `)
      const figure = await measure(porthor.database.db, sent, work.run, work.runs)
      process.stderr.write(
        `${figure.milliseconds.toFixed(1)} ms, ${figure.rows} rows, blocked ${figure.blocked.toFixed(1)} ms\n`,
      )
      figures[work.name] = figure
    }
    return figures
  }
  try {
    const requests = await measureAll(requestWorks(porthor, sample.notebook))
    const works = jobWorks(porthor)
    // It is revoked when it is measured: only then can another be added.
    if (works.some((work) => isWanted(work) && work.name.includes('subtree'))) await addSubtree(stage)
    const jobs = await measureAll(works)
    const verification = isWanted({ name: 'verification', run: async () => {} })
      ? await verify(stage, sample, database.url)
      : null
    return { tokens, requests, jobs, verification }
  } finally {
    await porthor.close()
  }
}

async function addSubtree(stage: Stage): Promise<void> {
  const top = {
    username: SUBTREE_USER,
    ...{ name: null, email: null, uid: null, gid: null, groups: null, service: null, previous: [] },
    ...{ scopes: ['read:all'], created: now(), expires: now() + 86_400, tokenType: 'user' as const },
    token: new Token(SUBTREE_KEY, Token.generate().secret),
  }
  await fillSubtree(targetOf(stage), { data: top, tokenName: 'top', parent: null }, SUBTREE, now())
}

/** Maintenance gets something to do: a twentieth of those nobody asks about ends. */
async function verify(stage: Stage, sample: Sample, url: string) {
  const { tokenStore } = stage.config
  if (tokenStore.kind !== 'redis' || tokenStore.persistent.kind !== 'server') throw new Error('No Redis')
  const redisUrl = `redis://127.0.0.1:${tokenStore.persistent.port}`
  const client = new pg.Client(url)
  await client.connect()
  await client.query(
    `UPDATE token SET expires = now() AT TIME ZONE 'UTC' - interval '1 minute'
     WHERE hashtext(username) % 20 = 0 AND NOT username = ANY(SELECT username FROM token WHERE token = ANY($1))`,
    [sample.tokens.map(({ key }) => key)],
  )
  await client.query('VACUUM ANALYZE token')
  await client.end()
  const settings = {
    ...{ baseUrl: 'https://example.com', baseInternalUrl: 'http://127.0.0.1:8080' },
    ...{ afterLogoutUrl: 'https://example.com/', bootstrapToken: `${Token.generate()}` },
    sessionSecret: stage.config.sessionSecrets[0],
    databaseUrl: url,
    redisPersistentUrl: `${redisUrl}/0`,
    redisEphemeralUrl: `${redisUrl}/0`,
    knownScopes: {
      'admin:token': 'a',
      'admin:userinfo': 'u',
      'exec:test': 'b',
      'read:all': 'c',
      'user:token': 'd',
    },
    github: { clientId: 'id', clientSecret: 'secret' },
    logLevel: 'ERROR',
  }
  return measureVerification(settings, sample.tokens, [['maintenance'], ['audit']])
}

function targetOf({ config }: Stage): FillTarget {
  const { database, tokenStore } = config
  if (
    database.kind !== 'postgresql' ||
    tokenStore.kind !== 'redis' ||
    tokenStore.persistent.kind !== 'server'
  )
    throw new Error('Only PostgreSQL with Redis is measured')
  return {
    databaseUrl: database.url,
    redisPort: tokenStore.persistent.port,
    cipher: new TokenDataCipher(new Fernet(config.sessionSecrets), systemClock),
  }
}

/** Whatever sends them, in this process. */
function countStatements(): void {
  const query = pg.Client.prototype.query
  pg.Client.prototype.query = function counted(this: pg.Client, ...args: unknown[]) {
    sent.count++
    return (query as (...args: unknown[]) => unknown).apply(this, args)
  } as typeof query
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}

function seconds(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(1)
}
