import { END } from './revoke.ts'
import type { BareStores, Client } from './stores.ts'
import type { TokenValues } from './token-values.ts'
import { inTransaction } from './transaction.ts'

const EXPIRED = `SELECT token FROM token WHERE expires <= to_timestamp($1::float8) AT TIME ZONE 'UTC'
  ORDER BY expires, token LIMIT $2 FOR UPDATE SKIP LOCKED`

const BELOW = `
  WITH RECURSIVE tree(top, key, depth) AS (
    SELECT parent, child, 1 FROM subtoken WHERE parent = ANY($1::varchar[])
    UNION ALL
    SELECT tree.top, subtoken.child, tree.depth + 1 FROM subtoken JOIN tree ON subtoken.parent = tree.key
    WHERE tree.depth < 100000
  )
  SELECT top, key FROM tree ORDER BY depth DESC`

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

  const { rows: below } = await client.query(BELOW, [[...tops]])
  const { rows: locked } = await client.query(
    'SELECT token FROM token WHERE token = ANY($1::varchar[]) FOR UPDATE SKIP LOCKED',
    [below.map((row) => row.key)],
  )
  const held = new Set([...tops, ...locked.map((row) => String(row.token))])
  const { rows: again } = await client.query(BELOW, [[...tops]])
  const incomplete = new Set(again.filter((row) => !held.has(String(row.key))).map((row) => String(row.top)))

  const ancestors = new Map<string, string | null>()
  for (const { top, key } of again) {
    if (!incomplete.has(String(top))) ancestors.set(String(key), tops.has(String(key)) ? null : String(top))
  }
  for (const top of tops) if (!incomplete.has(top)) ancestors.set(top, null)
  const endings = [[...ancestors.keys()], [...ancestors.values()]]
  const { rows } = await client.query(END, [...endings, '<internal>', 'expire', null])
  await values.delete([...ancestors.keys()])
  return rows.length
}
