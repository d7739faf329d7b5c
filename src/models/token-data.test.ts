import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Scopes, scopeSet } from './scopes.ts'
import { Token } from './token.ts'
import { bareUserInfo, decodeTokenData, encodeTokenData, type TokenData, userInfoOf } from './token-data.ts'
import { TOKEN_TYPES } from './token-types.ts'

// spec/tokens.md §5.1
const GOLDEN =
  '{"username":"alice","name":"Alice É","email":null,"uid":4123,"gid":null,"groups":[{"name":"g_users","id":1000}],"token_type":"internal","service":"tap","scopes":["exec:test","read:all"],"created":1700000000,"expires":1702592000,"token":{"key":"AAECAwQFBgcICQoLDA0ODw","secret":"EBESExQVFhcYGRobHB0eHw"}}'
const DECODED: TokenData = {
  ...{ username: 'alice', name: 'Alice É', email: null, uid: 4123, gid: null },
  ...{ groups: [{ name: 'g_users', id: 1000 }], tokenType: 'internal', service: 'tap' },
  ...{ scopes: ['exec:test', 'read:all'], created: 1_700_000_000, expires: 1_702_592_000 },
  ...{ token: new Token('AAECAwQFBgcICQoLDA0ODw', 'EBESExQVFhcYGRobHB0eHw'), previous: [] },
}

const part = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'))
const scopes: fc.Arbitrary<Scopes> = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9:._-]{1,12}$/), { maxLength: 6 })
  .map(scopeSet)
const seconds = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 })
/** Of any size: as a number where a number holds it, else as a bigint. */
const anyInteger = (options: { min?: bigint; max?: bigint }) =>
  fc.bigInt(options).map((id) => (Number.isSafeInteger(Number(id)) ? Number(id) : id))
const positiveId = fc.option(anyInteger({ min: 1n, max: 2n ** 80n }))
const text = fc.string({ minLength: 1, maxLength: 40, unit: 'binary' })
const tokenDataArbitrary: fc.Arbitrary<TokenData> = fc.record({
  username: fc.string({ minLength: 1, maxLength: 64, unit: 'grapheme-ascii' }),
  name: fc.option(text),
  email: fc.option(text),
  uid: positiveId,
  gid: positiveId,
  groups: fc.option(
    fc.array(fc.record({ name: text, id: anyInteger({ min: -(2n ** 70n), max: 2n ** 70n }) })),
  ),
  tokenType: fc.constantFrom(...TOKEN_TYPES),
  service: fc.option(fc.string({ minLength: 1, maxLength: 32, unit: 'grapheme-ascii' })),
  scopes,
  created: seconds,
  expires: fc.option(seconds),
  token: fc.tuple(part, part).map(([key, secret]) => new Token(key, secret)),
  previous: fc.array(fc.record({ secret: part, until: seconds }), { maxLength: 3 }),
})

describe('stored token data', () => {
  it('are, byte for byte, those of the reference', () => {
    expect(decodeTokenData(GOLDEN)).toEqual(DECODED)
    expect(encodeTokenData(DECODED)).toBe(GOLDEN)
  })

  it('come back as they were, with uids of any size', () => {
    fc.assert(
      fc.property(tokenDataArbitrary, (data) => {
        expect(decodeTokenData(encodeTokenData(data))).toEqual(data)
      }),
    )
  })

  it('keep every digit of a uid beyond 2^53', () => {
    const json = GOLDEN.replace('4123', '9007199254740993').replace('1000', '-18446744073709551617')
    const data = decodeTokenData(json)
    expect(data.uid).toBe(9_007_199_254_740_993n)
    expect(data.groups).toEqual([{ name: 'g_users', id: -18_446_744_073_709_551_617n }])
    expect(encodeTokenData(data)).toBe(json)
  })

  it('keep a scope with a comma apart from two scopes', () => {
    const withScopes = (scopes: unknown) =>
      decodeTokenData(JSON.stringify({ ...JSON.parse(GOLDEN), scopes })).scopes
    for (const scopes of [['a', 'b'], ['a,b'], ['a', 'b,c'], ['a,b', 'c'], ['a', 'b']]) {
      expect(withScopes(scopes)).toEqual(scopes)
    }
    expect(withScopes('b,a')).toEqual(['a', 'b'])
  })

  it('name earlier secrets only after a rotation', () => {
    expect(GOLDEN).not.toContain('previous')
    const previous = [{ secret: 'EBESExQVFhcYGRobHB0eHw', until: 1_700_000_100 }]
    const json = encodeTokenData({ ...DECODED, previous })
    expect(json).toBe(`${GOLDEN.slice(0, -1)},"previous":${JSON.stringify(previous)}}`)
    expect(decodeTokenData(json).previous).toEqual(previous)
  })
})

describe('token data that others stored', () => {
  const golden = () => JSON.parse(GOLDEN) as Record<string, unknown>
  const decode = (changes: Record<string, unknown>) =>
    decodeTokenData(JSON.stringify({ ...golden(), ...changes }))

  it('may have their keys in any order', () => {
    const reversed = Object.fromEntries(Object.entries(golden()).reverse())
    expect(decodeTokenData(JSON.stringify(reversed))).toEqual(DECODED)
  })

  it('may lack what may be null', () => {
    const { name, email, uid, gid, groups, service, expires, ...needed } = golden()
    expect(decodeTokenData(JSON.stringify(needed))).toEqual({
      ...DECODED,
      ...{ name: null, email: null, uid: null, gid: null, groups: null, service: null, expires: null },
    })
  })

  it('may hold keys that nobody knows', () => {
    expect(decode({ colour: 'blue', token: { ...(golden().token as object), colour: 'blue' } })).toEqual(
      DECODED,
    )
  })

  it.each([
    [
      ['read:all', 'exec:test', 'read:all'],
      ['exec:test', 'read:all'],
    ],
    ['read:all,exec:test', ['exec:test', 'read:all']],
    ['', []],
    [[], []],
  ])('may have scopes in the form of %j', (stored, scopes) => {
    expect(decode({ scopes: stored }).scopes).toEqual(scopes)
  })

  it('have their times cut to the second', () => {
    expect(decode({ created: 1_700_000_000.9, expires: 1_702_592_000.1 })).toEqual(DECODED)
  })

  it.each<[string, Record<string, unknown>]>([
    ['a username', { username: undefined }],
    ['a username of some length', { username: '' }],
    ['a username of at most 64 characters', { username: 'a'.repeat(65) }],
    ['a known type', { token_type: 'other' }],
    ['scopes', { scopes: undefined }],
    ['a time', { created: undefined }],
    ['a time that is a number', { created: 'yesterday' }],
    ['a time that there is', { expires: 10_000_000_000_000_000 }],
    ['a token', { token: undefined }],
    ['a whole token', { token: {} }],
    ['a well-formed token', { token: { key: 'x', secret: 'y' } }],
    ['a positive uid', { uid: 0 }],
    ['a whole uid', { uid: 1.5 }],
    ['a name or none', { name: '' }],
  ])('must have %s', (_, changes) => {
    expect(() => decode(changes)).toThrow()
  })

  it.each(['', '{', 'null', '[]', '"text"', '1'])('are not %j', (json) => {
    expect(() => decodeTokenData(json)).toThrow()
  })
})

describe('the information about a user', () => {
  it('is what a token made from another takes over', () => {
    expect(userInfoOf(DECODED)).toEqual({
      ...{ username: 'alice', name: 'Alice É', email: null, uid: 4123, gid: null },
      groups: [{ name: 'g_users', id: 1000 }],
    })
    expect(bareUserInfo('bob')).toEqual({
      ...{ username: 'bob', name: null, email: null, uid: null, gid: null, groups: null },
    })
  })
})
