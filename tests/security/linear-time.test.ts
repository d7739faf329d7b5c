import { describe, expect, it } from 'vitest'
import { type Parser, parsers } from './parser-list.ts'

/** What a header may hold, and four times as much: a body may hold more. */
const SHORT = 8 * 1024
const LONG = 4 * SHORT
/** Four times as much may take four times as long, by the square it would be 16 times: between them. */
const ALLOWED_GROWTH = 8
/** Below this a measurement says nothing: milliseconds. */
const NOISE = 3
const ATTEMPTS = 4

/** What is repeated: what some rule allows any number of, alone and in turns. */
const PIECES = [
  ...[
    '1',
    'a',
    'A',
    ' ',
    '\t',
    '.',
    ',',
    ':',
    ';',
    '-',
    '_',
    '=',
    '/',
    '\\',
    '"',
    "'",
    '%',
    '+',
    '&',
    '?',
    '@',
    '#',
  ],
  ...['[', '{', '<', '(', '0', '\0', 'é', '\u{1F600}', '\uD800', '*', '~', '|'],
  ...[
    '1.',
    '1:',
    '1,',
    'a.',
    'a-',
    '-a',
    'a:',
    'a=',
    'a,',
    'a ',
    ' a',
    '::',
    '1::',
    '1w',
    '1d ',
    '1 ',
    '..',
    ', ',
  ],
  ...[
    '; ',
    '="',
    '://',
    '://a:',
    '%20',
    '%2',
    'bearer ',
    'basic ',
    'gt-',
    'gAAAA',
    '/login/link/',
    ';q=',
    '<>',
  ],
  ...['[{', '[1,', '{"a":', '"a",', 'a=1&', 'gafaelfawr=', '\\"', '\\u0000', '>;', '="";'],
]
/** What makes it fail at the very end, after which it may begin anew. */
const TAILS = ['', '!', 'x', '\0', '"', ' ']

describe('a text that is four times as long takes no more than about four times as long', () => {
  it.each(parsers.map((parser) => [parser.name, parser] as const))(
    '%s',
    (_, parser) => {
      expect(slowTexts(parser)).toEqual([])
    },
    120_000,
  )

  it('which is noticed where it takes the square', () => {
    const squared: Parser = {
      ...{ name: 'numbers', heads: [''] },
      valid: parsers[0]?.valid as Parser['valid'],
      read: (text) => void /^\d+\.?\d*$/.test(text.slice(-text.length / 2)),
    }
    expect(slowTexts(squared)).not.toEqual([])
  })
})

/** The first texts whose time grows too fast, described. */
function slowTexts(parser: Parser): string[] {
  return [...eachSlowText(parser).take(3)]
}

function* eachSlowText(parser: Parser): Generator<string> {
  for (const head of new Set(['', ...(parser.heads ?? [])])) {
    for (const piece of PIECES) {
      const tail = TAILS.find((one) => isSlow(parser, (length) => repeated(head, piece, one, length)))
      if (tail !== undefined) yield [head, piece, tail].map((text) => JSON.stringify(text)).join(' … ')
    }
  }
}

/** Whether even the best of some measurements of each says so: what else happens only ever adds to one. */
function isSlow(parser: Parser, make: (length: number) => string): boolean {
  const [short, long] = [make(SHORT), make(LONG)]
  const best = { short: Number.POSITIVE_INFINITY, long: Number.POSITIVE_INFINITY }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    best.long = Math.min(best.long, timeOf(parser, long))
    if (best.long <= ALLOWED_GROWTH * NOISE) return false
    best.short = Math.min(best.short, timeOf(parser, short))
  }
  return best.long > ALLOWED_GROWTH * best.short
}

/** Milliseconds of this thread, whatever else runs; whether the text is refused is no matter here. */
function timeOf({ read }: Parser, text: string): number {
  const begun = process.threadCpuUsage()
  try {
    read(text)
  } catch {
    // Of what takes too long nobody waits for the reason.
  }
  const { user, system } = process.threadCpuUsage(begun)
  return (user + system) / 1_000
}

function repeated(head: string, piece: string, tail: string, length: number): string {
  return head + piece.repeat(Math.ceil(length / piece.length)) + tail
}
