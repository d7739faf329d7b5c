/** The time, passed in wherever it is needed, so that tests can move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  milliseconds(): number
  /** How far this clock runs ahead of the machine's, in seconds; added to the database's clock too. Zero in production. */
  offsetSeconds(): number
}

export const systemClock: Clock = {
  milliseconds: () => Date.now(),
  offsetSeconds: () => 0,
}

/**
 * A clock that runs ahead of the machine's.
 *
 * @param offsetSeconds - Asked anew at each look at the clock: seconds, whole.
 */
export function shiftedClock(offsetSeconds: () => number): Clock {
  return {
    milliseconds: () => Date.now() + offsetSeconds() * 1000,
    offsetSeconds,
  }
}

/** Whole seconds since the epoch, the fraction cut (spec/tokens.md §4.1). */
export function nowSeconds(clock: Clock): number {
  return Math.floor(clock.milliseconds() / 1000)
}
