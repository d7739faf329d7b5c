import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Token } from '../../models/token.ts'
import { HeaderTokens } from './credentials.ts'
import { withoutTokens } from './reflection.ts'

const token = fc.constant(null).map(() => Token.generate().toString())
const space = fc.stringMatching(/^[ \t]{0,3}$/)
const word = fc.oneof(token, fc.string({ maxLength: 10 }))
const basic = fc.array(word, { maxLength: 3 }).map((words) => Buffer.from(words.join(':')).toString('base64'))
const header = fc
  .tuple(
    space,
    fc.constantFrom('Bearer', 'bearer', 'Basic', 'BASIC', 'Token'),
    space,
    fc.oneof(word, basic),
    space,
  )
  .map((parts) => parts.join(''))

it('a header is read anew until it is to be remembered', () => {
  const tokens = new HeaderTokens()
  const text = `Bearer ${Token.generate()}`
  const read = () => tokens.read([text], [])
  const first = read()
  expect(read()).not.toBe(first)
  expect(read()).toEqual(first)
  if (first) tokens.remember(first)
  expect(read()).toBe(first)
})

it('a header that is longer than clients send is never remembered, nor one of several', () => {
  const tokens = new HeaderTokens()
  const token = Token.generate().toString()
  for (const headers of [[`Bearer ${' '.repeat(300)}${token}`], [`Bearer ${token}`, `Bearer ${token}`]]) {
    const read = tokens.read(headers, [])
    expect(read).not.toBeNull()
    if (read) tokens.remember(read)
    expect(tokens.read(headers, [])).not.toBe(read)
  }
})

it.each(['Basic', 'basic', 'Bearer', 'Unknown'])('a token under %s is a secret, as it stands', (scheme) => {
  expect(withoutTokens([`${scheme} ${Token.generate()}`])).toEqual([])
})

it('a header from which a token is read is never one that the guarded service may see', () => {
  let read = 0
  fc.assert(
    fc.property(header, (text) => {
      const tokens = new HeaderTokens()
      try {
        if (!tokens.read([text], [])) return
      } catch {
        return
      }
      read++
      expect(withoutTokens([text])).toEqual([])
    }),
    { numRuns: 2_000 },
  )
  expect(read).toBeGreaterThan(100)
})
