import { type Kysely, sql } from 'kysely'
import type { Database } from './schema.ts'

/** How many of each there were. */
export interface DeletedRows {
  tokens: number
  historyEntries: number
  admins: number
}

/**
 * Empties the tables that the reference's `delete-all-data` empties, and Porthor's own beside them; sequences go on, the version
 * stamp stays (spec/cli.md §3). To be called in a transaction.
 */
export async function emptyDatabase(trx: Kysely<Database>): Promise<DeletedRows> {
  const { rows } = await sql<DeletedRows>`SELECT (SELECT count(*) FROM token) AS tokens,
    (SELECT count(*) FROM token_change_history) AS "historyEntries", (SELECT count(*) FROM admin) AS admins`.execute(
    trx,
  )
  await sql`TRUNCATE admin, admin_history, token, token_auth_history, token_change_history, subtoken,
    porthor_frozen_user, porthor_session, porthor_login_link`.execute(trx)
  return rows[0] ?? { tokens: 0, historyEntries: 0, admins: 0 }
}
