import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration } from './duration.ts'

const names = [
  ['weeks', 'week', 'w'],
  ['days', 'day', 'd'],
  ['hours', 'hour', 'hr', 'h'],
  ['minutes', 'minute', 'mins', 'min', 'm'],
  ['seconds', 'second', 'secs', 'sec', 's'],
]
const seconds = [604_800, 86_400, 3_600, 60, 1]

describe('a duration', () => {
  it.each([
    ['30d', 2_592_000],
    ['1d6h23m', 109_380],
    ['4h 3minutes', 14_580],
    ['5w4d', 3_369_600],
    [' 1 week ', 604_800],
    ['90', 90],
    ['1.5', 1.5],
    [600, 600],
    [0, 0],
    ['0s', 0],
  ])('%j is %d seconds', (text, expected) => {
    expect(parseDuration(text)).toBe(expected)
  })

  it.each([
    '',
    ' ',
    'd',
    '1x',
    '1 d ago',
    '-1d',
    '1h1d',
    '1d1d',
    '1.5d',
    '1D',
    '1e3',
    'Infinity',
    '9'.repeat(40),
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeNull()
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('%d is none', (value) => {
    expect(parseDuration(value)).toBeNull()
  })

  it('is the sum of its parts, whatever they are called and wherever blanks stand', () => {
    const part = (index: number) =>
      fc.option(
        fc.record({
          count: fc.nat(1000),
          name: fc.constantFrom(...(names[index] ?? [])),
          blank: fc.constantFrom('', ' ', '  '),
          after: fc.constantFrom('', ' '),
        }),
      )
    const parts = fc.tuple(part(0), part(1), part(2), part(3), part(4))
    const check = fc.property(parts, (found) => {
      fc.pre(found.some((given) => given !== null))
      const text = found.map((given) => given && `${given.count}${given.blank}${given.name}${given.after}`)
      const sum = found.reduce(
        (total, given, index) => total + (given?.count ?? 0) * (seconds[index] ?? 0),
        0,
      )
      expect(parseDuration(text.join(''))).toBe(sum)
    })
    fc.assert(check)
  })

  it('of any text is a number of 0 or more, or none', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789 .-wdhms'.split('')) })
    const check = fc.property(fc.oneof(text, fc.string()), (given) => {
      const found = parseDuration(given)
      expect(found === null || (found >= 0 && Number.isFinite(found))).toBe(true)
    })
    fc.assert(check)
  })
})
