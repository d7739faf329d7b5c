import { describe, expect, it } from 'vitest'
import { csvLine } from './csv.ts'

describe('a line of CSV', () => {
  it('has its fields between commas, and ends as the RFC has it', () => {
    expect(csvLine(['a', null, 'b c', ''])).toBe('a,,b c,\r\n')
  })

  it('quotes what would be taken for another field or line', () => {
    expect(csvLine(['a,b', 'say "x"', 'two\nlines', 'one\rline', 'x;=1', 'x\t=1'])).toBe(
      '"a,b","say ""x""","two\nlines","one\rline","x;=1","x\t=1"\r\n',
    )
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '－1'])(
    'makes no formula of %j',
    (text) => expect(csvLine([text])).toMatch(/^"?'/),
  )

  it('leaves what only holds such a character', () => {
    expect(csvLine(['a=b', '1-2', "it's"])).toBe("a=b,1-2,it's\r\n")
  })
})
