import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { InvalidTokenError } from './errors.ts'

/** A source of random bytes; node:crypto's unless a test passes another. */
export type RandomSource = (size: number) => Buffer

const KEY_BYTES = 16
const SECRET_BYTES = 16
const CHECKSUM_BYTES = 3
const PART = /^[A-Za-z0-9_-]{22}$/
const PREFIX = 'gt-'
const SECRET_LENGTH = 22
/** Where two secrets lie while they are compared. */
const COMPARED = { own: Buffer.alloc(SECRET_LENGTH), other: Buffer.alloc(SECRET_LENGTH) }

/** A key: 22 characters of base64url, public, the name of a token. */
export const KEY_PATTERN = PART

/**
 * An opaque token: `gt-<key>.<secret>`, 48 characters, each half 16 bytes in base64url (spec/tokens.md §1).
 * The key may be logged and shown; the secret proves possession and is never shown again.
 */
export class Token {
  readonly key: string
  readonly secret: string

  constructor(key: string, secret: string) {
    if (!PART.test(key) || !PART.test(secret)) throw new InvalidTokenError('Token is malformed')
    this.key = key
    this.secret = secret
  }

  /** A new token of random key and secret, the secret ending in its checksum (docs/token-format.md). */
  static generate(random: RandomSource = randomBytes): Token {
    return Token.withKey(random(KEY_BYTES).toString('base64url'), random)
  }

  /** A new secret for a key that exists. */
  static withKey(key: string, random: RandomSource = randomBytes): Token {
    const entropy = random(SECRET_BYTES - CHECKSUM_BYTES)
    return new Token(key, Buffer.concat([entropy, checksum(key, entropy)]).toString('base64url'))
  }

  /** @throws {InvalidTokenError} The text does not have the form of a token. */
  static parse(text: string): Token {
    return new Token(...Token.partsOf(text))
  }

  /**
   * What stands where a token has its key and its secret: for the constructor.
   *
   * @throws {InvalidTokenError} There are no two parts.
   */
  static partsOf(text: string): [key: string, secret: string] {
    if (!text.startsWith(PREFIX)) throw new InvalidTokenError('Token does not start with gt-')
    const dot = text.indexOf('.')
    if (dot < 0) throw new InvalidTokenError('Token is malformed')
    return [text.slice(PREFIX.length, dot), text.slice(dot + 1)]
  }

  /** Whether the text has the form of a token. */
  static isToken(text: string): boolean {
    const dot = text.indexOf('.')
    return (
      text.startsWith(PREFIX) && PART.test(text.slice(PREFIX.length, dot)) && PART.test(text.slice(dot + 1))
    )
  }

  /**
   * Whether the secret ends in the checksum that Porthor gives. For scanners that look for leaked tokens; a token of the
   * reference has none and is valid all the same, so verification never asks.
   */
  hasChecksum(): boolean {
    const bytes = Buffer.from(this.secret, 'base64url')
    const entropy = bytes.subarray(0, SECRET_BYTES - CHECKSUM_BYTES)
    return (
      bytes.toString('base64url') === this.secret &&
      checksum(this.key, entropy).equals(bytes.subarray(SECRET_BYTES - CHECKSUM_BYTES))
    )
  }

  /** Compares the secrets in constant time, whatever the keys are. */
  hasSameSecret(other: Token): boolean {
    // Both are ASCII, and of the same length. Bytes of their own would take longer, or more memory, at each request.
    COMPARED.own.write(this.secret, 'latin1')
    COMPARED.other.write(other.secret, 'latin1')
    return timingSafeEqual(COMPARED.own, COMPARED.other)
  }

  /** The wire form. Holds the secret: for the bearer only, never for a log. */
  toString(): string {
    return `${PREFIX}${this.key}.${this.secret}`
  }

  /** Keeps the secret out of logs and errors that print whole objects. */
  toJSON(): string {
    return `${PREFIX}${this.key}.(secret)`
  }
}

/** Compares two secrets in constant time (for equal lengths, which all valid ones have). */
export function equalSecrets(one: string, other: string): boolean {
  const a = Buffer.from(one)
  const b = Buffer.from(other)
  return a.length === b.length && timingSafeEqual(a, b)
}

/** SHA-256 of a secret's text, as kept in `token.secret_digest`: 32 bytes. */
export function secretDigest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function checksum(key: string, entropy: Uint8Array): Buffer {
  return createHash('sha256').update(`${PREFIX}${key}.`).update(entropy).digest().subarray(0, CHECKSUM_BYTES)
}
