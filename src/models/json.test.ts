import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson, parsePlainJson, placeTooDeep, stringifyJson } from './json.ts'

describe('JSON', () => {
  it('keeps integers of any size', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n }), (integer) => {
        const value = parseJson(`{"id":${integer}}`) as { id: number | bigint }
        expect(BigInt(value.id)).toBe(integer)
        expect(typeof value.id).toBe(Number.isSafeInteger(Number(integer)) ? 'number' : 'bigint')
        expect(stringifyJson(value)).toBe(`{"id":${integer}}`)
      }),
    )
  })

  it('is otherwise what everybody reads and writes', () => {
    // The text beside it has it read in the way that keeps long integers.
    const beside = (json: string) => `["9999999999999999",${json}]`
    fc.assert(
      fc.property(fc.json(), (json) => {
        fc.pre(!/\d{16}/.test(json))
        for (const text of [json, beside(json)]) {
          expect(parseJson(text)).toEqual(JSON.parse(text))
          expect(stringifyJson(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)))
        }
      }),
    )
  })

  it('leaves fractions, exponents and digits within texts alone', () => {
    const text = '[1.23456789012345678, 1e300, 1.5e20, "90071992547409931234"]'
    expect(parseJson(text)).toEqual(JSON.parse(text))
  })

  it('is refused where it is broken', () => {
    for (const text of ['', '{', '01', '12345678901234567890,'])
      expect(() => parseJson(text)).toThrow(SyntaxError)
  })

  it.each([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"]}":', '}]'],
  ])('may be 64 levels deep, not more: %s', (open, close) => {
    const levels = (open.match(/\[|\{/g) ?? []).length
    const nested = (times: number) => `${open.repeat(times)}1${close.repeat(times)}`
    expect(parsePlainJson(nested(64 / levels))).toEqual(JSON.parse(nested(64 / levels)))
    expect(parseJson(nested(64 / levels))).toEqual(JSON.parse(nested(64 / levels)))
    for (const parse of [parsePlainJson, parseJson])
      expect(() => parse(nested(64 / levels + 1))).toThrow(new SyntaxError('The JSON is nested too deeply'))
  })

  it('may hold as many brackets as it likes one after the other, and within texts', () => {
    const texts = ['['.repeat(100), `"${'['.repeat(100)}`, `\\"${'{'.repeat(100)}\\`]
    for (const value of [texts, Array.from({ length: 100 }, () => [{}])])
      expect(placeTooDeep(JSON.stringify(value))).toBeNull()
    expect(placeTooDeep(`["\\\\",${'['.repeat(64)}`)).toBe(69)
  })
})
