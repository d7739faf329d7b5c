import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTimestamp, timestampText } from './schema.ts'

describe('a timestamp', () => {
  it('comes back from its text, for every second that it can hold', () => {
    const seconds = fc.integer({ min: Date.UTC(1, 0, 1) / 1000, max: 253_402_300_799 })
    fc.assert(
      fc.property(seconds, (seconds) => {
        expect(readTimestamp(timestampText(seconds))).toBe(seconds)
      }),
    )
  })

  it('is written in UTC, and read with its fraction cut', () => {
    expect(timestampText(1_700_000_000)).toBe('2023-11-14 22:13:20')
    expect(readTimestamp('2023-11-14 22:13:20.999999')).toBe(1_700_000_000)
    expect(readTimestamp('1969-12-31 23:59:59')).toBe(-1)
  })
})
