import type { Client, RedisClient } from './stores.ts'

/** The encrypted values, in Redis or in the table beside the database. */
export interface TokenValues {
  /** In the order of the keys; null: absent. */
  get(keys: string[]): Promise<(string | null)[]>
  /** Stores what must not be there yet. @param expires - Whole seconds since the epoch; null: never. */
  add(key: string, value: string, expires: number | null): Promise<void>
  /** Replaces a value that is still exactly `text` (PROTOCOLS.md §3). */
  replace(key: string, text: string, value: string, expires: number | null): Promise<void>
  delete(keys: string[]): Promise<void>
}

const REPLACE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2]) else redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3]) end
return 1`

export function redisValues(client: RedisClient): TokenValues {
  return {
    get: (keys) => Promise.all(keys.map((key) => client.get(`token:${key}`))),
    async add(key, value, expires) {
      const end = expires === null ? {} : { expiration: { type: 'PXAT' as const, value: expires * 1000 } }
      const reply = await client.set(`token:${key}`, value, { condition: 'NX', ...end })
      if (reply === null) throw new Error('The key is taken')
    },
    async replace(key, text, value, expires) {
      const end = expires === null ? '' : String(expires * 1000)
      const options = { keys: [`token:${key}`], arguments: [text, value, end] }
      if ((await client.eval(REPLACE, options)) !== 1) throw new Error('The value has changed')
    },
    async delete(keys) {
      await client.del(keys.map((key) => `token:${key}`))
    },
  }
}

const UTC = `to_timestamp($3::float8) AT TIME ZONE 'UTC'`

export function sqlValues(client: Pick<Client, 'query'>): TokenValues {
  return {
    async get(keys) {
      const { rows } = await client.query(
        'SELECT key, value FROM porthor_token_data WHERE key = ANY($1::varchar[])',
        [keys],
      )
      const values = new Map(rows.map((row) => [row.key, String(row.value)]))
      return keys.map((key) => values.get(key) ?? null)
    },
    async add(key, value, expires) {
      const { rows } = await client.query(
        `INSERT INTO porthor_token_data (key, value, expires) VALUES ($1, $2, ${UTC})
        ON CONFLICT (key) DO NOTHING RETURNING key`,
        [key, value, expires],
      )
      if (rows.length === 0) throw new Error('The key is taken')
    },
    async replace(key, text, value, expires) {
      const { rows } = await client.query(
        `UPDATE porthor_token_data SET value = $2, expires = ${UTC} WHERE key = $1 AND value = $4 RETURNING key`,
        [key, value, expires, text],
      )
      if (rows.length === 0) throw new Error('The value has changed')
      await notify(client, [key])
    },
    async delete(keys) {
      const { rows } = await client.query(
        'DELETE FROM porthor_token_data WHERE key = ANY($1::varchar[]) RETURNING 1',
        [keys],
      )
      if (rows.length > 0) await notify(client, keys)
    },
  }
}

const KEYS_A_PAYLOAD = 300
const KEYS_BEFORE_EVERYTHING = 1_000

/** Tells the processes that remember these values (DESIGN.md, "SQL token data"). */
async function notify(client: Pick<Client, 'query'>, keys: string[]): Promise<void> {
  const send = (payload: string) => client.query(`SELECT pg_notify('porthor_token_data', $1)`, [payload])
  if (keys.length > KEYS_BEFORE_EVERYTHING) {
    await send('*')
    return
  }
  for (let start = 0; start < keys.length; start += KEYS_A_PAYLOAD) {
    await send(`k:${keys.slice(start, start + KEYS_A_PAYLOAD).join(',')}`)
  }
}
