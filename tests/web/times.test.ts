import { expect, it } from 'vitest'
import { relativeTime } from '../../web/src/format/time.ts'

const NOW = 1_800_000_000
const DAY = 86_400

it.each([
  ['just now', 0],
  ['just now', -59],
  ['in less than a minute', 59],
  ['1 minute ago', -119],
  ['1 hour ago', -7_199],
  // Not "yesterday", which it may not be.
  ['1 day ago', -2 * DAY + 1],
  // As it was chosen, some seconds ago.
  ['in 7 days', 7 * DAY - 5],
  ['in 90 days', 90 * DAY - 5],
  ['in 6 months', 180 * DAY],
  ['in 1 year', 365 * DAY],
])('%s: %i seconds from now', (words, difference) => {
  expect(relativeTime(NOW + difference, NOW)).toBe(words)
})
