import fc from 'fast-check'
import { expect, it } from 'vitest'
import { asciiJson, spacedAsciiJson } from './ascii-json.ts'

it('is JSON in ASCII, whatever it says', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const text of [asciiJson(value), spacedAsciiJson(value)]) {
        expect(text).toMatch(/^[\x20-\x7e]*$/)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      }
    }),
  )
})

it('has blanks where the reference puts them', () => {
  expect(spacedAsciiJson({ detail: [{ msg: 'a:b,ü', loc: ['query', 1], left: undefined }] })).toBe(
    '{"detail": [{"msg": "a:b,\\u00fc", "loc": ["query", 1]}]}',
  )
})
