import { type Kysely, type Selectable, sql } from 'kysely'
import { type Scopes, splitScopes } from '../models/scopes.ts'
import type { TokenType } from '../models/token-types.ts'
import { deleteOldEntries } from './history-truncation.ts'
import { type Database, type TokenAuthHistoryTable, timestampText } from './schema.ts'
import { joinKinship } from './token-rows.ts'

/** That a token was used to authenticate. */
export interface TokenUse {
  key: string
  /** Whole seconds since the epoch. */
  usedAt: number
  ipAddress: string | null
  /** Whether the history gets an entry, and not only the token its time; true unless given. */
  entry?: boolean
}

/** A recorded use, with what the token was at that time. */
export interface AuthHistoryEntry {
  id: number
  token: string
  username: string
  tokenType: TokenType
  tokenName: string | null
  parent: string | null
  scopes: Scopes
  service: string | null
  ipAddress: string | null
  /** Whole seconds since the epoch: when the token was used. */
  eventTime: number
}

export interface AuthHistoryOptions {
  token?: string
  username?: string
  limit: number
}

/** When, and from where, tokens were used: `token.last_used`, and entries in the history. */
export class AuthHistoryStore {
  readonly #trx: Kysely<Database>

  /** @param trx - The transaction, or the database itself for reading alone. */
  constructor(trx: Kysely<Database>) {
    this.#trx = trx
  }

  /**
   * Records a batch of uses. Waits for nobody: tokens that another transaction holds are skipped, and so are not kept from
   * being revoked (DESIGN.md, "Settled in advance"). `last_used` never goes back. Uses of tokens that are gone are dropped.
   *
   * @returns The keys that were skipped; their uses belong into the next batch.
   */
  async record(uses: readonly TokenUse[]): Promise<string[]> {
    if (uses.length === 0) return []
    const keys = [...new Set(uses.map(({ key }) => key))]
    const records = uses.map(({ key, usedAt, ipAddress, entry = true }) => ({
      key,
      used_at: timestampText(usedAt),
      ip_address: ipAddress,
      entry,
    }))
    // What a row is like is taken from `held`, which has it as it is under the lock.
    const { rows } = await sql<{ token: string }>`
      WITH use AS (
        SELECT key COLLATE "C" AS key, used_at, ip_address, entry
        FROM json_to_recordset(${JSON.stringify(records)}::json)
          AS (key varchar, used_at timestamp, ip_address inet, entry boolean)
      ), latest AS (SELECT key, max(used_at) AS used_at FROM use GROUP BY key
      ), held AS MATERIALIZED (
        SELECT token, username, token_type, token_name, scopes, service FROM token
        WHERE token = ANY(${keys}::varchar[]) FOR NO KEY UPDATE SKIP LOCKED
      ), touched AS (
        UPDATE token SET last_used = latest.used_at FROM latest JOIN held ON held.token = latest.key
        WHERE token.token = latest.key AND (token.last_used IS NULL OR token.last_used < latest.used_at)
      ), entered AS (
        INSERT INTO token_auth_history
          (token, username, token_type, token_name, parent, scopes, service, ip_address, event_time)
        SELECT token.token, token.username, token.token_type, token.token_name, subtoken.parent, token.scopes, token.service,
          use.ip_address, use.used_at
        FROM use JOIN held AS token ON token.token = use.key ${joinKinship}
        WHERE use.entry ORDER BY use.used_at
      )
      SELECT token FROM token WHERE token = ANY(${keys}::varchar[]) AND NOT EXISTS (
        SELECT FROM held WHERE held.token = token.token
      )`.execute(this.#trx)
    return rows.map(({ token }) => token)
  }

  /** Newest first. */
  async list({ token, username, limit }: AuthHistoryOptions): Promise<AuthHistoryEntry[]> {
    let query = this.#trx
      .selectFrom('token_auth_history')
      .selectAll()
      .orderBy('event_time', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
    if (token !== undefined) query = query.where('token', '=', token)
    if (username !== undefined) query = query.where('username', '=', username)
    return (await query.execute()).map(entryOfRow)
  }

  /**
   * Deletes a batch of the entries that are older than a time (whole seconds since the epoch), the oldest first.
   *
   * @returns How many; fewer than `limit`: there are no more.
   */
  deleteOlderThan(seconds: number, limit: number): Promise<number> {
    return deleteOldEntries(this.#trx, 'token_auth_history', seconds, limit)
  }
}

function entryOfRow(row: Selectable<TokenAuthHistoryTable>): AuthHistoryEntry {
  return {
    id: row.id,
    token: row.token,
    username: row.username,
    tokenType: row.token_type,
    tokenName: row.token_name,
    parent: row.parent,
    scopes: splitScopes(row.scopes ?? ''),
    service: row.service,
    ipAddress: row.ip_address,
    eventTime: row.event_time,
  }
}
