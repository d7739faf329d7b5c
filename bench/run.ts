import { openBare } from './bare/subject.ts'
import { bulkPhases } from './bulk.ts'
import type { Figure } from './figure.ts'
import { clear, load } from './load.ts'
import type { Options } from './options.ts'
import { phases } from './phases.ts'
import { openPorthorSubject } from './porthor-subject.ts'
import { type Setting, settingOf } from './report.ts'
import { measure, type Pair } from './rounds.ts'
import { expectSameWork } from './same-work.ts'
import { type Seed, siteSeeds } from './seeds.ts'
import { createStage, FERNET_KEY, type Stage } from './stage.ts'

export interface Outcome {
  setting: Setting
  figures: Figure[]
}

interface Bench {
  options: Options
  stages: { bare: Stage; porthor: Stage }
  pair: Pair
  tell: (what: string) => void
  load: (seeds: Iterable<Seed>) => Promise<void>
}

/**
 * Measures what the options ask for, on stores that are gone afterwards.
 *
 * @param tell - Told what is being done.
 * @param signal - Ends it after the phase that is under way.
 */
export async function run(
  options: Options,
  tell: (what: string) => void,
  signal?: AbortSignal,
): Promise<Outcome> {
  const stages = { bare: await createStage(options.store), porthor: await createStage(options.store) }
  try {
    const pair = {
      bare: await openBare(stages.bare.config),
      porthor: await openPorthorSubject(stages.porthor.config),
    }
    try {
      const fill = (seeds: Iterable<Seed>) => load([pair.bare, pair.porthor], FERNET_KEY, seeds)
      const bench: Bench = { options, stages, pair, tell, load: fill }
      const setting = settingOf(options, await versionOf(pair))
      return { setting, figures: [...(await runPhases(bench, signal)), ...(await runBulk(bench, signal))] }
    } finally {
      await pair.bare.close()
      await pair.porthor.close()
    }
  } finally {
    await stages.bare.remove()
    await stages.porthor.remove()
  }
}

async function runPhases({ options, pair, tell, load }: Bench, signal?: AbortSignal): Promise<Figure[]> {
  const wanted = phases.filter(({ name }) => isWanted(name, options))
  if (wanted.length === 0) return []
  tell(`${options.backgroundTokens} tokens to begin with`)
  await load(siteSeeds(options.backgroundTokens))
  const figures: Figure[] = []
  for (const phase of wanted) {
    if (signal?.aborted) return figures
    tell(phase.name)
    const onBegin = (atOnce: number) => tell(`  ${atOnce} at once`)
    figures.push(...(await measure(pair, phase, { ...options, load, onBegin })))
    await expectSameWork(pair.bare, pair.porthor, phase.name)
  }
  return figures
}

async function runBulk(
  { options, pair, stages, tell, load }: Bench,
  signal?: AbortSignal,
): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const { name, measure: measureBulk } of bulkPhases) {
    if (signal?.aborted || !isWanted(name, options)) continue
    tell(`${name} of ${options.bulkTokens} tokens`)
    const clearBoth = async () => {
      await clear(pair.bare)
      await clear(pair.porthor)
    }
    const { bulkTokens: tokens, bulkRounds: rounds } = options
    figures.push(await measureBulk(pair, { tokens, rounds, clear: clearBoth, load, stages }))
  }
  return figures
}

function isWanted(name: string, { only }: Options): boolean {
  return only.length === 0 || only.some((text) => name.includes(text))
}

async function versionOf({ bare }: Pair): Promise<string> {
  const [row] = await bare.stores.query<{ version: string }>('SHOW server_version')
  return `PostgreSQL ${(Object.values(row ?? {})[0] ?? 'unknown').split(' ')[0]}`
}
