import { randomBytes } from 'node:crypto'

const KEY_BYTES = 32
// Both alphabets of base64: the reference reads either.
const KEY = /^[A-Za-z0-9_+/-]{43}=$/

/** Whether a text is a Fernet key: 32 bytes in URL-safe base64 with its padding (spec/tokens.md §5.1). */
export function isFernetKey(text: string): boolean {
  return KEY.test(text)
}

/** A new Fernet key. */
export function generateFernetKey(random: (size: number) => Buffer = randomBytes): string {
  return `${random(KEY_BYTES).toString('base64url')}=`
}
