import { DurationCounts } from './metrics/duration-counts.ts'

/** What a process has done since it began: numbers that only grow. */
export interface ActivityTotals {
  /** Decisions of the gate about a credential. */
  verifications: number
  /** Those of them for which nothing had to be read. */
  memoryHits: number
  /** Those of them that were refusals, by the code of the error. */
  refusals: ReadonlyMap<string, number>
}

/** What happens to an attempt to log in: it was refused to the person, or failed for a reason that is not theirs. */
export type LoginEvent = 'begun' | 'succeeded' | 'refused' | 'failed'

/** From a decision made of what is in memory to one that a store has taken its time over: seconds. */
const DECISION_BOUNDS = [
  ...[0.000_002_5, 0.000_005, 0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5],
  ...[0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5],
]

/** Counts what the gate decides, and logins. */
export class Activity implements ActivityTotals {
  verifications = 0
  memoryHits = 0
  readonly refusals = new Map<string, number>()
  /** How long these decisions took. */
  readonly durations = new DurationCounts(DECISION_BOUNDS)
  /** Decisions about no credential, by the code of the error, or by what passes without one. */
  readonly others = new Map<string, number>()
  /** By the login provider: by what happened. */
  readonly logins = new Map<LoginEvent, number>()

  /**
   * @param code - Of the error with which it was refused; null: it may pass.
   * @param seconds - How long it took.
   */
  decided(code: string | null, { fromMemory, seconds }: { fromMemory: boolean; seconds: number }): void {
    this.verifications++
    if (fromMemory) this.memoryHits++
    if (code !== null) addTo(this.refusals, code)
    this.durations.add(seconds)
  }

  /** @param outcome - The code of an error, `anonymous` or `options`. */
  decidedWithoutCredential(outcome: string): void {
    addTo(this.others, outcome)
  }

  login(event: LoginEvent): void {
    addTo(this.logins, event)
  }
}

function addTo<Name extends string>(counts: Map<Name, number>, name: Name): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
