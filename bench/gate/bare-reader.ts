import { createClient } from '@redis/client'
import { decrypt, fernetKey } from '../bare/fernet.ts'

/** Token data in Redis, read by hand: one `GET`, one decryption and `JSON.parse` for each token, and no check of what is read. */
export interface BareReader {
  /** @param key - Of a token. @returns Null: there is no such token. */
  read(key: string): Promise<unknown>
  close(): Promise<void>
}

/** @param keyText - The Fernet key. */
export async function openBareReader(url: string, keyText: string): Promise<BareReader> {
  const fernet = fernetKey(keyText)
  const client = await createClient({ url, RESP: 3 }).connect()
  return {
    async read(key) {
      const text = await client.get(`token:${key}`)
      return text === null ? null : JSON.parse(decrypt(fernet, text))
    },
    close: () => client.close(),
  }
}
