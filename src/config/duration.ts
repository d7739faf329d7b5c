const UNITS: readonly { pattern: string; seconds: number }[] = [
  { pattern: 'weeks|week|w', seconds: 604_800 },
  { pattern: 'days|day|d', seconds: 86_400 },
  { pattern: 'hours|hour|hr|h', seconds: 3_600 },
  { pattern: 'minutes|minute|mins|min|m', seconds: 60 },
  { pattern: 'seconds|second|secs|sec|s', seconds: 1 },
]

const DURATION = new RegExp(
  `^\\s*${UNITS.map(({ pattern }) => `(?:(\\d+)\\s*(?:${pattern})\\s*)?`).join('')}$`,
)
const NUMBER = /^\s*\d+(\.\d+)?\s*$/

/**
 * Reads a duration as people write it: a number of seconds, or weeks, days, hours, minutes and seconds in that order
 * (`1d6h23m`, `5 weeks 4 days`), blanks allowed (spec/configuration.md §1).
 *
 * @returns Seconds, 0 or more; null if it is not a duration.
 */
export function parseDuration(value: number | string): number | null {
  if (typeof value === 'number') return finite(value)
  if (NUMBER.test(value)) return finite(Number(value))
  if (value.trim() === '') return null

  const counts = DURATION.exec(value)?.slice(1)
  if (!counts) return null
  return finite(UNITS.reduce((sum, unit, index) => sum + Number(counts[index] ?? 0) * unit.seconds, 0))
}

function finite(seconds: number): number | null {
  return seconds >= 0 && seconds <= Number.MAX_SAFE_INTEGER ? seconds : null
}
