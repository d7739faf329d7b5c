import { InvalidRequestError, type PorthorError } from '../../models/errors.ts'
import { TextMemory } from '../../models/text-memory.ts'
import { Token } from '../../models/token.ts'
import { RememberedToken } from '../../services/remembered-token.ts'
import type { Fernet } from '../../storage/token-data/fernet.ts'
import { type Credential, credentialOf, type TokenSource } from '../credentials.ts'
import { findSessionCookie, readSession, SESSION_COOKIE_NAME } from '../session-cookie.ts'

const MAXIMUM_SESSIONS = 10_000
const MAXIMUM_HEADERS = 20_000
const MAXIMUM_HEADER_LENGTH = 256
/** Tokens and cookies end in what nobody can guess: so much of it tells them apart. */
const TELLING_CHARACTERS = 24

/** A token of a session cookie. */
class SessionToken extends RememberedToken {
  /** The cookie. */
  readonly text: string

  constructor({ key, secret }: Token, text: string) {
    super(key, secret)
    this.text = text
  }
}

/** Reads the tokens of session cookies. What was decrypted is remembered: a cookie's text says the same for ever. */
export class SessionTokens {
  readonly #fernet: Fernet
  readonly #remembered = new TextMemory<SessionToken>(MAXIMUM_SESSIONS, TELLING_CHARACTERS)

  constructor(fernet: Fernet) {
    this.#fernet = fernet
  }

  /**
   * @param cookies - The value of each `Cookie` header.
   * @param discarded - Is told the name of the error where there is a session that cannot be read.
   * @returns Null: there is no session, or none with a token.
   */
  read(cookies: readonly string[], discarded: (error: string) => void): RememberedToken | null {
    if (cookies.length === 0) return null
    const cookie = findSessionCookie(cookies.join('; '))
    if (cookie === null) return null
    const remembered = this.#remembered.get(cookie)
    if (remembered) return remembered
    const { token } = readSession(`${SESSION_COOKIE_NAME}=${cookie}`, this.#fernet, discarded)
    if (!token) return null
    const found = new SessionToken(token, cookie)
    this.#remembered.set(found)
    return found
  }
}

/** A token of a header. */
export class HeaderToken extends RememberedToken {
  /** Where it stood. */
  readonly source: TokenSource
  /** The one `Authorization` header, which is kept from the guarded service for the token in it; empty: it was not one alone. */
  text = ''
  isRemembered = false

  constructor(token: string, source: TokenSource) {
    super(...Token.partsOf(token))
    this.source = source
  }
}

/**
 * Reads the tokens of headers. A header can be remembered with the token that was read from it: its text says the same for
 * ever, whatever the token is worth.
 */
export class HeaderTokens {
  readonly #remembered = new TextMemory<HeaderToken>(MAXIMUM_HEADERS, TELLING_CHARACTERS)

  /**
   * Takes the one token from the `Authorization` headers of a request, and from the header that the configuration names.
   * Others beside it may be meant for the guarded service: only another token contradicts it.
   *
   * @param tokens - The values of that header; what is no token there is not Porthor's.
   * @returns Null: there is none, nor anything that is wrong.
   * @throws {InvalidRequestError} There are two different tokens; or there is none, and a header cannot be used.
   * @throws {InvalidTokenError} There is none, but a Bearer header with something else.
   */
  read(authorization: readonly string[], tokens: readonly string[]): HeaderToken | null {
    if (authorization.length === 1 && tokens.length === 0) return this.#readOne(authorization[0] ?? '')
    const read = [...authorization.map(readHeader), ...tokens.map(readTokenHeader)]
    const found = read.filter((one): one is Credential => isCredential(one) && Token.isToken(one.text))
    const [first] = found
    if (found.some(({ text }) => text !== first?.text)) {
      throw new InvalidRequestError('Several headers with different tokens')
    }
    return tokenOf(first ?? read.find((one) => one !== null) ?? null)
  }

  #readOne(header: string): HeaderToken | null {
    const remembered = this.#remembered.get(header)
    if (remembered) return remembered
    const found = tokenOf(readHeader(header))
    if (found) found.text = header
    return found
  }

  /** @param token - One that is known: what anybody can send is not to drive others out. */
  remember(token: HeaderToken): void {
    const { length } = token.text
    // Longer than any that a client has reason to send: not worth its place.
    if (token.isRemembered || length === 0 || length > MAXIMUM_HEADER_LENGTH) return
    token.isRemembered = true
    this.#remembered.set(token)
  }
}

function tokenOf(read: Credential | PorthorError | null): HeaderToken | null {
  if (read === null) return null
  if (!isCredential(read)) throw read
  return new HeaderToken(read.text, read.source)
}

function readHeader(header: string): Credential | PorthorError | null {
  try {
    return credentialOf(header)
  } catch (error) {
    if (error instanceof InvalidRequestError) return error
    throw error
  }
}

function readTokenHeader(header: string): Credential | null {
  const text = header.trim().replace(/^bearer\s+/i, '')
  return Token.isToken(text) ? { text, source: 'token-header' } : null
}

function isCredential(read: Credential | PorthorError | null): read is Credential {
  return read !== null && 'text' in read
}
