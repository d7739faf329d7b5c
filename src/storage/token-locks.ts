import { type Kysely, sql } from 'kysely'
import type { Privilege } from '../models/privilege.ts'
import { splitScopes } from '../models/scopes.ts'
import type { TokenInfo } from '../models/token-info.ts'
import { forEachInTurns, mapInTurns } from '../models/turns.ts'
import type { Database } from './schema.ts'
import { joinKinship, MAXIMUM_DEPTH, type TokenRow, tokenInfoOfRow } from './token-rows.ts'

/** A token whose row this transaction holds. */
export interface LockedToken {
  info: TokenInfo
  /** SHA-256 of the committed secret; null: not known (a row of the reference's making). */
  secretDigest: Uint8Array | null
  /** 0 for the tops that were asked for. */
  depth: number
  /** Its kinship names no parent any more. */
  orphaned: boolean
}

/** Own numbers, so as not to meet anybody else's advisory locks. */
const FENCE = 7_061_748_000n
const COMPARISON = 7_061_748_002n
const USER_LOCK_PREFIX = 'porthor user '

/**
 * Without `jit`: of trees the planner expects so much more than there is that it would compile each statement for a second.
 * Key by key, each by index: operations name the tokens that they are about, and for thousands of them the planner would
 * rather read a whole table, or a whole index.
 */
const SETTINGS = sql`set_config('lock_timeout', '5s', true),
  set_config('statement_timeout', '60s', true),
  set_config('idle_in_transaction_session_timeout', '15s', true),
  set_config('jit', 'off', true),
  set_config('enable_seqscan', 'off', true), set_config('enable_mergejoin', 'off', true),
  set_config('enable_hashjoin', 'off', true)`

/**
 * The locks of PROTOCOLS.md, in one transaction. The order is the caller's duty: fence, user, the parent's row, the
 * token's row, descendants by depth and key.
 */
export class TokenLocks {
  readonly #trx: Kysely<Database>

  constructor(trx: Kysely<Database>) {
    this.#trx = trx
  }

  /** Settings of this transaction alone (PROTOCOLS.md §8), so that a transaction-pooling proxy may stand between. */
  async limitWaiting(): Promise<void> {
    await sql`SELECT ${SETTINGS}`.execute(this.#trx)
  }

  /** The fence, which makes "this Redis is blessed" stay true until the end of the transaction. A statement of its own. */
  async enterFence(): Promise<void> {
    await sql`SELECT ${SETTINGS}, pg_advisory_xact_lock_shared(${FENCE}::bigint)`.execute(this.#trx)
  }

  /** Waits for all operations under way; nobody enters the fence meanwhile. */
  async closeFence(): Promise<void> {
    await sql`SELECT pg_advisory_xact_lock(${FENCE}::bigint)`.execute(this.#trx)
  }

  /**
   * Held by the one process that compares the stores (PROTOCOLS.md §7), for as long as that takes.
   *
   * @returns False: another one does.
   */
  async tryComparison(): Promise<boolean> {
    const { rows } = await sql<{ locked: boolean }>`
      SELECT set_config('idle_in_transaction_session_timeout', '0', true),
        pg_try_advisory_xact_lock(${COMPARISON}::bigint) AS locked`.execute(this.#trx)
    return rows[0]?.locked ?? false
  }

  /** Held by whoever makes a token of this user; waits for `lockUser`. */
  async shareUser(username: string): Promise<void> {
    await sql`SELECT pg_advisory_xact_lock_shared(hashtextextended(${USER_LOCK_PREFIX + username}, 0))`.execute(
      this.#trx,
    )
  }

  /** Held by whoever freezes a user, ends all of their tokens, or makes one where their number is limited. */
  async lockUser(username: string): Promise<void> {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${USER_LOCK_PREFIX + username}, 0))`.execute(
      this.#trx,
    )
  }

  /**
   * FOR SHARE: the row stays as it is until the end of the transaction, others may share it.
   *
   * @returns What a token made or changed under this lock may have; null: no such token.
   */
  async shareToken(key: string): Promise<Privilege | null> {
    const { rows } = await sql<{ scopes: string; expires: number | null }>`
      SELECT scopes, expires FROM token WHERE token = ${key} FOR SHARE`.execute(this.#trx)
    const [row] = rows
    return row ? { scopes: splitScopes(row.scopes), expires: row.expires } : null
  }

  /** FOR NO KEY UPDATE: the row is ours to change. Null: no such token. */
  async lockToken(key: string): Promise<LockedToken | null> {
    const { rows } = await sql<KinRow>`
      SELECT token.*, subtoken.parent, subtoken.child FROM token ${joinKinship}
      WHERE token.token = ${key} FOR NO KEY UPDATE OF token`.execute(this.#trx)
    const [row] = rows
    return row ? lockedToken({ ...row, depth: 0 }) : null
  }

  /** Key of the parent that a token's kinship names; null: none. Not locked: a hint as to what to lock first. */
  async parentOf(key: string): Promise<string | null> {
    const { rows } = await sql<{ parent: string | null }>`
      SELECT parent FROM subtoken WHERE child = ${key}`.execute(this.#trx)
    return rows[0]?.parent ?? null
  }

  /**
   * Locks tokens with all below them FOR UPDATE, ancestors first. Listed again until nothing is new: a statement that
   * waited for a lock does not see the rows that were inserted meanwhile (PROTOCOLS.md §2.2).
   *
   * @returns By depth and key; without those of `tops` that do not exist.
   */
  async lockSubtrees(tops: readonly string[]): Promise<LockedToken[]> {
    for (;;) {
      const locked = await this.#lockSubtreesOnce(tops)
      const held = new Set<string>()
      await forEachInTurns(locked, ({ info }) => held.add(info.token))
      const listed = await this.#listSubtrees(tops)
      const isHeld = await mapInTurns(listed, (key) => held.has(key))
      if (listed.length === held.size && !isHeld.includes(false)) return locked
    }
  }

  /** Keys of tokens with all below them, as they are now, each once. */
  async #listSubtrees(tops: readonly string[]): Promise<string[]> {
    const { rows } = await sql<{ key: string }>`
      WITH RECURSIVE tree(key) AS (
        SELECT token FROM token WHERE token = ANY(${tops}::varchar[])
        UNION
        SELECT subtoken.child COLLATE "C" FROM subtoken JOIN tree ON subtoken.parent = tree.key COLLATE "default"
      )
      SELECT key FROM tree`.execute(this.#trx)
    return rows.map((row) => row.key)
  }

  async #lockSubtreesOnce(tops: readonly string[]): Promise<LockedToken[]> {
    const { rows } = await sql<KinRow & { depth: number }>`
      WITH RECURSIVE tree(key, depth) AS (
        SELECT token, 0 FROM token WHERE token = ANY(${tops}::varchar[])
        UNION ALL
        SELECT subtoken.child COLLATE "C", tree.depth + 1
        FROM subtoken JOIN tree ON subtoken.parent = tree.key COLLATE "default"
        WHERE tree.depth < ${MAXIMUM_DEPTH}
      ), placed AS (SELECT key, min(depth) AS depth FROM tree GROUP BY key)
      SELECT token.*, subtoken.parent, subtoken.child, placed.depth
      FROM placed JOIN token ON token.token = placed.key ${joinKinship}
      ORDER BY placed.depth, token.token FOR UPDATE OF token`.execute(this.#trx)
    return mapInTurns(rows, lockedToken)
  }

  /** Rows as they are, without locks, by key. */
  async readTokens(keys: readonly string[]): Promise<Map<string, LockedToken>> {
    const { rows } = await sql<KinRow>`
      SELECT token.*, subtoken.parent, subtoken.child FROM token ${joinKinship}
      WHERE token.token = ANY(${keys}::varchar[])`.execute(this.#trx)
    return new Map(rows.map((row) => [row.token, lockedToken({ ...row, depth: 0 })]))
  }

  /** The roots of a user: tokens without a parent. Not locked. */
  async rootsOf(username: string): Promise<string[]> {
    const { rows } = await sql<{ token: string }>`
      SELECT token.token FROM token ${joinKinship}
      WHERE token.username = ${username} AND subtoken.parent IS NULL ORDER BY token.token`.execute(this.#trx)
    return rows.map((row) => row.token)
  }

  /**
   * Locks a row that is not there: waits for a transaction that is inserting this key, and keeps others from it until
   * `removePlaceHolder` (PROTOCOLS.md §3).
   *
   * @returns False: there is such a row, committed.
   */
  async claimAbsent(key: string): Promise<boolean> {
    const { rows } = await sql<{ token: string }>`
      INSERT INTO token (token, username, token_type, scopes, created)
      VALUES (${key}, '<internal>', 'service', '', timestamp 'epoch')
      ON CONFLICT (token) DO NOTHING RETURNING token`.execute(this.#trx)
    return rows.length > 0
  }

  async removePlaceHolder(key: string): Promise<void> {
    await this.#trx.deleteFrom('token').where('token', '=', key).execute()
  }
}

type KinRow = TokenRow & { child: string | null }

function lockedToken(row: KinRow & { depth: number }): LockedToken {
  const orphaned = row.child !== null && row.parent === null
  return { info: tokenInfoOfRow(row), secretDigest: row.secret_digest, depth: row.depth, orphaned }
}
