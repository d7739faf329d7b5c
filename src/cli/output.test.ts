import { describe, expect, it } from 'vitest'
import { collector } from '../../tests/cli/collector.ts'
import {
  counted,
  JsonArrayWriter,
  printable,
  timeText,
  writeFields,
  writeJson,
  writeTable,
} from './output.ts'

describe('a table', () => {
  it('has a heading, aligned columns, and no blanks at the ends of lines', () => {
    const stream = collector()
    writeTable(
      stream,
      ['key', 'user'],
      [
        ['abc', 'alice'],
        ['d', null],
      ],
    )
    expect(stream.text()).toBe('KEY  USER\nabc  alice\nd    -\n')
  })

  it('of nothing is its heading', () => {
    const stream = collector()
    writeTable(stream, ['key', 'user'], [])
    expect(stream.text()).toBe('KEY  USER\n')
  })

  it('does not let what is stored steer the terminal', () => {
    const stream = collector()
    writeTable(stream, ['name'], [['\u001b[2Jred\u0007']])
    expect(stream.text()).toBe('NAME\n\u{FFFD}[2Jred\u{FFFD}\n')
  })
})

describe('fields', () => {
  it('are aligned', () => {
    const stream = collector()
    writeFields(stream, [
      ['Key', 'abc'],
      ['Expires', null],
    ])
    expect(stream.text()).toBe('Key      abc\nExpires  -\n')
  })
})

describe('JSON', () => {
  it('is one document', () => {
    const stream = collector()
    writeJson(stream, { a: [1] })
    expect(JSON.parse(stream.text())).toEqual({ a: [1] })
    expect(stream.text()).toMatch(/\n$/)
  })

  it.each([{ members: [] }, { members: [{ a: 1 }] }, { members: [1, 'two', null] }])(
    'that is written as it comes is one array: $members',
    ({ members }) => {
      const stream = collector()
      const array = new JsonArrayWriter(stream)
      for (const member of members) array.add(member)
      array.end()
      expect(JSON.parse(stream.text())).toEqual(members)
    },
  )
})

describe('texts', () => {
  it('of times are ISO 8601', () => {
    expect(timeText(1_700_000_000)).toBe('2023-11-14T22:13:20Z')
    expect(timeText(null)).toBe('never')
  })

  it('of counts agree in number', () => {
    expect([counted(0, 'token'), counted(1, 'token'), counted(2, 'entry', 'entries')]).toEqual([
      '0 tokens',
      '1 token',
      '2 entries',
    ])
  })

  it('keep letters of all scripts', () => {
    expect(printable('Grüße, 世界')).toBe('Grüße, 世界')
  })
})
