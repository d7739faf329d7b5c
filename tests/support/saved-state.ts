import { sql } from 'kysely'
import pg from 'pg'
import type { Porthor } from '../../src/composition.ts'
import type { RedisConnection } from '../../src/storage/redis/redis-connection.ts'
import { RedisTokenDataStore } from '../../src/storage/token-data/redis-token-data-store.ts'

/** All that lies in both stores, to be brought back as often as wanted; plain data, for another process as well. */
export interface SavedState {
  /** By table: its rows as a JSON array. */
  readonly tables: Readonly<Record<string, string>>
  /** Null: token data lies in the database. */
  readonly redis: readonly SavedKey[] | null
}

interface SavedKey {
  readonly key: string
  /** A text, or the fields of a hash. */
  readonly value: string | Readonly<Record<string, string>>
  /** Milliseconds since the epoch; negative: never. */
  readonly end: number
}

export async function saveState({ database, data }: Porthor): Promise<SavedState> {
  const { rows } = await sql<{ name: string }>`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`.execute(database.db)
  const tables: Record<string, string> = {}
  for (const { name } of rows) {
    const content = await sql<{ rows: string | null }>`
      SELECT json_agg(content)::text AS rows FROM ${sql.table(name)} content`.execute(database.db)
    tables[name] = content.rows[0]?.rows ?? '[]'
  }
  const redis =
    data instanceof RedisTokenDataStore ? await data.connection((connection) => saveRedis(connection)) : null
  return { tables, redis }
}

/** Of what Porthor remembers of the stores, only the verifier's memory of tokens is put right. */
export async function restoreState(porthor: Porthor, state: SavedState): Promise<void> {
  const { database, verifier } = porthor
  await database.db.transaction().execute(async (trx) => {
    // Without foreign keys: the tables come in any order.
    await sql`SET LOCAL session_replication_role = replica`.execute(trx)
    for (const [name, rows] of Object.entries(state.tables)) {
      const table = sql.table(name)
      await sql`DELETE FROM ${table}`.execute(trx)
      if (rows === '[]') continue
      await sql`INSERT INTO ${table} OVERRIDING SYSTEM VALUE
        SELECT * FROM json_populate_recordset(NULL::${table}, ${rows}::json)`.execute(trx)
    }
  })
  await restoreTokenData(porthor, state)
  verifier.forgetEverything()
}

/** What `restoreState` does to Redis; without one, nothing. */
export async function restoreTokenData({ data }: Porthor, { redis }: SavedState): Promise<void> {
  if (redis && data instanceof RedisTokenDataStore)
    await data.connection((connection) => restoreRedis(connection, redis))
}

/** What `restoreState` does to the database, as one text for PostgreSQL: one round trip. */
export function restoreScript({ tables }: SavedState): string {
  const statements = Object.entries(tables).flatMap(([name, rows]) => {
    const table = pg.escapeIdentifier(name)
    const insert = `INSERT INTO ${table} OVERRIDING SYSTEM VALUE
      SELECT * FROM json_populate_recordset(NULL::${table}, ${pg.escapeLiteral(rows)}::json)`
    return [`DELETE FROM ${table}`, ...(rows === '[]' ? [] : [insert])]
  })
  return ['BEGIN', 'SET LOCAL session_replication_role = replica', ...statements, 'COMMIT'].join(';\n')
}

async function saveRedis(connection: RedisConnection): Promise<SavedKey[]> {
  const keys = await connection.send<string[]>('KEYS', '*')
  const saved: SavedKey[] = []
  for (const key of keys.toSorted()) {
    const isHash = (await connection.send<string>('TYPE', key)) === 'hash'
    const value = isHash ? await hash(connection, key) : await connection.send<string>('GET', key)
    saved.push({ key, value, end: await connection.send<number>('PEXPIRETIME', key) })
  }
  return saved
}

async function hash(connection: RedisConnection, key: string): Promise<Record<string, string>> {
  const fields = await connection.send<string[]>('HKEYS', key)
  const values = await connection.send<string[]>('HMGET', key, ...fields)
  return Object.fromEntries(fields.map((field, index) => [field, values[index] ?? '']))
}

async function restoreRedis(connection: RedisConnection, keys: readonly SavedKey[]): Promise<void> {
  const commands = keys.flatMap(({ key, value, end }) => [
    typeof value === 'string' ? ['SET', key, value] : ['HSET', key, ...Object.entries(value).flat()],
    ...(end >= 0 ? [['PEXPIREAT', key, String(end)]] : []),
  ])
  await connection.sendAll([['FLUSHDB'], ...commands])
}
