import type { Config } from '../../src/config/index.ts'
import type { Family } from '../support/family.ts'
import type { SavedState } from '../support/saved-state.ts'
import type { Snapshot } from '../support/store-snapshot.ts'

/** Where a process is killed. */
export interface CrashPoint {
  /** Number of the step in the order in which they are taken, from 0; that after the last is the answer to the caller. */
  readonly step: number
  /** Before it is sent; as soon as it has been sent; or when its answer is here, and nobody has looked at it. */
  readonly moment: Moment
}

export type Moment = 'before' | 'during' | 'after'

/** An operation that has been run once to its end, undisturbed. */
export interface Recording {
  readonly operation: string
  /** The time at which it runs, again and again: milliseconds since the epoch, and how far that is ahead, in seconds. */
  readonly time: Time
  readonly family: Family
  /** What its preparation gave it. */
  readonly prepared: unknown
  /** What both stores hold when it begins. */
  readonly state: SavedState
  readonly before: Snapshot
  /** What they hold when it has ended. */
  readonly after: Snapshot
  /** What it sends, in order. */
  readonly steps: readonly RecordedStep[]
  /** Tokens that somebody holds when it begins, as texts. */
  readonly held: readonly string[]
}

export interface RecordedStep {
  readonly text: string
  /** Whether it may change what others see: COMMIT, and what Redis does not only read. */
  readonly changes: boolean
  /** Whether another step was under way when this one began. */
  readonly overlaps: boolean
}

export interface Time {
  readonly milliseconds: number
  readonly offsetSeconds: number
}

/** What a process is asked to do, one after the other; it answers each but the last with a `Reply`. */
export type Order =
  | { kind: 'open'; config: Config; time: Time | null }
  | { kind: 'record'; operation: string }
  | { kind: 'check'; recording: Recording; dead: number; answered: readonly string[] | null }
  | { kind: 'crash'; recording: Recording; point: CrashPoint }
  | { kind: 'close' }

export type Reply =
  | { kind: 'done' }
  | { kind: 'recorded'; recording: Recording }
  | { kind: 'checked'; violations: readonly string[] }
  /** The operation has answered; with the texts of the tokens in it. */
  | { kind: 'answered'; tokens: readonly string[] }
  /** The operation took fewer steps than were recorded. */
  | { kind: 'survived' }
  | { kind: 'failed'; error: string }
