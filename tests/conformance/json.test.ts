import { describe, expect, it } from 'vitest'
import { ExactNumber, isInteger, isSameNumber, type Json, parseJson, writeJson } from './json.ts'

function numbers(text: string): (number | ExactNumber)[] {
  return (parseJson(`[${text}]`) as Json[]).filter((n) => typeof n === 'number' || n instanceof ExactNumber)
}

describe('a number', () => {
  it('is written as it was read', () => {
    const text = '{"a":[1,-1,0.5,4.0,1e+18,1E3,-0,1180591620717411303424,9007199254740993]}'
    expect(writeJson(parseJson(text))).toBe(text)
  })

  it('is an integer only if written as one', () => {
    expect(numbers('7,-7,1180591620717411303424').map(isInteger)).toEqual([true, true, true])
    expect(numbers('7.0,7.5,1e3,1e+21').map(isInteger)).toEqual([false, false, false, false])
    expect(['7', null, true].map(isInteger)).toEqual([false, false, false])
  })

  it.each([
    ['8', '8.0', true],
    ['1000', '1e3', true],
    ['8', '8.5', false],
    ['9007199254740993', '9007199254740992', false],
    ['9007199254740993', '9007199254740992.0', false],
    ['1180591620717411303424', '1180591620717411303424', true],
  ])('%s and %s are the same: %s', (one, other, same) => {
    const [a = 0, b = 1] = numbers(`${one},${other}`)
    expect(isSameNumber(a, b)).toBe(same)
    expect(isSameNumber(b, a)).toBe(same)
  })
})
