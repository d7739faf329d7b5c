import { setTimeout as sleep } from 'node:timers/promises'

/** The clock of the server that is replayed against. */
export interface ReplayClock {
  /** Seconds since the epoch, with their fraction. */
  now(): number
  /** Lets seconds pass. */
  wait(seconds: number): Promise<void>
}

/** For a server that goes by the machine's clock: waiting takes its time. */
export const machineClock: ReplayClock = {
  now: () => Date.now() / 1000,
  wait: (seconds) => sleep(seconds * 1000),
}

/**
 * For a server whose clock can be moved: waiting takes no time. One clock for all files that are replayed on the same
 * server, since it stays ahead.
 *
 * @param advance - Moves the server's clock ahead, by whole seconds.
 * @param base - What the server's clock shows until it is first moved.
 */
export function movedClock(
  advance: (seconds: number) => Promise<void> | void,
  base: () => number = machineClock.now,
): ReplayClock {
  let aheadSeconds = 0
  return {
    now: () => base() + aheadSeconds,
    async wait(seconds) {
      const whole = Math.ceil(seconds)
      await advance(whole)
      aheadSeconds += whole
    },
  }
}
