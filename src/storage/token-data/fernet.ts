import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type Decipheriv,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

const VERSION = 0x80
const IV_PLACE = 1 + 8
const HEADER_BYTES = IV_PLACE + 16
const MAC_BYTES = 32
const BLOCK_BYTES = 16
const BASE64URL = /^[A-Za-z0-9_-]+={0,2}$/

/** The text is not Fernet, was altered, or was made with another key. Says nothing about which, on purpose. */
export class FernetError extends Error {
  constructor() {
    super('Not a valid encrypted value, or encrypted with another key')
    this.name = 'FernetError'
  }
}

interface FernetKey {
  signing: KeyObject
  encryption: KeyObject
  /**
   * For all texts, as a new one takes longer than what it does. In CBC a block depends on the one before it alone; each text has
   * its IV there.
   */
  decipher: Decipheriv
}

export interface EncryptOptions {
  /** Seconds since the epoch, written into the text; now, unless given. */
  time?: number
  /** 16 bytes; random, unless a test vector needs its own. */
  iv?: Buffer
}

/**
 * Symmetric authenticated encryption as the Fernet specification has it: AES-128-CBC and HMAC-SHA256 over
 * `0x80 ‖ time ‖ IV ‖ ciphertext`, in base64url with padding (spec/tokens.md §5.1).
 */
export class Fernet {
  readonly #keys: readonly FernetKey[]
  readonly #encryptionKey: FernetKey

  /**
   * @param keys - Each base64url of 32 bytes: 16 to sign, 16 to encrypt. The first encrypts, all decrypt, so that keys
   *   can be rotated.
   * @throws {TypeError} There is no key, or one is not 32 bytes of base64url.
   */
  constructor(keys: readonly string[]) {
    this.#keys = keys.map(readKey)
    const [first] = this.#keys
    if (!first) throw new TypeError('At least one Fernet key is needed')
    this.#encryptionKey = first
  }

  /** A new key: 44 characters. */
  static generateKey(): string {
    return padded(randomBytes(32))
  }

  encrypt(plaintext: string | Uint8Array, options: EncryptOptions = {}): string {
    const { signing, encryption } = this.#encryptionKey
    const { time = Math.floor(Date.now() / 1000), iv = randomBytes(BLOCK_BYTES) } = options
    const header = Buffer.alloc(HEADER_BYTES)
    header[0] = VERSION
    header.writeBigUInt64BE(BigInt(time), 1)
    iv.copy(header, IV_PLACE)

    const cipher = createCipheriv('aes-128-cbc', encryption, iv)
    const signed = Buffer.concat([header, cipher.update(plaintext), cipher.final()])
    return padded(Buffer.concat([signed, createHmac('sha256', signing).update(signed).digest()]))
  }

  /**
   * The time within is given by `encryptedAt` and never checked here.
   *
   * @throws {FernetError} The text does not verify with any of the keys.
   */
  decrypt(text: string): Buffer {
    const { signed, mac } = split(text)
    for (const { signing, decipher } of this.#keys) {
      if (!timingSafeEqual(createHmac('sha256', signing).update(signed).digest(), mac)) continue
      // What comes out for the IV means nothing.
      return withoutPadding(decipher.update(signed.subarray(IV_PLACE)).subarray(BLOCK_BYTES))
    }
    throw new FernetError()
  }

  /** When a text was made, in seconds since the epoch; believable only after `decrypt` has accepted it. */
  static encryptedAt(text: string): number {
    return Number(split(text).signed.readBigUInt64BE(1))
  }
}

/** Whether a text is a Fernet key. */
export function isFernetKey(text: string): boolean {
  return BASE64URL.test(text) && Buffer.from(text, 'base64url').length === 32
}

function readKey(text: string): FernetKey {
  if (!isFernetKey(text)) throw new TypeError('A Fernet key is 32 bytes in base64url: 44 characters')
  const bytes = Buffer.from(text, 'base64url')
  const signing = createSecretKey(bytes.subarray(0, 16))
  const encryption = createSecretKey(bytes.subarray(16))
  const decipher = createDecipheriv('aes-128-cbc', encryption, Buffer.alloc(BLOCK_BYTES)).setAutoPadding(
    false,
  )
  return { signing, encryption, decipher }
}

function split(text: string): { signed: Buffer; mac: Buffer } {
  if (text.length % 4 !== 0 || !BASE64URL.test(text)) throw new FernetError()
  const bytes = Buffer.from(text, 'base64url')
  const ciphertextBytes = bytes.length - HEADER_BYTES - MAC_BYTES
  if (bytes[0] !== VERSION || ciphertextBytes <= 0 || ciphertextBytes % BLOCK_BYTES !== 0)
    throw new FernetError()
  return { signed: bytes.subarray(0, -MAC_BYTES), mac: bytes.subarray(-MAC_BYTES) }
}

/** PKCS #7 (RFC 5652 §6.3). What is wrong under a right signature was made by somebody who holds the key. */
function withoutPadding(blocks: Buffer): Buffer {
  const padding = blocks[blocks.length - 1] ?? 0
  const end = blocks.length - padding
  if (padding < 1 || padding > BLOCK_BYTES) throw new FernetError()
  for (let place = end; place < blocks.length; place++) {
    if (blocks[place] !== padding) throw new FernetError()
  }
  return blocks.subarray(0, end)
}

function padded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}
