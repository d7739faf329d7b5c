import { dependent, type Footprint } from './footprint.ts'
import type { TakenStep } from './schedule.ts'

/** Who went on at each place of one order of steps; chooses, and then shows what came of it. */
export interface Exploration {
  /** Who is to go on; null: what follows has been seen in another order. */
  choose(choices: ReadonlyMap<number, Footprint>): number | null
  /** The run is over. @returns Whether there is another order to try. */
  finish(steps: readonly TakenStep[]): boolean
}

interface Place {
  readonly choices: ReadonlyMap<number, Footprint>
  chosen: number
  /** Those that were chosen here, in this run or an earlier one. */
  readonly done: Set<number>
  /** Those that have to be chosen here as well. */
  readonly wanted: Set<number>
  /** What they would do next was done in an earlier run, and nothing that has happened since could tell. */
  readonly asleep: ReadonlySet<number>
}

/**
 * Dynamic partial-order reduction (Flanagan and Godefroid, "Dynamic partial-order reduction for model checking software",
 * POPL 2005) with sleep sets: of all orders of steps that differ only in the order of independent ones, one is run. A race,
 * two dependent steps of which the second could have come first, makes another run necessary.
 */
export class PartialOrderExploration implements Exploration {
  readonly #places: Place[] = []
  #depth = 0
  #pruned = false

  choose(choices: ReadonlyMap<number, Footprint>): number | null {
    if (this.#pruned) return null
    const planned = this.#places[this.#depth]
    if (planned) {
      this.#depth++
      // The same operations on the same stores take the same steps.
      return choices.has(planned.chosen) ? planned.chosen : this.#prune()
    }
    const asleep = this.#asleepNow(choices)
    const previous = this.#places.at(-1)?.chosen
    const awake = [...choices.keys()].filter((actor) => !asleep.has(actor))
    const [first] = awake
    if (first === undefined) return this.#prune()
    const chosen = previous !== undefined && awake.includes(previous) ? previous : first
    this.#places.push({ choices, chosen, done: new Set([chosen]), wanted: new Set([chosen]), asleep })
    this.#depth++
    return chosen
  }

  finish(steps: readonly TakenStep[]): boolean {
    this.#wantRaces(steps)
    this.#depth = 0
    this.#pruned = false
    for (;;) {
      const place = this.#places.at(-1)
      if (!place) return false
      const next = [...place.wanted].find((actor) => !place.done.has(actor) && !place.asleep.has(actor))
      if (next !== undefined) {
        place.done.add(next)
        place.chosen = next
        return true
      }
      this.#places.pop()
    }
  }

  #prune(): null {
    this.#pruned = true
    return null
  }

  #asleepNow(choices: ReadonlyMap<number, Footprint>): Set<number> {
    const before = this.#places.at(-1)
    if (!before) return new Set()
    const step = before.choices.get(before.chosen) ?? []
    const candidates = [...before.asleep, ...before.done].filter((actor) => actor !== before.chosen)
    return new Set(
      candidates.filter((actor) => {
        const next = before.choices.get(actor)
        return next !== undefined && choices.has(actor) && !dependent(next, step)
      }),
    )
  }

  /** For each step: the last one of another actor that it depends on, and that has not led to it anyway. */
  #wantRaces(steps: readonly TakenStep[]): void {
    const clocks = clocksOf(steps)
    for (const [later, step] of steps.entries()) {
      for (let earlier = later - 1; earlier >= 0; earlier--) {
        const other = steps[earlier] as TakenStep
        if (other.actor === step.actor || !dependent(other.footprint, step.footprint)) continue
        const ownBefore = steps.slice(0, later).findLastIndex(({ actor }) => actor === step.actor)
        if (ownBefore >= 0 && (clocks[ownBefore] as Set<number>).has(earlier)) continue
        this.#want(earlier, step.actor)
        break
      }
    }
  }

  #want(index: number, actor: number): void {
    const place = this.#places[index]
    if (!place) return
    if (place.choices.has(actor)) place.wanted.add(actor)
    else for (const other of place.choices.keys()) place.wanted.add(other)
  }
}

/** For each step those that happened before it: its actor's own, those it depends on, and what came before these. */
function clocksOf(steps: readonly TakenStep[]): Set<number>[] {
  const clocks: Set<number>[] = []
  for (const [later, step] of steps.entries()) {
    const before = new Set([later])
    for (let earlier = 0; earlier < later; earlier++) {
      const other = steps[earlier] as TakenStep
      if (other.actor !== step.actor && !dependent(other.footprint, step.footprint)) continue
      for (const one of clocks[earlier] as Set<number>) before.add(one)
    }
    clocks.push(before)
  }
  return clocks
}
