import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Fernet with `node:crypto` and one key, no more than the specification asks for. */
export interface FernetKey {
  signing: Buffer
  encryption: Buffer
}

export function fernetKey(text: string): FernetKey {
  const bytes = Buffer.from(text, 'base64url')
  return { signing: bytes.subarray(0, 16), encryption: bytes.subarray(16) }
}

export function encrypt(key: FernetKey, text: string): string {
  const header = Buffer.alloc(9)
  header[0] = 0x80
  header.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)), 1)
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', key.encryption, iv)
  const signed = Buffer.concat([header, iv, cipher.update(text), cipher.final()])
  const mac = createHmac('sha256', key.signing).update(signed).digest()
  return Buffer.concat([signed, mac]).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

export function decrypt(key: FernetKey, text: string): string {
  const bytes = Buffer.from(text, 'base64url')
  const signed = bytes.subarray(0, -32)
  const mac = createHmac('sha256', key.signing).update(signed).digest()
  if (signed[0] !== 0x80 || !timingSafeEqual(mac, bytes.subarray(-32))) throw new Error('Not Fernet')
  const decipher = createDecipheriv('aes-128-cbc', key.encryption, signed.subarray(9, 25))
  return Buffer.concat([decipher.update(signed.subarray(25)), decipher.final()]).toString()
}
