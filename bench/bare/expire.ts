import { END } from './revoke.ts'
import type { BareStores, Client } from './stores.ts'
import type { TokenValues } from './token-values.ts'
import { inTransaction } from './transaction.ts'

const EXPIRED = `SELECT token FROM token WHERE expires <= to_timestamp($1::float8) AT TIME ZONE 'UTC'
  ORDER BY expires, token LIMIT $2 FOR UPDATE SKIP LOCKED`

const SUBTREES = `
  WITH RECURSIVE tree(top, key, depth) AS (
    SELECT key, key, 0 FROM unnest($1::varchar[] COLLATE "C") AS key
    UNION ALL
    SELECT tree.top, subtoken.child COLLATE "C", tree.depth + 1
    FROM subtoken JOIN tree ON subtoken.parent = tree.key COLLATE "default"
    WHERE tree.depth < 100000
  )
  SELECT top, key, depth FROM tree`

/** PROTOCOLS.md §4.5 in batches, as DESIGN.md has settled it. @returns How many tokens ended. */
export async function expire(stores: BareStores, batch: number): Promise<number> {
  for (let ended = 0; ; ) {
    const inBatch = await inTransaction(stores, (client, values) => expireBatch(client, values, batch))
    if (inBatch === 0) return ended
    ended += inBatch
  }
}

async function expireBatch(client: Client, values: TokenValues, batch: number): Promise<number> {
  const { rows: expired } = await client.query(EXPIRED, [Math.floor(Date.now() / 1000), batch])
  const tops = new Set(expired.map((row) => String(row.token)))
  if (tops.size === 0) return 0

  const { rows: listed } = await client.query(SUBTREES, [[...tops]])
  const keys = [...new Set(listed.map((row) => String(row.key)))]
  const { rows: locked } = await client.query(
    'SELECT token FROM token WHERE token = ANY($1::varchar[]) FOR UPDATE SKIP LOCKED',
    [keys],
  )
  const held = new Set(locked.map((row) => row.token))
  const { rows: again } = await client.query(SUBTREES, [[...tops]])
  const incomplete = new Set(again.filter((row) => !held.has(String(row.key))).map((row) => row.top))

  const ancestors = new Map<string, string | null>()
  for (const { top, key } of again.toSorted((one, other) => Number(other.depth) - Number(one.depth))) {
    if (!incomplete.has(top ?? null)) ancestors.set(String(key), tops.has(String(key)) ? null : String(top))
  }
  const endings = [[...ancestors.keys()], [...ancestors.values()]]
  const { rows } = await client.query(END, [...endings, '<internal>', 'expire', null])
  await values.delete([...ancestors.keys()])
  return rows.length
}
