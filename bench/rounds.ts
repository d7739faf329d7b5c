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

export interface MeasureOptions extends Pick<Options, 'rounds' | 'warmUps' | 'shrink'> {
  atOnce: number
  load(seeds: Seed[]): Promise<void>
}

/** Measures one phase in rounds, in turn: whatever else the machine does meets both alike. */
export async function measure(pair: Pair, phase: Phase, options: MeasureOptions): Promise<Figure> {
  const { atOnce, rounds, warmUps, shrink, load } = options
  const size = Math.ceil((phase.size * (atOnce > 1 ? SEVERAL : 1)) / shrink)
  const plan = phase.plan(size * (warmUps + rounds))
  await load(plan.seeds)

  const measured: Round[] = []
  for (let index = 0; index < warmUps + rounds; index++) {
    const round: Round = { bare: 0, porthor: 0 }
    for (const name of inTurn(index)) {
      const operate = (offset: number) => plan.operate(pair[name], index * size + offset)
      round[name] = await secondsFor(size, atOnce, operate)
    }
    if (index >= warmUps) measured.push(round)
  }
  return figureOf({ name: phase.name, unit: 'operations', atOnce }, size, measured)
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
