import { type Figure, figureOf, type Round } from './figure.ts'
import type { Options } from './options.ts'
import type { Phase } from './phases.ts'
import type { Seed } from './seeds.ts'
import type { Subject } from './subject.ts'

export interface Pair {
  bare: Subject
  porthor: Subject
}

/** A round of several at once has so many times the operations, so as not to be too short. */
const SEVERAL = 3
const WARM_UP_AT_ONCE = 8

export interface MeasureOptions extends Pick<Options, 'rounds' | 'warmUp' | 'shrink'> {
  load(seeds: Seed[]): Promise<void>
  /** Told before each measurement how many operations are under way in it. */
  onBegin(atOnce: number): void
}

/** Measures one phase in rounds, in turn: whatever else the machine does meets both alike. */
export async function measure(pair: Pair, phase: Phase, options: MeasureOptions): Promise<Figure[]> {
  const { rounds, shrink, load, onBegin } = options
  const warmUp = phase.warmUp ?? options.warmUp
  const sizeOf = (atOnce: number) => Math.ceil((phase.size * (atOnce > 1 ? SEVERAL : 1)) / shrink)
  const measured = phase.atOnce.reduce((sum, atOnce) => sum + rounds * sizeOf(atOnce), 0)
  const plan = phase.plan(warmUp + measured)
  await load(plan.seeds)

  let done = 0
  /** Each does the same operations, on stores of its own. */
  const runRound = async (index: number, size: number, atOnce: number): Promise<Round> => {
    const round: Round = { bare: 0, porthor: 0 }
    for (const name of inTurn(index)) {
      const first = done
      round[name] = await secondsFor(size, atOnce, (offset) => plan.operate(pair[name], first + offset))
    }
    done += size
    return round
  }

  // A server is warm: its code compiled, its connections open.
  await runRound(0, warmUp, WARM_UP_AT_ONCE)
  const figures: Figure[] = []
  for (const atOnce of phase.atOnce) {
    onBegin(atOnce)
    const size = sizeOf(atOnce)
    const measuredRounds: Round[] = []
    for (let index = 0; index < rounds; index++) measuredRounds.push(await runRound(index, size, atOnce))
    figures.push(figureOf({ name: phase.name, unit: 'operations', atOnce }, size, measuredRounds))
  }
  return figures
}

/** Who begins changes from round to round. */
export function inTurn(index: number): ('bare' | 'porthor')[] {
  return index % 2 === 0 ? ['bare', 'porthor'] : ['porthor', 'bare']
}

async function secondsFor(
  size: number,
  atOnce: number,
  operate: (index: number) => Promise<unknown>,
): Promise<number> {
  const begun = performance.now()
  let next = 0
  const lane = async () => {
    while (next < size) await operate(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return (performance.now() - begun) / 1000
}
