import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACTOR_PATTERN, isBotUsername, isUsername } from './usernames.ts'

// spec/tokens.md §6.1
const VALID = ['ab', '7up', '1a', 'bot-1', 'x-yz', 'a-1b', 'alice', 'bot-alice', 'a-b-cd', 'a'.repeat(64)]
const INVALID = [
  ...['', 'a', 'a1', 'b2', 'a-b', 'a-1', '1-a', '1234567', '<bootstrap>', 'in+valid', ' invalid', 'invalid '],
  ...['in/valid', 'in@valid', '-invalid', 'invalid-', 'in--valid', 'Alice', 'älice', 'alice\n', '\nalice'],
  ...['al\nice', 'alice.b', 'alice_b', 'a'.repeat(65)],
]

describe('a username', () => {
  it.each(VALID)('may be %s', (username) => {
    expect(isUsername(username)).toBe(true)
    expect(ACTOR_PATTERN.test(username)).toBe(true)
  })

  it.each(INVALID)('cannot be %j', (username) => {
    expect(isUsername(username)).toBe(false)
  })

  it('is what the rule says in words', () => {
    const near = fc.stringMatching(/^[a-c0-1-]{0,7}$/)
    fc.assert(
      fc.property(near, (username) => {
        const hyphensInside = !/^-|-$|--/.test(username)
        const letters = [...username.matchAll(/[a-z]/g)].map(({ index }) => index)
        const letterInPlace = letters.some((place) => place > 0 && username[place - 1] !== '-')
        expect(isUsername(username)).toBe(hyphensInside && letterInPlace)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a bot', () => {
  it.each(['bot-1', 'bot-alice', 'bot-a-b'])('is %s', (username) => {
    expect(isBotUsername(username)).toBe(true)
  })

  it.each(['bot', 'bot-', 'bot--a', 'alice', 'robot-a', 'Bot-a', 'bot-a\n', `bot-${'a'.repeat(64)}`])(
    'is not %j',
    (username) => {
      expect(isBotUsername(username)).toBe(false)
    },
  )
})

describe('an actor', () => {
  it.each(['<bootstrap>', '<internal>', 'alice'])('may be %s', (actor) => {
    expect(ACTOR_PATTERN.test(actor)).toBe(true)
  })

  it.each(['<>', '<Internal>', '<internal', 'internal>', '<a><b>', '<internal>\n', 'a'])(
    'cannot be %j',
    (actor) => {
      expect(ACTOR_PATTERN.test(actor)).toBe(false)
    },
  )
})
