import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/config/errors.ts'
import { loadConfig } from '../../src/config/index.ts'
import { ADDRESSES, REFERENCE_FILE } from '../../src/config/testing/files.ts'
import { headerCredential } from '../../src/http/credentials.ts'
import { readSession } from '../../src/http/session-cookie.ts'
import { InvalidCursorError, PorthorError } from '../../src/models/errors.ts'
import { formatHistoryCursor, parseHistoryCursor } from '../../src/models/history-cursor.ts'
import { Token } from '../../src/models/token.ts'
import { decodeTokenData } from '../../src/models/token-data.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import {
  attempt,
  authorizationText,
  cookieText,
  fernet,
  historyCursorText,
  isPlainError,
  nearly,
  parsers,
  tokenText,
  WHOLE_TOKEN_DATA,
} from './parser-list.ts'

/** Cases for each parser: more by `PORTHOR_FUZZ_RUNS=1000000`. */
const numRuns = Number(process.env.PORTHOR_FUZZ_RUNS ?? 1_000)
const timeout = 30_000 + numRuns
/** For what takes a hundred times as long. */
const numSlowRuns = Math.ceil(numRuns / 100)

function holds<T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, check), { numRuns })
}

describe('parsers of what comes from outside', { timeout }, () => {
  it('tokens: read what they write, and refuse the rest with one error', () => {
    holds(nearly(tokenText), (text) => {
      const parsed = attempt(
        () => Token.parse(text),
        (error) => error instanceof PorthorError,
      )
      expect(parsed !== null).toBe(Token.isToken(text))
      if (parsed) expect(parsed.toString()).toBe(text)
    })
  })

  it('Authorization: gives the token that it holds, or refuses with an error of the API', () => {
    holds(fc.array(nearly(authorizationText), { maxLength: 3 }), (headers) => {
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
      expect(attempt(() => other.decrypt(text), isPlainError)).toBeNull()
      const changed = noise === '' ? text : text.slice(0, -4) + noise
      const decrypted = attempt(() => fernet.decrypt(changed), isPlainError)
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
    holds(nearly(cookieText), (header) => {
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
    holds(nearly(historyCursorText), (text) => {
      const parsed = attempt(
        () => parseHistoryCursor(text),
        (error) => error instanceof InvalidCursorError,
      )
      if (!parsed) return
      expect(parseHistoryCursor(formatHistoryCursor(parsed))).toEqual(parsed)
    })
  })

  it('stored token data: what is not whole is refused, never half read', () => {
    holds(fc.oneof(fc.json(), nearly(fc.constant(WHOLE_TOKEN_DATA))), (json) => {
      const data = attempt(() => decodeTokenData(json), isPlainError)
      if (!data) return
      expect(data.token).toBeInstanceOf(Token)
      expect(Array.isArray(data.scopes)).toBe(true)
      expect(data.expires === null || Number.isSafeInteger(data.expires)).toBe(true)
    })
  })

  it.each(parsers.map((parser) => [parser.name, parser] as const))(
    '%s: what is not refused as it should be keeps what is promised',
    (_, { valid, read, isRefusal = () => false }) => {
      holds(nearly(valid), (text) => void attempt(() => read(text), isRefusal))
    },
  )

  it('the configuration file: is a configuration, or refused without a word of its secrets', async () => {
    const secrets = [
      'EBESExQVFhcYGRobHB0eHw',
      'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
      'example-client-secret',
    ]
    const property = fc.asyncProperty(nearly(fc.constant(REFERENCE_FILE)), async (text) => {
      try {
        await loadConfig({ path: 'porthor.yaml', environment: ADDRESSES, readFile: async () => text })
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        for (const secret of secrets) expect(error.message).not.toContain(secret)
      }
    })
    await fc.assert(property, { numRuns: numSlowRuns })
  })
})
