import { type Kysely, type Selectable, sql } from 'kysely'
import { type Scopes, splitScopes } from '../models/scopes.ts'
import type { TokenType } from '../models/token-types.ts'
import { deleteOldEntries } from './history-truncation.ts'
import type { Database, TokenAuthHistoryTable } from './schema.ts'
import { isOwnKinship } from './token-rows.ts'

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
   * Records a batch of uses, of each token one, in a transaction with the settings of an operation (`TokenLocks.limitWaiting`).
   * Waits for nobody: tokens that another transaction holds are skipped, and so are not kept from being revoked (DESIGN.md,
   * "Settled in advance"). `last_used` never goes back. Uses of tokens that are gone are dropped.
   *
   * @returns The keys that were skipped; their uses belong into the next batch.
   */
  async record(uses: readonly TokenUse[]): Promise<string[]> {
    if (uses.length === 0) return []
    const records = uses.map(({ key, usedAt, ipAddress, entry = true }) => ({
      key,
      used_at: usedAt,
      ip_address: ipAddress,
      entry,
    }))
    // What a row is like is taken from `held`, which has it as it is under the lock.
    const { rows } = await sql<{ token: string }>`
      WITH use AS MATERIALIZED (
        SELECT key COLLATE "C" AS key, to_timestamp(used_at) AT TIME ZONE 'UTC' AS used_at, ip_address, entry
        FROM json_to_recordset(${JSON.stringify(records)}::json)
          AS (key varchar, used_at float8, ip_address inet, entry boolean)
      ), held AS MATERIALIZED (
        SELECT token.*, use.used_at, use.ip_address, use.entry FROM use CROSS JOIN LATERAL (
          SELECT token, username, token_type, token_name, scopes, service FROM token
          WHERE token = use.key FOR NO KEY UPDATE SKIP LOCKED
        ) AS token
      ), touched AS (
        UPDATE token SET last_used = held.used_at FROM held
        WHERE token.token = held.token AND (token.last_used IS NULL OR token.last_used < held.used_at)
      ), entered AS (
        INSERT INTO token_auth_history
          (token, username, token_type, token_name, parent, scopes, service, ip_address, event_time)
        SELECT token, username, token_type, token_name, (SELECT parent FROM subtoken WHERE ${isOwnKinship}), scopes, service,
          ip_address, used_at
        FROM held AS token WHERE entry ORDER BY used_at
      )
      SELECT token FROM token
      WHERE token = ANY (ARRAY(SELECT key FROM use WHERE key NOT IN (SELECT token FROM held)))`.execute(
      this.#trx,
    )
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
