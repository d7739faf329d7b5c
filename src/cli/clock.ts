import { readFileSync } from 'node:fs'
import type { Environment } from '../config/environment.ts'
import { type Clock, shiftedClock, systemClock } from '../models/clock.ts'

/**
 * The machine's clock; for tests one that is ahead by the number of seconds in the file that `PORTHOR_CLOCK_OFFSET_FILE`
 * names, read at each look.
 */
export function clockOf(environment: Environment): Clock {
  const file = environment.PORTHOR_CLOCK_OFFSET_FILE
  return file ? shiftedClock(() => readOffset(file)) : systemClock
}

function readOffset(file: string): number {
  const offset = Number(readFileSync(file, 'utf8'))
  if (!Number.isSafeInteger(offset)) throw new Error(`${file} holds no whole number of seconds`)
  return offset
}
