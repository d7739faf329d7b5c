import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headerCredential } from '../../src/http/credentials.ts'
import { readSession, writeSession } from '../../src/http/session-cookie.ts'
import { InvalidCursorError, PorthorError } from '../../src/models/errors.ts'
import { formatHistoryCursor, parseHistoryCursor } from '../../src/models/history-cursor.ts'
import { Token } from '../../src/models/token.ts'
import { decodeTokenData } from '../../src/models/token-data.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { SESSION_SECRET } from '../support/porthor.ts'

/** Cases for each parser: more by `PORTHOR_FUZZ_RUNS=1000000`. */
const numRuns = Number(process.env.PORTHOR_FUZZ_RUNS ?? 1_000)
const timeout = 30_000 + numRuns
const fernet = new Fernet([SESSION_SECRET])

const part = fc.stringMatching(/^[A-Za-z0-9_-]{22}$/)
const token = fc.tuple(part, part).map(([key, secret]) => `gt-${key}.${secret}`)

/** Something valid with a few characters changed, added or cut, or anything at all. */
function nearly(valid: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const mutated = fc
    .tuple(
      valid,
      fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 4 }),
    )
    .map(([text, edits]) =>
      edits.reduce((edited, [at, length, put]) => {
        const place = at % (edited.length + 1)
        return edited.slice(0, place) + put + edited.slice(place + length)
      }, text),
    )
  return fc.oneof(mutated, fc.string({ unit: 'binary' }), fc.string())
}

function holds<T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, check), { numRuns })
}

/** What it gives, or null where it throws as it may. */
function attempt<T>(parse: () => T, allowed: (error: unknown) => boolean): T | null {
  try {
    return parse()
  } catch (error) {
    if (!allowed(error)) throw error
    return null
  }
}

describe('parsers of what comes from outside', { timeout }, () => {
  it('tokens: read what they write, and refuse the rest with one error', () => {
    holds(nearly(token), (text) => {
      const parsed = attempt(
        () => Token.parse(text),
        (error) => error instanceof PorthorError,
      )
      expect(parsed !== null).toBe(Token.isToken(text))
      if (parsed) expect(parsed.toString()).toBe(text)
    })
  })

  it('Authorization: gives the token that it holds, or refuses with an error of the API', () => {
    const header = fc
      .tuple(token, fc.constantFrom('Bearer', 'bearer', 'Basic', 'Digest', ''), fc.boolean())
      .map(([text, scheme, first]) => {
        const both = first ? `${text}:x-oauth-basic` : `x-oauth-basic:${text}`
        return `${scheme} ${scheme === 'Basic' ? Buffer.from(both).toString('base64') : text}`
      })
    holds(fc.array(nearly(header), { maxLength: 3 }), (headers) => {
      const credential = attempt(
        () => headerCredential(headers),
        (error) => error instanceof PorthorError,
      )
      if (credential?.source === 'bearer') expect(headers.join()).toContain(credential.text)
      else if (credential) expect(Token.isToken(credential.text)).toBe(true)
    })
  })

  it('Fernet: nothing but what was encrypted under the key is ever decrypted', () => {
    const encrypted = fc.string({ unit: 'binary', maxLength: 200 }).map((text) => fernet.encrypt(text))
    const other = new Fernet([Buffer.alloc(32, 7).toString('base64')])
    holds(fc.tuple(encrypted, nearly(fc.constant(''))), ([text, noise]) => {
      expect(attempt(() => other.decrypt(text), isError)).toBeNull()
      const changed = noise === '' ? text : text.slice(0, -4) + noise
      const decrypted = attempt(() => fernet.decrypt(changed), isError)
      // Base64 that ends in other unused bits, or in blanks, says the same.
      if (decrypted) expect(decrypted).toEqual(fernet.decrypt(text))
    })
  })

  it('Fernet: a changed character is noticed wherever it stands', () => {
    const text = fernet.encrypt('{"token":"x"}')
    const body = text.replace(/=+$/, '')
    // The last one may hold unused bits.
    for (let index = 0; index < body.length - 1; index++) {
      const changed = body.slice(0, index) + (body[index] === 'A' ? 'B' : 'A') + text.slice(index + 1)
      expect(() => fernet.decrypt(changed)).toThrow()
    }
  })

  it('session cookies: whatever a header holds is a session that was written, or none', () => {
    const written = token.map((text) => {
      const header = writeSession({ token: Token.parse(text) }, fernet, { domain: null, isSecure: true })
      return header.split(';')[0] ?? ''
    })
    holds(nearly(written), (header) => {
      const session = readSession(header, fernet, () => {})
      if (session.token) expect(Token.isToken(session.token.toString())).toBe(true)
      else expect(session).toEqual({})
    })
  })

  it('session cookies: any JSON under the right key is a session, or none', () => {
    holds(fc.json(), (json) => {
      const header = `gafaelfawr="${fernet.encrypt(json)}"`
      expect(readSession(header, fernet, () => {})).toBeTypeOf('object')
    })
  })

  it('cursors: read what they write, and refuse the rest with one error', () => {
    const cursor = fc
      .record({ eventTime: fc.nat(), id: fc.nat(2 ** 31 - 1), backward: fc.boolean() })
      .map(formatHistoryCursor)
    holds(nearly(cursor), (text) => {
      const parsed = attempt(
        () => parseHistoryCursor(text),
        (error) => error instanceof InvalidCursorError,
      )
      if (!parsed) return
      expect(parseHistoryCursor(formatHistoryCursor(parsed))).toEqual(parsed)
    })
  })

  it('stored token data: what is not whole is refused, never half read', () => {
    holds(fc.oneof(fc.json(), nearly(fc.constant(WHOLE))), (json) => {
      const data = attempt(() => decodeTokenData(json), isError)
      if (!data) return
      expect(data.token).toBeInstanceOf(Token)
      expect(Array.isArray(data.scopes)).toBe(true)
      expect(data.expires === null || Number.isSafeInteger(data.expires)).toBe(true)
    })
  })
})

const WHOLE = JSON.stringify({
  username: 'alice',
  token_type: 'user',
  scopes: ['read:all'],
  created: 1_700_000_000,
  expires: 1_800_000_000,
  token: { key: 'A'.repeat(22), secret: 'B'.repeat(22) },
})

function isError(error: unknown): boolean {
  return error instanceof Error && !(error instanceof TypeError) && !(error instanceof RangeError)
}
