import { type Kysely, sql } from 'kysely'
import { type Database, timestamp } from './schema.ts'

/**
 * Deletes one batch of a history's oldest entries. Never waits for a lock: what another run is deleting is left to it.
 *
 * @param before - Whole seconds since the epoch: entries of earlier times go.
 * @returns How many went; fewer than `limit`: there is nothing more to be had.
 */
export async function deleteOldEntries(
  trx: Kysely<Database>,
  history: 'token_change_history' | 'token_auth_history' | 'admin_history',
  before: number,
  limit: number,
): Promise<number> {
  const table = sql.table(history)
  const { numAffectedRows } = await sql`
    DELETE FROM ${table} WHERE id = ANY(ARRAY(
      SELECT id FROM ${table} WHERE event_time < ${timestamp(before)}
      ORDER BY event_time, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ))`.execute(trx)
  return Number(numAffectedRows ?? 0n)
}
