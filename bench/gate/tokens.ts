import { sql } from 'kysely'
import type { Porthor } from '../../src/composition.ts'
import { encodeTokenData } from '../../src/models/token-data.ts'
import { RedisTokenDataStore } from '../../src/storage/token-data/redis-token-data-store.ts'
import { newUsername, type Seed, seed } from '../seeds.ts'

const BATCH = 1_000

/** Puts user tokens into both stores. @returns Them, whole. */
export async function loadTokens(porthor: Porthor, count: number): Promise<string[]> {
  const tokens: string[] = []
  for (let start = 0; start < count; start += BATCH) {
    const seeds = Array.from({ length: BATCH }, () => seed(newUsername(), 'user', { tokenName: 'laptop' }))
    await loadBatch(porthor, seeds)
    tokens.push(...seeds.map(({ data }) => data.token.toString()))
  }
  return tokens
}

async function loadBatch({ database, data, fernet }: Porthor, seeds: Seed[]): Promise<void> {
  const records = seeds.map((one) => ({
    key: one.data.token.key,
    value: fernet.encrypt(encodeTokenData(one.data)),
    username: one.data.username,
    scopes: one.data.scopes.join(),
    created: one.data.created,
    expires: one.data.expires ?? 0,
  }))
  const rows = sql`json_to_recordset(${JSON.stringify(records)}::json)
    AS seed(key varchar, value text, username varchar, scopes varchar, created float8, expires float8)`
  await sql`
    INSERT INTO token (token, username, token_type, token_name, scopes, created, expires)
    SELECT key, username, 'user', 'laptop', scopes, to_timestamp(created) AT TIME ZONE 'UTC',
      to_timestamp(expires) AT TIME ZONE 'UTC' FROM ${rows}`.execute(database.db)
  if (data instanceof RedisTokenDataStore) {
    await data.connection((connection) =>
      Promise.all(records.map(({ key, value }) => connection.send('SET', `token:${key}`, value))),
    )
    return
  }
  await sql`INSERT INTO porthor_token_data (key, value, expires)
    SELECT key, value, to_timestamp(expires) AT TIME ZONE 'UTC' FROM ${rows}`.execute(database.db)
}
