import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidTokenError } from './errors.ts'
import { equalSecrets, secretDigest, Token } from './token.ts'

const KEY = 'AAECAwQFBgcICQoLDA0ODw'
const SECRET = 'EBESExQVFhcYGRobHB0eHw'
const ALPHABET = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']

const part = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'))

describe('the text of a token', () => {
  it('is parsed into key and secret, and written as it was', () => {
    const token = Token.parse(`gt-${KEY}.${SECRET}`)
    expect(token).toMatchObject({ key: KEY, secret: SECRET })
    expect(token.toString()).toBe(`gt-${KEY}.${SECRET}`)
    expect(Token.isToken(`gt-${KEY}.${SECRET}`)).toBe(true)
  })

  it('comes back from parsing whatever the key and secret', () => {
    fc.assert(
      fc.property(part, part, (key, secret) => {
        const token = new Token(key, secret)
        expect(token.toString()).toHaveLength(48)
        expect(Token.parse(token.toString())).toEqual(token)
      }),
    )
  })

  // spec/tokens.md §1, then what the reference lets through (§10).
  const malformed = [
    ...['', '.', KEY, 'gt-', 'gt-.', `gt-${KEY}`, `gt-${KEY}.`, `gt-.${SECRET}`, 'gt-NOT.VALID'],
    ...[`${KEY}.${SECRET}`, '.', 'NOT.VALID', `GT-${KEY}.${SECRET}`, `gc-${KEY}.${SECRET}`],
    ...[`gt-${KEY}.${SECRET} `, ` gt-${KEY}.${SECRET}`, `gt-${KEY}.${SECRET}\n`, `gt-${KEY}.${SECRET}=`],
    ...[`gt-${KEY}A.${SECRET}`, `gt-${KEY}.${SECRET}A`, `gt-${KEY}..${SECRET.slice(1)}`],
    ...[`gt-${'*'.repeat(22)}.${SECRET}`, `gt-${KEY}.${'é'.repeat(22)}`, `gt-${KEY}.${'+/'.repeat(11)}`],
    ...[`gt-${KEY}${SECRET}`, `gt-${KEY}.${SECRET.slice(1)}.`],
  ]
  it.each(malformed)('is refused where it is %j', (text) => {
    expect(() => Token.parse(text)).toThrow(InvalidTokenError)
    expect(Token.isToken(text)).toBe(false)
  })

  it('is either refused by both or accepted by both ways of asking', () => {
    const near = fc.stringMatching(/^(gt-)?[A-Za-z0-9_.-]{20,24}\.?[A-Za-z0-9_.-]{20,24}$/)
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        expect(Token.isToken(text)).toBe(parses(text))
      }),
    )
  })

  function parses(text: string): boolean {
    try {
      Token.parse(text)
      return true
    } catch {
      return false
    }
  }
})

describe('a token', () => {
  it('keeps its secret out of JSON', () => {
    const token = new Token(KEY, SECRET)
    expect(JSON.stringify({ token })).not.toContain(SECRET)
    expect(JSON.stringify({ token })).toContain(KEY)
  })

  it('does not name its secret in the error that refuses it', () => {
    const secret = `${SECRET}*`
    const error = (() => {
      try {
        return new Token(KEY, secret)
      } catch (error) {
        return error
      }
    })()
    expect(inspect(error)).not.toContain(SECRET)
  })

  it('is made of the random bytes that it is given, and of nothing else', () => {
    const zeros = (size: number) => Buffer.alloc(size)
    const token = Token.generate(zeros)
    expect(token.key).toBe('A'.repeat(22))
    expect(token.secret.slice(0, 17)).toBe('A'.repeat(17))
    expect(Token.generate(zeros)).toEqual(token)
  })

  it('is another one each time', () => {
    const tokens = Array.from({ length: 1_000 }, () => Token.generate())
    expect(new Set(tokens.map(({ key }) => key)).size).toBe(1_000)
    expect(new Set(tokens.map(({ secret }) => secret)).size).toBe(1_000)
  })

  it('has at least 100 random bits in its secret', () => {
    const asked: number[] = []
    Token.withKey(KEY, (size) => {
      asked.push(size)
      return randomBytes(size)
    })
    expect(asked.reduce((sum, size) => sum + size, 0) * 8).toBeGreaterThanOrEqual(100)
  })
})

describe('the checksum', () => {
  it('is in every generated token, and makes it canonical base64url', () => {
    for (let count = 0; count < 500; count++) {
      const { key, secret } = Token.generate()
      const token = Token.withKey(key)
      expect(token.key).toBe(key)
      expect([token.hasChecksum(), new Token(key, secret).hasChecksum()]).toEqual([true, true])
      expect(Buffer.from(secret, 'base64url').toString('base64url')).toBe(secret)
      expect(Buffer.from(key, 'base64url').toString('base64url')).toBe(key)
    }
  })

  it('is the one that the documentation describes, of one fixed token', () => {
    const counting = (size: number) => Buffer.from(Array.from({ length: size }, (_, index) => index))
    expect(Token.generate(counting).toString()).toBe('gt-AAECAwQFBgcICQoLDA0ODw.AAECAwQFBgcICQoLDORlFQ')
  })

  it('is practically never in a random one', () => {
    // Seeded, so that the one in sixteen million does not come by chance.
    fc.assert(
      fc.property(part, part, (key, secret) => !new Token(key, secret).hasChecksum()),
      { seed: 7, numRuns: 2_000 },
    )
  })

  it('breaks with any one character', () => {
    const token = Token.generate()
    for (const [place, letter] of [...token.toString()].entries()) {
      if (place < 3 || letter === '.') continue
      for (const other of ALPHABET.filter((candidate) => candidate !== letter)) {
        const text = `${token.toString().slice(0, place)}${other}${token.toString().slice(place + 1)}`
        expect(Token.parse(text).hasChecksum()).toBe(false)
      }
    }
  })

  it('is not asked of a token of the reference', () => {
    expect(Token.parse(`gt-${KEY}.${SECRET}`).hasChecksum()).toBe(false)
  })
})

describe('secrets', () => {
  it('are equal if all of their characters are', () => {
    expect(equalSecrets(SECRET, SECRET)).toBe(true)
    expect(equalSecrets(SECRET, `${SECRET.slice(0, -1)}x`)).toBe(false)
    expect(equalSecrets(SECRET, SECRET.slice(0, -1))).toBe(false)
    expect(equalSecrets('', '')).toBe(true)
  })

  it('of tokens are equal only if each character is', () => {
    const token = new Token(KEY, SECRET)
    expect(token.hasSameSecret(new Token(KEY, SECRET))).toBe(true)
    expect(token.hasSameSecret(new Token(SECRET, SECRET))).toBe(true)
    for (let at = 0; at < SECRET.length; at++) {
      const other = `${SECRET.slice(0, at)}${SECRET[at] === 'A' ? 'B' : 'A'}${SECRET.slice(at + 1)}`
      expect(token.hasSameSecret(new Token(KEY, other))).toBe(false)
      expect(new Token(KEY, other).hasSameSecret(token)).toBe(false)
    }
  })

  it('have the SHA-256 of their text as digest', () => {
    expect(secretDigest('abc').toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })
})
