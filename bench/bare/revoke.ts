import type { BareStores } from './stores.ts'
import { inTransaction, lockSubtree } from './transaction.ts'

export const END = `
  WITH ending AS (
    SELECT * FROM unnest($1::varchar[] COLLATE "C", $2::varchar[]) WITH ORDINALITY AS ending(key, ancestor, place)
  ), kinship AS (
    SELECT child, parent FROM subtoken WHERE child = ANY($1::varchar[])
  ), gone AS (
    DELETE FROM token USING ending WHERE token.token = ending.key COLLATE "C"
    RETURNING token.*, ending.ancestor, ending.place
  ), history AS (
    INSERT INTO token_change_history (token, username, token_type, token_name, parent, scopes, service, expires, actor,
      action, ip_address, event_time, cause, ancestor)
    SELECT token, username, token_type, token_name, kinship.parent, scopes, service, expires, $3, $4::tokenchange,
      $5::inet, date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC'),
      CASE WHEN ancestor IS NULL THEN NULL ELSE 'cascade' END, ancestor
    FROM gone LEFT JOIN kinship ON kinship.child = gone.token ORDER BY place
  )
  SELECT token, username FROM gone`

/** PROTOCOLS.md §4.2. @returns How many tokens ended. */
export async function revoke(stores: BareStores, key: string): Promise<number> {
  return inTransaction(stores, async (client, values) => {
    const locked = await lockSubtree(client, key)
    const keys = locked.map((row) => String(row.token)).reverse()
    const ancestors = keys.map((ended) => (ended === key ? null : key))
    const { rows } = await client.query(END, [keys, ancestors, 'admin', 'revoke', '192.0.2.1'])
    await values.delete(keys)
    return rows.length
  })
}
