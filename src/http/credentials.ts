import { InvalidRequestError } from '../models/errors.ts'
import { Token } from '../models/token.ts'

export type TokenSource = 'cookie' | 'bearer' | 'basic-username' | 'basic-password' | 'token-header'

/** A credential as it was presented: the text may not even have the form of a token. */
export interface Credential {
  text: string
  source: TokenSource
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Takes the credential from the `Authorization` headers of a request (spec/ingress.md §4).
 *
 * @param headers - The value of each of them.
 * @returns Null: there is none, or the Basic scheme without a token.
 * @throws {InvalidRequestError} A header cannot be used, or several contradict each other.
 */
export function headerCredential(headers: readonly string[]): Credential | null {
  const [first, ...others] = headers.map((header) => header.trim())
  if (others.some((other) => other !== first)) {
    throw new InvalidRequestError('Several Authorization headers that differ')
  }
  return first === undefined ? null : credentialOf(first)
}

/**
 * Takes the credential from one `Authorization` header.
 *
 * @returns Null: it is empty, or of the Basic scheme without a token.
 * @throws {InvalidRequestError} It cannot be used.
 */
export function credentialOf(header: string): Credential | null {
  const text = header.trim()
  if (text === '') return null
  const space = text.search(/\s/)
  if (space < 0) throw new InvalidRequestError('Malformed Authorization header')
  const scheme = text.slice(0, space).toLowerCase()
  const value = text.slice(space).trimStart()
  if (scheme === 'bearer') return { text: value, source: 'bearer' }
  if (scheme === 'basic') return parseBasic(value)
  throw new InvalidRequestError('Unknown Authorization type')
}

/** The token may stand in either field; a password may hold colons (RFC 7617 §2). */
function parseBasic(value: string): Credential | null {
  const pair = decode(value)
  const colon = pair.indexOf(':')
  if (colon < 0) throw new InvalidRequestError('Invalid Basic auth string: there is no colon in it')
  const username = pair.slice(0, colon)
  const password = pair.slice(colon + 1)
  const both = Token.isToken(username) && Token.isToken(password)
  if (both && username !== password) {
    throw new InvalidRequestError('Conflicting tokens in Basic username and password fields')
  }
  if (Token.isToken(username)) return { text: username, source: 'basic-username' }
  return Token.isToken(password) ? { text: password, source: 'basic-password' } : null
}

function decode(value: string): string {
  if (!BASE64.test(value)) throw new InvalidRequestError('Invalid Basic auth string: not base64')
  try {
    return utf8.decode(Buffer.from(value, 'base64')).trim()
  } catch {
    throw new InvalidRequestError('Invalid Basic auth string: not UTF-8')
  }
}
