import type { Alternative } from './recording.ts'

/** An exchange that Porthor answers otherwise than the reference on purpose, beyond what its `defect` accepts. */
export interface Departure {
  /** The file, without `.json`. */
  readonly file: string
  /** The exchange's name. */
  readonly exchange: string
  /** What is wrong with the recorded answer, and why Porthor's is right. */
  readonly reason: string
  /** What Porthor answers instead: only what is named here is compared. */
  readonly answer: Alternative
}

/** All of them. Each is checked: an exchange in this list that is answered as recorded fails the tests. */
export const departures: readonly Departure[] = []
