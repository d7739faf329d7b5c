import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { BulkRequest, BulkResult } from './bulk-process.ts'
import { type Figure, figureOf, type PeakMemory, type Round } from './figure.ts'
import { inTurn, type Pair } from './rounds.ts'
import { expectSameWork } from './same-work.ts'
import { type Seed, siteSeeds } from './seeds.ts'
import type { Stage } from './stage.ts'

export interface BulkOptions {
  tokens: number
  rounds: number
  clear: () => Promise<void>
  load: (seeds: Iterable<Seed>) => Promise<void>
  stages: { bare: Stage; porthor: Stage }
}

export const bulkPhases = [
  { name: 'audit', measure: measureAudit },
  { name: 'expire', measure: measureExpiry },
] as const

type SubjectName = 'bare' | 'porthor'
const MONTH = 30 * 86_400
const DAY = 86_400

/** All tokens are looked at, nothing is wrong. */
async function measureAudit(pair: Pair, options: BulkOptions): Promise<Figure> {
  const { tokens, rounds, load, clear } = options
  const run = (subject: SubjectName) => runOne(pair, options, subject, 'audit')
  await clear()
  await load(siteSeeds(tokens / 2, MONTH))
  const half = { bare: await run('bare'), porthor: await run('porthor') }
  await load(siteSeeds(tokens - tokens / 2, MONTH))
  const results = await inRounds(rounds, run)
  return bulkFigure('audit', tokens, results, half)
}

/** All tokens have expired; each round needs them anew. */
async function measureExpiry(pair: Pair, options: BulkOptions): Promise<Figure> {
  const { tokens, rounds, load, clear } = options
  const run = (subject: SubjectName) => runOne(pair, options, subject, 'expire')
  const fill = async (count: number) => {
    await clear()
    await load(siteSeeds(count, -DAY))
  }
  await fill(tokens / 2)
  const half = { bare: await run('bare'), porthor: await run('porthor') }
  const results = await inRounds(rounds, run, () => fill(tokens))
  await expectSameWork(pair.bare, pair.porthor, 'expire')
  return bulkFigure('expire', tokens, results, half)
}

type Results = Record<SubjectName, BulkResult>

async function inRounds(
  rounds: number,
  run: (subject: SubjectName) => Promise<BulkResult>,
  prepare = async () => {},
): Promise<Results[]> {
  const results: Results[] = []
  for (let index = 0; index < rounds; index++) {
    await prepare()
    const round: Partial<Results> = {}
    for (const name of inTurn(index)) round[name] = await run(name)
    results.push(round as Results)
  }
  return results
}

function bulkFigure(name: string, tokens: number, results: Results[], half: Results): Figure {
  const rounds = results.map(({ bare, porthor }): Round => ({ bare: bare.seconds, porthor: porthor.seconds }))
  for (const { bare, porthor } of results) {
    if (bare.count !== tokens || porthor.count !== tokens)
      throw new Error(`${name}: ${bare.count} and ${porthor.count} of ${tokens} tokens`)
  }
  const peak = (subject: SubjectName): PeakMemory => ({
    half: half[subject].peakBytes ?? Number.NaN,
    whole: Math.max(...results.map((result) => result[subject].peakBytes ?? Number.NaN)),
  })
  const memory = half.bare.peakBytes === null ? null : { bare: peak('bare'), porthor: peak('porthor') }
  return figureOf({ name, unit: 'tokens', atOnce: 1 }, tokens, rounds, memory)
}

/** In a process of its own, whose memory nothing else has touched; the embedded database has only this process. */
async function runOne(
  pair: Pair,
  { stages }: BulkOptions,
  subject: SubjectName,
  work: 'audit' | 'expire',
): Promise<BulkResult> {
  const { config } = stages[subject]
  if (config.database.kind === 'embedded') {
    const begun = performance.now()
    const count = await pair[subject][work]()
    return { count, seconds: (performance.now() - begun) / 1000, peakBytes: null }
  }
  const child = fork(new URL('./bulk-process.ts', import.meta.url))
  const request: BulkRequest = { config, subject, work }
  child.send(request)
  const exited = once(child, 'exit')
  const failed = exited.then(() => {
    throw new Error(`${work}: the process of ${subject} has failed`)
  })
  const [result] = await Promise.race([once(child, 'message'), failed])
  await exited
  return result as BulkResult
}
