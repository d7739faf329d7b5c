import { describe, expect, it } from 'vitest'
import type { Clock } from '../../models/clock.ts'
import { Token } from '../../models/token.ts'
import { encodeTokenData, type TokenData } from '../../models/token-data.ts'
import { Fernet } from './fernet.ts'
import { TokenDataCipher } from './token-data-cipher.ts'

// The vectors of spec/tokens.md §5.1, made with the reference's own libraries.
const KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
const IV = Buffer.from(Array.from({ length: 16 }, (_, index) => index))
const TIME = 1_700_000_000
const VALUE =
  'gAAAAABlU_EAAAECAwQFBgcICQoLDA0ODwVMY3RFnr8kBq14cOLqH-lIJseOziVRq7u7S-pxDgDElRbUM2VeuIPZs6YvDgz5RTKLdv4L5eeOUk4imQUO7bmRQLfed187BozJbZnVkm7o0eVAv-cL1-fQpAbeOZW71ohRPL-Fz6fThnj4DFm9ICpuHONh6vhhX10fA3aqNwdvrgvLC9W1XTrxBAuvf5sSfJeCYefcrf0CV_JK7FsHQqORg6n7GeDQfKe4BJ-0gmIno2ZopLrwQgR1F4ovCkMB4BQaOiyQcXovoxuQnbBZmhXFIs_KWPm3bXxRq_7WnIk6LNrlXix7P69VizY14mhMma5lwdgQ5x5doSzEK4vXcZVsVVlF0EnduLKgzrNivIV2qkpP5aIVvXyOJqK2_2UPBdzoltVsr0aO7lizwnw2sUsR05RYECjSUAM4no8BZPDe31GPVgzHMt5mgiuCM9_K_H7Dbk2J0mCU_ie45eelTW4='
const COOKIE_JSON =
  '{"csrf":"ICEiIyQlJicoKSorLC0uLw","token":"gt-AAECAwQFBgcICQoLDA0ODw.EBESExQVFhcYGRobHB0eHw"}'
const COOKIE =
  'gAAAAABlU_EAAAECAwQFBgcICQoLDA0ODzUtHHBwWnkeaXvqQNsJ3ZAtuGUjp9Hhfuxu2eRN6egf8gUjwZ3UOeKNSZIKAV5n4QUlL1vVNVoc_tHYAK3vJQRE2rXGmOesboRMo08tmu0Vy2A2PlABk_ciZkDJ_y05MhvUtlNDUIv9J1pcn5KUo8QZy03jKWFWfPJ2bL9zjoec'
const DATA: TokenData = {
  ...{ username: 'alice', name: 'Alice É', email: null, uid: 4123, gid: null },
  ...{ groups: [{ name: 'g_users', id: 1000 }], tokenType: 'internal', service: 'tap' },
  ...{ scopes: ['exec:test', 'read:all'], created: TIME, expires: 1_702_592_000 },
  ...{ token: new Token('AAECAwQFBgcICQoLDA0ODw', 'EBESExQVFhcYGRobHB0eHw'), previous: [] },
}

const clockAt = (seconds: number): Clock => ({
  milliseconds: () => seconds * 1000 + 999,
  offsetSeconds: () => 0,
})

describe('the golden values', () => {
  const fernet = new Fernet([KEY])

  it('come out of encryption byte for byte', () => {
    expect(fernet.encrypt(encodeTokenData(DATA), { time: TIME, iv: IV })).toBe(VALUE)
    expect(fernet.encrypt(COOKIE_JSON, { time: TIME, iv: IV })).toBe(COOKIE)
  })

  it('are read', () => {
    const cipher = new TokenDataCipher(fernet, clockAt(TIME))
    expect(cipher.read(DATA.token.key, VALUE)).toEqual({ text: VALUE, data: DATA })
    expect(fernet.decrypt(VALUE).toString()).toBe(encodeTokenData(DATA))
    expect(fernet.decrypt(COOKIE).toString()).toBe(COOKIE_JSON)
  })
})

describe('the cipher of token data', () => {
  const fernet = new Fernet([KEY])
  const read = (seconds: number) => new TokenDataCipher(fernet, clockAt(seconds)).read(DATA.token.key, VALUE)

  it('takes what has ended for absent, from the second of the end on', () => {
    expect(read(1_702_591_999)?.data).toEqual(DATA)
    expect(read(1_702_592_000)).toBeNull()
  })

  it('takes nothing, and the empty text, for absent', () => {
    const cipher = new TokenDataCipher(fernet, clockAt(TIME), () => expect.unreachable())
    expect([cipher.read('key', null), cipher.read('key', '')]).toEqual([null, null])
  })

  it('writes the time of its clock into the text', () => {
    expect(Fernet.encryptedAt(new TokenDataCipher(fernet, clockAt(TIME)).encrypt(DATA))).toBe(TIME)
  })

  it('reports a value that cannot be read, without what is in it', () => {
    const reports: unknown[][] = []
    const cipher = new TokenDataCipher(fernet, clockAt(TIME), (...report) => reports.push(report))
    const incomplete = fernet.encrypt(`{"token":{"key":"${DATA.token.key}","secret":"very secret"}}`)
    expect(cipher.read(DATA.token.key, incomplete)).toEqual({ text: incomplete, data: null })
    expect(cipher.read('another key', VALUE)).toEqual({ text: VALUE, data: null })
    expect(reports.map(([key]) => key)).toEqual([DATA.token.key, 'another key'])
    for (const [, error] of reports) expect(String(error)).not.toMatch(/secret"|EBESExQV/)
  })
})
