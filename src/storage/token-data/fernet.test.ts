import { createCipheriv, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fernet, FernetError, isFernetKey } from './fernet.ts'

// The vectors of the Fernet specification (https://github.com/fernet/spec): generate, verify, invalid.
const SECRET = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4='
const GENERATE = {
  token:
    'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==',
  time: Date.parse('1985-10-26T01:20:00-07:00') / 1000,
  iv: Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]),
  src: 'hello',
}
const INVALID = {
  'incorrect mac':
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==',
  'too short': 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==',
  'invalid base64':
    '%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==',
  'payload size not multiple of block size':
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm',
  'payload padding error':
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==',
  'incorrect IV (causes padding error)':
    'gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==',
}
// Refused by the specification for their time alone, which is the caller's to look at here: stored values have an end of
// their own, and a cookie has none.
const OUT_OF_TIME = {
  'far-future TS (unacceptable clock skew)': [
    'gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_qXQcw==',
    '1985-10-26T11:20:01-07:00',
  ],
  'expired TTL': [
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==',
    '1985-10-26T01:20:01-07:00',
  ],
} as const

const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => base64url(Buffer.from(bytes)))
const content = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes))

describe('Fernet', () => {
  it('generates the text of the specification', () => {
    const { token, time, iv, src } = GENERATE
    expect(new Fernet([SECRET]).encrypt(src, { time, iv })).toBe(token)
  })

  it('verifies the text of the specification', () => {
    expect(new Fernet([SECRET]).decrypt(GENERATE.token).toString()).toBe('hello')
    expect(Fernet.encryptedAt(GENERATE.token)).toBe(GENERATE.time)
  })

  it.each(Object.entries(INVALID))('refuses the text of the specification with %s', (_, token) => {
    expect(() => new Fernet([SECRET]).decrypt(token)).toThrow(FernetError)
  })

  it.each(Object.entries(OUT_OF_TIME))(
    'leaves it to the caller to refuse one with %s',
    (_, [token, time]) => {
      expect(new Fernet([SECRET]).decrypt(token).toString()).toBe('')
      expect(Fernet.encryptedAt(token)).toBe(Date.parse(time) / 1000)
    },
  )

  it('reads what it wrote, whatever it is', () => {
    fc.assert(
      fc.property(key, content, (key, content) => {
        const text = new Fernet([key]).encrypt(content)
        expect(new Fernet([key]).decrypt(text)).toEqual(content)
        expect(text).toMatch(/^gAAAAA[A-Za-z0-9_-]+={0,2}$/)
        expect(text.length % 4).toBe(0)
      }),
    )
  })

  it('reads text after text, whatever could not be read between them', () => {
    const fernet = new Fernet([SECRET])
    const text = fc.oneof(
      content.map((bytes) => ({ text: fernet.encrypt(bytes), content: bytes })),
      fc.constantFrom(...Object.values(INVALID)).map((text) => ({ text, content: undefined })),
    )
    fc.assert(
      fc.property(fc.array(text, { maxLength: 10 }), (texts) => {
        for (const { text, content } of texts) expect(attempt(() => fernet.decrypt(text))).toEqual(content)
      }),
    )
  })

  it('writes another text each time, at the time of the machine unless told another', () => {
    const fernet = new Fernet([SECRET])
    expect(fernet.encrypt('hello')).not.toBe(fernet.encrypt('hello'))
    expect(Math.abs(Fernet.encryptedAt(fernet.encrypt('')) - Date.now() / 1000)).toBeLessThan(60)
    expect(Fernet.encryptedAt(fernet.encrypt('', { time: 12 }))).toBe(12)
  })

  it('notices any bit that was altered', () => {
    const fernet = new Fernet([SECRET])
    const bytes = Buffer.from(GENERATE.token, 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes)
      const place = bit >> 3
      altered[place] = (altered[place] ?? 0) ^ (1 << (bit & 7))
      expect(() => fernet.decrypt(base64url(altered))).toThrow(FernetError)
    }
  })

  it('reads no text with characters that only Node.js takes for those of base64url', () => {
    const fernet = new Fernet([SECRET])
    const text = fernet.encrypt(Buffer.alloc(300), { time: GENERATE.time, iv: GENERATE.iv })
    expect(text).toMatch(/-.*_|_.*-/)
    const lookAlike = String.fromCharCode(text.charCodeAt(0) + 0x100)
    for (const changed of [text.replaceAll('-', '+'), text.replaceAll('_', '/'), lookAlike + text.slice(1)]) {
      expect(Buffer.from(changed, 'base64url')).toEqual(Buffer.from(text, 'base64url'))
      expect(() => fernet.decrypt(changed)).toThrow(FernetError)
    }
  })

  it('gives what was written or nothing, however the text was altered', () => {
    const fernet = new Fernet([SECRET])
    const edit = fc.record({
      place: fc.nat({ max: GENERATE.token.length }),
      removed: fc.nat({ max: 4 }),
      added: fc.string({ maxLength: 4 }),
    })
    fc.assert(
      fc.property(fc.oneof(edit, fc.string()), (change) => {
        const { token } = GENERATE
        const text =
          typeof change === 'string'
            ? change
            : token.slice(0, change.place) + change.added + token.slice(change.place + change.removed)
        expect([undefined, 'hello']).toContain(attempt(() => fernet.decrypt(text).toString()))
      }),
      { numRuns: 1_000 },
    )
  })

  it('does not read wrong padding under a right signature', () => {
    const bytes = Buffer.from(SECRET, 'base64url')
    const header = Buffer.concat([Buffer.from([0x80]), Buffer.alloc(8), GENERATE.iv])
    const cipher = createCipheriv('aes-128-cbc', bytes.subarray(16), GENERATE.iv).setAutoPadding(false)
    const signed = Buffer.concat([header, cipher.update(Buffer.alloc(16, 0x20)), cipher.final()])
    const mac = createHmac('sha256', bytes.subarray(0, 16)).update(signed).digest()
    expect(() => new Fernet([SECRET]).decrypt(base64url(Buffer.concat([signed, mac])))).toThrow(FernetError)
  })

  it('does not say what was wrong, nor what it was asked to read', () => {
    const error = attempt(() => new Fernet([SECRET]).decrypt(INVALID['incorrect mac']))
    expect(error).toBeUndefined()
    expect(new FernetError().message).not.toMatch(/padding|mac|signature/i)
  })

  describe('with several keys', () => {
    const keys = fc.uniqueArray(key, { minLength: 1, maxLength: 4 })

    it('writes with the first and reads with any', () => {
      fc.assert(
        fc.property(keys, content, (keys, content) => {
          const all = new Fernet(keys)
          expect(new Fernet(keys.slice(0, 1)).decrypt(all.encrypt(content))).toEqual(content)
          for (const key of keys) expect(all.decrypt(new Fernet([key]).encrypt(content))).toEqual(content)
        }),
      )
    })

    it('reads nothing that was written with another', () => {
      fc.assert(
        fc.property(
          fc.uniqueArray(key, { minLength: 2, maxLength: 4 }),
          content,
          ([other, ...keys], content) => {
            const text = new Fernet([other ?? '']).encrypt(content)
            expect(() => new Fernet(keys).decrypt(text)).toThrow(FernetError)
          },
        ),
      )
    })
  })
})

describe('a Fernet key', () => {
  it('is generated anew each time, in the form that others take', () => {
    const [one, other] = [Fernet.generateKey(), Fernet.generateKey()]
    expect(one).not.toBe(other)
    expect(one).toMatch(/^[A-Za-z0-9_-]{43}=$/)
    expect(isFernetKey(one)).toBe(true)
    expect(new Fernet([one]).decrypt(new Fernet([one]).encrypt('x')).toString()).toBe('x')
  })

  it.each([
    '',
    'x',
    SECRET.slice(4),
    `${SECRET}${SECRET}`,
    SECRET.replace('_', '/'),
    ` ${SECRET}`,
    `${SECRET}\n`,
  ])('is not %j', (text) => {
    expect(isFernetKey(text)).toBe(false)
    expect(() => new Fernet([text])).toThrow(TypeError)
  })

  it('is needed', () => {
    expect(() => new Fernet([])).toThrow(TypeError)
  })
})

function base64url(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof FernetError) return undefined
    throw error
  }
}
