import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidCursorError } from './errors.ts'
import { formatHistoryCursor, parseHistoryCursor } from './history-cursor.ts'

describe('a cursor of the history', () => {
  it('is read as it was written', () => {
    const cursor = fc.record({
      eventTime: fc.integer({ min: 0, max: 253_402_300_799 }),
      id: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      backward: fc.boolean(),
    })
    fc.assert(
      fc.property(cursor, (cursor) => {
        expect(parseHistoryCursor(formatHistoryCursor(cursor))).toEqual(cursor)
      }),
    )
  })

  it.each([
    ['1614985055_4234', { eventTime: 1_614_985_055, id: 4234, backward: false }],
    ['p1614985055_4234', { eventTime: 1_614_985_055, id: 4234, backward: true }],
    ['0_0', { eventTime: 0, id: 0, backward: false }],
  ])('%s is understood', (text, cursor) => {
    expect(parseHistoryCursor(text)).toEqual(cursor)
  })

  it.each([
    '',
    'p',
    '_',
    'x',
    '1',
    '1_',
    '_1',
    'pp1_2',
    'P1_2',
    '-1_2',
    '1.5_2',
    '1_2_3',
    '1_2\n',
    '\u0661_2',
  ])('%j is refused', (text) => {
    expect(() => parseHistoryCursor(text)).toThrow(InvalidCursorError)
  })

  it.each(['253402300800_1', '1_2147483648', `${'9'.repeat(400)}_1`])('%.30s cannot be', (text) => {
    expect(() => parseHistoryCursor(text)).toThrow(InvalidCursorError)
  })
})
