import { decrypt } from './fernet.ts'
import { type BareStores, giveBack, takeRedis } from './stores.ts'
import { redisValues, sqlValues } from './token-values.ts'

/** One value, decrypted; null: absent or expired. */
export async function readData(stores: BareStores, key: string): Promise<object | null> {
  const text = await readText(stores, key)
  if (text === null) return null
  const data = JSON.parse(decrypt(stores.key, text))
  const gone = data.token.key !== key || (data.expires !== null && data.expires * 1000 <= Date.now())
  return gone ? null : data
}

async function readText(stores: BareStores, key: string): Promise<string | null> {
  const link = await takeRedis(stores)
  if (link) {
    try {
      const [text] = await redisValues(link.client).get([key])
      return text ?? null
    } finally {
      giveBack(stores, link)
    }
  }
  const client = await stores.pool.connect()
  try {
    const [text] = await sqlValues(client).get([key])
    return text ?? null
  } finally {
    client.release()
  }
}
