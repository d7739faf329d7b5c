import { expect, it } from 'vitest'
import { relativeTime } from '../../web/src/format/time.ts'

const NOW = 1_800_000_000
const DAY = 86_400

const words = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

it.each([
  [-1, 'minute', -119],
  [-1, 'hour', -7_199],
  // Not "yesterday", which it may not be.
  [-1, 'day', -2 * DAY + 1],
  // As it was chosen, some seconds ago.
  [7, 'days', 7 * DAY - 5],
  [90, 'days', 90 * DAY - 5],
  [6, 'months', 180 * DAY],
  [1, 'year', 365 * DAY],
] as const)('%i %s: %i seconds from now', (count, unit, difference) => {
  expect(relativeTime(NOW + difference, NOW)).toBe(words.format(count, unit))
})

it('less than a minute is not counted', () => {
  expect([0, -59, 59].map((difference) => relativeTime(NOW + difference, NOW))).toEqual([
    'just now',
    'just now',
    'in less than a minute',
  ])
})
