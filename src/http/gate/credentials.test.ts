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
