import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../models/clock.ts'
import { Token } from '../models/token.ts'
import {
  collectList,
  parseCount,
  parseExpiry,
  parseMoment,
  parseNamedToken,
  parsePort,
  parsePositive,
  parseSeconds,
  parseUsername,
  resolveExpiry,
  resolvePast,
} from './arguments.ts'
import { UsageError } from './exit-codes.ts'

const NOW = 1_700_000_000
const clock: Clock = { milliseconds: () => NOW * 1000 + 999, offsetSeconds: () => 0 }

describe('the name of a token', () => {
  const token = Token.generate()

  it('is its key', () => {
    expect(parseNamedToken(token.key)).toEqual({ key: token.key, token: null })
  })

  it('is the whole token', () => {
    expect(parseNamedToken(token.toString())).toEqual({ key: token.key, token })
  })

  it('is nothing else, and the error does not repeat what may be a secret', () => {
    const damaged = token.toString().slice(0, -1)
    expect(() => parseNamedToken(damaged)).toThrow(UsageError)
    expect(() => parseNamedToken(damaged)).not.toThrow(token.secret.slice(0, 8))
  })
})

describe('an expiry', () => {
  it.each([
    ['never', null],
    ['90d', NOW + 90 * 86_400],
    ['1d 6h', NOW + 30 * 3_600],
    ['2027-01-31', Date.UTC(2027, 0, 31) / 1000],
    ['2027-01-31T12:00:00+02:00', Date.UTC(2027, 0, 31, 10) / 1000],
  ])('of %s is read', (text, seconds) => {
    expect(resolveExpiry(parseExpiry(text), clock)).toBe(seconds)
  })

  it.each(['3600', '1800000000', '-5', '1.5', '', 'soon', '2027-02-30', '5x'])(
    'of "%s" is refused',
    (text) => {
      expect(() => parseExpiry(text)).toThrow(InvalidArgumentError)
    },
  )
})

describe('a time that has passed', () => {
  it('counts back from now, or is a date', () => {
    expect(resolvePast(parseMoment('7d'), clock)).toBe(NOW - 7 * 86_400)
    expect(resolvePast(parseMoment('2020-01-01'), clock)).toBe(Date.UTC(2020, 0, 1) / 1000)
  })

  it('is not never', () => {
    expect(() => parseMoment('never')).toThrow(InvalidArgumentError)
  })
})

describe('other arguments', () => {
  it('that are lists may be given in several options, with commas, or empty', () => {
    expect(collectList('b, c', collectList('a'))).toEqual(['a', 'b', 'c'])
    expect(collectList('')).toEqual([])
  })

  it('that are numbers must be whole', () => {
    expect([parseCount('0'), parsePositive('1'), parsePort('65535')]).toEqual([0, 1, 65_535])
    for (const text of ['-1', '1.5', 'x', '', '1e3'])
      expect(() => parseCount(text)).toThrow(InvalidArgumentError)
    expect(() => parsePositive('0')).toThrow(InvalidArgumentError)
    expect(() => parsePort('65536')).toThrow(InvalidArgumentError)
  })

  it('that are durations come out in seconds', () => {
    expect(parseSeconds('1h 30m')).toBe(5_400)
    expect(() => parseSeconds('an hour')).toThrow(InvalidArgumentError)
  })

  it('that are usernames are checked', () => {
    expect(parseUsername('alice')).toBe('alice')
    expect(() => parseUsername('Alice')).toThrow(InvalidArgumentError)
  })
})
