import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJsonBody, UnsupportedMediaTypeError } from './json-body.ts'
import { ValidationError } from './validation.ts'

const parse = (text: string, type?: string) => parseJsonBody(Buffer.from(text), type)

describe('a JSON body', () => {
  it.each([
    undefined,
    '',
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/vnd.example+json',
  ])('is read as %s', (type) => expect(parse(' {"a":1} ', type)).toEqual({ a: 1 }))

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'text/json', 'nonsense'])(
    'is not read as %s',
    (type) => expect(() => parse('{"a":1}', type)).toThrow(UnsupportedMediaTypeError),
  )

  it('may be empty, of whatever type', () => {
    expect(parse('', 'text/plain')).toBeUndefined()
    expect(parseJsonBody(undefined, undefined)).toBeUndefined()
  })

  it('takes the last of several values of one key', () => {
    expect(parse('{"a":1,"a":2}')).toEqual({ a: 2 })
  })

  it.each([
    ['{', 1],
    ['a=b', 0],
    ['{"a":1}{"b":2}', 7],
    ['{"a":1,}', 7],
  ])('that is none is named with its place: %s', (text, place) => {
    expect(findings(text)).toEqual([
      { type: 'json_invalid', loc: ['body', place], msg: 'The body is not JSON', input: {} },
    ])
  })

  it('that is nested too deeply is refused before it is read, with the place', () => {
    // Of these some end the whole process where they are read.
    for (const piece of ['[', '{"a":', '[1,', '[{"a":1,"b":'])
      expect(findings(`${piece.repeat(100_000)}"`)).toMatchObject([
        { type: 'json_invalid', msg: 'The body is nested too deeply' },
      ])
    expect(findings('['.repeat(65))).toMatchObject([{ loc: ['body', 64] }])
  })

  it('must be UTF-8', () => {
    const read = () => parseJsonBody(Buffer.from('eyJ0b2tlbl9uYW1lIjogIv8ifQ==', 'base64'), undefined)
    expect(read).toThrow(ValidationError)
  })

  it('is JSON or refused, and never quoted', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = findings(`canary${text}`)
        expect(found).toHaveLength(1)
        expect(JSON.stringify(found)).not.toContain('canary')
      }),
    )
  })
})

function findings(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    return (error as ValidationError).findings
  }
}
