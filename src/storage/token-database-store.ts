import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { ChangeCause, HistoryContext, TokenChange } from '../models/change-history.ts'
import { DuplicateTokenNameError } from '../models/errors.ts'
import { joinScopes, type Scopes, sameScopes } from '../models/scopes.ts'
import { secretDigest } from '../models/token.ts'
import type { TokenData } from '../models/token-data.ts'
import type { TokenInfo } from '../models/token-info.ts'
import type { TokenType } from '../models/token-types.ts'
import { mapInTurns } from '../models/turns.ts'
import { isUniqueViolation } from './database-errors.ts'
import { type Database, eventTime, nullableTimestamp, timestamp, timestampText } from './schema.ts'
import { TokenLocks } from './token-locks.ts'
import {
  comesAfter,
  isOwnKinship,
  joinKinship,
  MAXIMUM_DEPTH,
  type TokenInfoRow,
  type TokenPosition,
  type TokenRow,
  tokenInfoOfRow,
} from './token-rows.ts'

export type { TokenPosition }

export interface AddOptions {
  /** Unique among the user's tokens; null or absent: none. */
  tokenName?: string | null
  /** What its owner wrote down about it. */
  note?: string | null
  /** Key of the token from which this one is derived. */
  parent?: string | null
  /** Writes a `create` entry in the same statement. */
  history?: HistoryContext
}

export interface ListOptions {
  username?: string
  tokenType?: TokenType
  /** At most so many; absent or 0: all. */
  limit?: number
  /** Only what comes after this one in the order of the list. */
  after?: TokenPosition
}

/** What is to change; absent: stays. */
export interface TokenModification {
  tokenName?: string
  scopes?: Scopes
  /** Whole seconds since the epoch; null: never. */
  expires?: number | null
  /** Null: none any more. */
  note?: string | null
}

/** A row that gets a new state, with what its history is to say of the old one. */
export interface TokenChangeRow {
  /** The row after the change. */
  info: TokenInfo
  /** Recorded where given; null where the old value itself was null. */
  oldTokenName?: string | null
  oldScopes?: Scopes
  oldExpires?: number | null
  /** Key of the ancestor because of whose change this one changes. */
  ancestor?: string
  cause?: ChangeCause
}

/** A row that ends, with what its history is to say. */
export interface TokenEnding {
  key: string
  /** Key of the ancestor because of whose end this one ends. */
  ancestor?: string
}

export interface DeleteExpiredOptions {
  /** Whole seconds since the epoch: what ends at or before this has expired. */
  now: number
  /** At most so many expired tokens are looked at (their descendants come on top). */
  limit?: number
  history?: HistoryContext
}

const PAGE_SIZE = 1_000

/**
 * The database's view of tokens: names, kinship, and what the history says of their changes (spec/token-store.md §2).
 * Every method runs on the transaction it is given, and in a bounded number of statements. With a history context, a
 * change and its history entries are one statement.
 */
export class TokenDatabaseStore {
  readonly #trx: Kysely<Database>
  readonly #offsetSeconds: number

  /**
   * @param trx - The transaction, or the database itself for reading alone.
   * @param offsetSeconds - How far a test has moved the clock; 0 in production.
   */
  constructor(trx: Kysely<Database>, offsetSeconds = 0) {
    this.#trx = trx
    this.#offsetSeconds = offsetSeconds
  }

  /**
   * Stores a new token and, where it was derived from another, its kinship.
   *
   * @throws {DuplicateTokenNameError} The user already has a token of that name.
   */
  async add(data: TokenData, options: AddOptions = {}): Promise<void> {
    const { tokenName = null, note = null, parent = null, history } = options
    // Not a look-up and then an insert: two requests could both find the name free. Nor a caught violation: PostgreSQL
    // would refuse the rest of the transaction. The foreign keys are checked at the end of the statement.
    const kinship = sql`, kinship AS (INSERT INTO subtoken (child, parent) SELECT token, ${parent} FROM added)`
    const { rows } = await sql<{ token: string }>`
      WITH added AS (
        INSERT INTO token (token, username, token_type, token_name, scopes, service, created, expires, secret_digest,
          note)
        VALUES (${data.token.key}, ${data.username}, ${data.tokenType}::tokentype, ${tokenName}, ${joinScopes(data.scopes)},
          ${data.service}, ${timestamp(data.created)}, ${nullableTimestamp(data.expires)}, ${secretDigest(data.token.secret)},
          ${note})
        ON CONFLICT (username, token_name) DO NOTHING
        RETURNING *
      )${parent === null ? sql`` : kinship}${history ? sql`, history AS (${this.#insertHistory(history, 'create', sql`added`, sql`${parent}::varchar`)})` : sql``}
      SELECT token FROM added`.execute(this.#trx)
    if (rows.length === 0) throw new DuplicateTokenNameError()
  }

  /**
   * Counts the users who have an active session.
   *
   * @param now - Whole seconds since the epoch.
   */
  async countUniqueSessions(now: number): Promise<number> {
    const { count } = await this.#trx
      .selectFrom('token')
      .select((eb) => eb.fn.count<number>('username').distinct().as('count'))
      .where('token_type', '=', 'session')
      .where((eb) => eb.or([eb('expires', 'is', null), eb('expires', '>', timestamp(now))]))
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  /**
   * Counts the unexpired tokens that users made themselves.
   *
   * @param now - Whole seconds since the epoch.
   */
  async countUserTokens(now: number): Promise<number> {
    const { count } = await this.#trx
      .selectFrom('token')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('token_type', '=', 'user')
      .where((eb) => eb.or([eb('expires', 'is', null), eb('expires', '>', timestamp(now))]))
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  /** Counts all tokens, of one user or of everybody, expired ones included. */
  async count(username?: string): Promise<number> {
    let query = this.#trx.selectFrom('token').select((eb) => eb.fn.countAll<number>().as('count'))
    if (username !== undefined) query = query.where('username', '=', username)
    return Number((await query.executeTakeFirstOrThrow()).count)
  }

  /** Counts a user's unexpired tokens of their own making. */
  async countTokensOf(username: string, now: number): Promise<number> {
    const { count } = await this.#trx
      .selectFrom('token')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('username', '=', username)
      .where('token_type', '=', 'user')
      .where((eb) => eb.or([eb('expires', 'is', null), eb('expires', '>', timestamp(now))]))
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  /**
   * Deletes a token and all that was derived from it: a child never outlives its parent.
   *
   * @returns Whether there was such a token.
   */
  async delete(key: string, history?: HistoryContext): Promise<boolean> {
    // Locked first: a child that is being made meanwhile would lose its parent instead of going with it.
    const locked = await new TokenLocks(this.#trx).lockSubtrees([key])
    const endings = locked
      .map(({ info }) => (info.token === key ? { key } : { key: info.token, ancestor: key }))
      .reverse()
    const deleted = await this.deleteRows(endings, 'revoke', history)
    return deleted.some((info) => info.token === key)
  }

  /**
   * Deletes rows that the caller has locked, whole subtrees, in one statement. The entries are written in the order given
   * (deepest first, so that a subtree can be read off the history), with the parent that each had before.
   *
   * @returns What was deleted, in no defined order.
   */
  async deleteRows(
    endings: readonly TokenEnding[],
    action: 'revoke' | 'expire',
    history?: HistoryContext,
  ): Promise<TokenInfo[]> {
    if (endings.length === 0) return []
    const keys = endings.map(({ key }) => key)
    const ancestors = endings.map(({ ancestor = null }) => ancestor)
    // Arrays, whose lengths the planner sees: of JSON it expects so many rows that it reads small tables whole. The
    // kinship is read from the snapshot before the deletion, whatever the cascade does meanwhile.
    const { rows } = await sql<TokenInfoRow>`
      WITH gone AS (
        DELETE FROM token
        USING unnest(${keys}::varchar[], ${ancestors}::varchar[]) WITH ORDINALITY AS ending(key, ancestor, place)
          LEFT JOIN LATERAL (SELECT parent FROM subtoken WHERE child = ending.key LIMIT 1) AS subtoken ON true
        WHERE token.token = ending.key COLLATE "C"
        RETURNING token.*, subtoken.parent, ending.ancestor, ending.place
      )${history ? sql`, history AS (${this.#insertHistory(history, action, sql`gone`, sql`parent`, sql`ancestor`, sql`ORDER BY place`)})` : sql``}
      SELECT token, username, token_type, token_name, service, scopes, created, last_used, expires, note, parent
      FROM gone`.execute(this.#trx)
    return mapInTurns(rows, tokenInfoOfRow)
  }

  /**
   * Deletes one batch of expired tokens with all below them. Never waits for a lock: a token whose subtree is not wholly
   * to be had is left for the next run (DESIGN.md, "Settled in advance").
   *
   * @returns What was deleted; empty: nothing can be had just now, by reason of locks or because there is nothing.
   */
  async deleteExpired(options: DeleteExpiredOptions): Promise<TokenInfo[]> {
    const { now, limit = PAGE_SIZE, history } = options
    const { rows: tops } = await sql<{ token: string }>`
      SELECT token FROM token WHERE expires <= ${timestamp(now)}
      ORDER BY expires, token LIMIT ${limit} FOR UPDATE SKIP LOCKED`.execute(this.#trx)
    const topKeys = tops.map((row) => row.token)
    if (topKeys.length === 0) return []

    const below = (await this.#listBelow(topKeys)).map(({ key }) => key)
    const held = new Set([...topKeys, ...(await this.#lockFree(below))])

    // Listed again under the locks: a child may have been made before they were taken.
    const again = await this.#listBelow(topKeys)
    const incomplete = new Set(again.filter(({ key }) => !held.has(key)).map(({ top }) => top))
    const endings = new Map<string, TokenEnding>()
    const expired = new Set(topKeys)
    for (const { top, key } of again.reverse()) {
      if (incomplete.has(top)) continue
      endings.set(key, expired.has(key) ? { key } : { key, ancestor: top })
    }
    for (const key of topKeys) if (!incomplete.has(key)) endings.set(key, { key })
    return this.deleteRows([...endings.values()], 'expire', history)
  }

  /** Keys of all descendants, nearest first; empty for an unknown key. */
  async getChildren(key: string): Promise<string[]> {
    return (await this.#listBelow([key])).map((entry) => entry.key)
  }

  /** Null: no such token. Expired ones are given like others. */
  async getInfo(key: string): Promise<TokenInfo | null> {
    const { rows } = await sql<TokenRow>`
      SELECT token.*, subtoken.parent FROM token ${joinKinship} WHERE token.token = ${key}`.execute(this.#trx)
    const [row] = rows
    return row ? tokenInfoOfRow(row) : null
  }

  /** Key of a user's token of that name that has expired by `now` (whole seconds since the epoch); null: none. */
  async getExpiredNamesake(username: string, tokenName: string, now: number): Promise<string | null> {
    const row = await this.#trx
      .selectFrom('token')
      .select('token')
      .where('username', '=', username)
      .where('token_name', '=', tokenName)
      .where('expires', '<=', timestamp(now))
      .executeTakeFirst()
    return row?.token ?? null
  }

  /**
   * Key of the newest internal child of this token for a service, with exactly these scopes, that lives at least until
   * `minExpires` (whole seconds since the epoch); null: none.
   */
  async getInternalTokenKey(
    tokenData: TokenData,
    service: string,
    scopes: Scopes,
    minExpires: number,
  ): Promise<string | null> {
    return this.#childKey(tokenData, 'internal', service, scopes, minExpires)
  }

  /** The same for a notebook child, whose scopes are those that the parent has now. */
  async getNotebookTokenKey(tokenData: TokenData, minExpires: number): Promise<string | null> {
    return this.#childKey(tokenData, 'notebook', null, tokenData.scopes, minExpires)
  }

  /** Tokens whose kinship names no parent any more; none of Porthor's making ever is. */
  async listOrphaned(): Promise<TokenInfo[]> {
    const rows = await this.#select()
      .where('subtoken.child', 'is not', null)
      .where('subtoken.parent', 'is', null)
      .execute()
    return rows.map(tokenInfoOfRow)
  }

  /** Tokens, newest first, those of one second by key; expired ones included. */
  async listTokens(options: ListOptions = {}): Promise<TokenInfo[]> {
    const { username, tokenType, limit, after } = options
    let query = this.#select().orderBy('token.created', 'desc').orderBy('token.token')
    if (username) query = query.where('token.username', '=', username)
    if (tokenType) query = query.where('token.token_type', '=', tokenType)
    if (limit) query = query.limit(limit)
    if (after) query = query.where(comesAfter(after))
    return (await query.execute()).map(tokenInfoOfRow)
  }

  /** Every token of every user, in pages read as they are asked for: any number of them in bounded memory. */
  async *listWithParents(pageSize = PAGE_SIZE): AsyncGenerator<TokenInfo[], void> {
    let after: TokenPosition | undefined
    for (;;) {
      const page = await this.listTokens({ limit: pageSize, ...(after && { after }) })
      if (page.length > 0) yield page
      const last = page.at(-1)
      if (!last || page.length < pageSize) return
      after = { created: last.created, token: last.token }
    }
  }

  /**
   * Changes a token. An absent field stays as it is; an empty set of scopes is a set like any other, and `expires: null`
   * means never. What changes nothing is not recorded.
   *
   * @returns The token after the change, or null if there is none.
   * @throws {DuplicateTokenNameError} The user already has a token of that name.
   */
  async modify(key: string, changes: TokenModification, history?: HistoryContext): Promise<TokenInfo | null> {
    const row = await this.#select().where('token.token', '=', key).forUpdate('token').executeTakeFirst()
    if (!row) return null
    const change = describeChange(tokenInfoOfRow(row), changes)
    if (change) await this.modifyRows([change], history)
    return change?.info ?? tokenInfoOfRow(row)
  }

  /**
   * Gives rows that the caller has locked a new name, scopes, end and note, in one statement, with an `edit` entry each, in the
   * order given.
   *
   * @throws {DuplicateTokenNameError} A name is taken; the transaction can only be rolled back.
   */
  async modifyRows(changes: readonly TokenChangeRow[], history?: HistoryContext): Promise<void> {
    if (changes.length === 0) return
    const column = (value: (change: TokenChangeRow) => string | null) => sql`${changes.map(value)}::varchar[]`
    try {
      await sql`
        WITH changed AS (
          UPDATE token SET token_name = change.token_name, scopes = change.scopes, expires = change.expires::timestamp,
            note = change.note
          FROM unnest(${column(({ info }) => info.token)}, ${column(({ info }) => info.tokenName)},
            ${column(({ info }) => joinScopes(info.scopes))}, ${column(({ info }) => timeText(info.expires))},
            ${column(({ info }) => info.note)}, ${column(({ info }) => info.parent)}, ${column(({ oldTokenName = null }) => oldTokenName)},
            ${column(({ oldScopes }) => (oldScopes ? joinScopes(oldScopes) : null))},
            ${column(({ oldExpires = null }) => timeText(oldExpires))},
            ${column(({ ancestor = null }) => ancestor)}, ${column(({ cause = null }) => cause)}
          ) WITH ORDINALITY AS change(key, token_name, scopes, expires, note, parent, old_token_name, old_scopes,
            old_expires, ancestor, cause, place)
          WHERE token.token = change.key COLLATE "C"
          RETURNING token.*, change.parent, change.old_token_name, change.old_scopes,
            change.old_expires::timestamp AS old_expires, change.ancestor, change.cause, change.place
        )${history ? sql`, history AS (${this.#insertEdits(history)})` : sql``}
        SELECT FROM changed`.execute(this.#trx)
    } catch (error) {
      if (isUniqueViolation(error, 'token_username_token_name_key')) throw new DuplicateTokenNameError()
      throw error
    }
  }

  /**
   * Records a new secret of a token that the caller has locked, with an `edit` entry of cause "rotate".
   *
   * @returns Whether there is such a token.
   */
  async replaceSecret(key: string, secret: string, history: HistoryContext): Promise<boolean> {
    const { rows } = await sql<{ token: string }>`
      WITH changed AS (
        UPDATE token SET secret_digest = ${secretDigest(secret)} WHERE token = ${key} RETURNING *
      ), placed AS (
        SELECT token.*, subtoken.parent FROM changed AS token ${joinKinship}
      ), history AS (${this.#insertHistory({ ...history, cause: 'rotate' }, 'edit', sql`placed`, sql`parent`)})
      SELECT token FROM changed`.execute(this.#trx)
    return rows.length > 0
  }

  #select(): SelectQueryBuilder<Database, 'token' | 'subtoken', TokenRow> {
    return this.#trx
      .selectFrom('token')
      .leftJoin('subtoken', (join) => join.on(isOwnKinship))
      .selectAll('token')
      .select('subtoken.parent') as unknown as SelectQueryBuilder<Database, 'token' | 'subtoken', TokenRow>
  }

  async #childKey(
    parent: TokenData,
    type: TokenType,
    service: string | null,
    scopes: Scopes,
    minExpires: number,
  ): Promise<string | null> {
    let query = this.#trx
      .selectFrom('subtoken')
      .innerJoin('token', 'token.token', 'subtoken.child')
      .select('token.token')
      .where('subtoken.parent', '=', parent.token.key)
      .where('token.token_type', '=', type)
      .where('token.scopes', '=', joinScopes(scopes))
      .where('token.expires', '>=', timestamp(minExpires))
    if (service !== null) query = query.where('token.service', '=', service)
    const row = await query
      .orderBy('token.created', 'desc')
      .orderBy('token.token')
      .limit(1)
      .executeTakeFirst()
    return row?.token ?? null
  }

  /**
   * What lives below each of these tokens, by depth and key; more than once what lives below several. A ring of kinship,
   * which only a broken database has, ends too. LATERAL, here and where rows are deleted: for a thousand keys the planner
   * would rather read the whole kinship.
   */
  async #listBelow(tops: readonly string[]): Promise<{ top: string; key: string }[]> {
    const { rows } = await sql<{ top: string; key: string }>`
      WITH RECURSIVE tree(top, key, depth) AS (
        SELECT parent, child, 1 FROM subtoken WHERE parent = ANY(${tops}::varchar[])
        UNION ALL
        SELECT tree.top, below.child, tree.depth + 1
        FROM tree CROSS JOIN LATERAL (SELECT child FROM subtoken WHERE parent = tree.key OFFSET 0) AS below
        WHERE tree.depth < ${MAXIMUM_DEPTH}
      )
      SELECT top, key FROM tree WHERE key <> top GROUP BY top, key ORDER BY min(depth), key COLLATE "C"`.execute(
      this.#trx,
    )
    return rows
  }

  /** Locks FOR UPDATE those of these tokens that nobody holds. */
  async #lockFree(keys: readonly string[]): Promise<string[]> {
    if (keys.length === 0) return []
    const { rows } = await sql<{ token: string }>`
      SELECT token FROM token WHERE token = ANY(${keys}::varchar[]) FOR UPDATE SKIP LOCKED`.execute(this.#trx)
    return rows.map((row) => row.token)
  }

  #insertHistory(
    history: HistoryContext,
    action: TokenChange,
    from: ReturnType<typeof sql>,
    parent: ReturnType<typeof sql>,
    ancestor: ReturnType<typeof sql> = sql`NULL::varchar`,
    order: ReturnType<typeof sql> = sql``,
  ) {
    // An entry that has an ancestor is there because of it, whatever the cause of the ancestor's own.
    return sql`
      INSERT INTO token_change_history (token, username, token_type, token_name, parent, scopes, service, expires, actor,
        action, ip_address, event_time, cause, ancestor)
      SELECT token, username, token_type, token_name, ${parent}, scopes, service, expires, ${history.actor},
        ${action}::tokenchange, ${history.ipAddress}::inet, ${eventTime(this.#offsetSeconds)},
        CASE WHEN ${ancestor} IS NULL THEN ${history.cause ?? null}::varchar ELSE 'cascade' END, ${ancestor}
      FROM ${from} ${order}`
  }

  #insertEdits(history: HistoryContext) {
    return sql`
      INSERT INTO token_change_history (token, username, token_type, token_name, parent, scopes, service, expires, actor,
        action, old_token_name, old_scopes, old_expires, ip_address, event_time, cause, ancestor)
      SELECT token, username, token_type, token_name, parent, scopes, service, expires, ${history.actor},
        'edit'::tokenchange, old_token_name, old_scopes, old_expires, ${history.ipAddress}::inet,
        ${eventTime(this.#offsetSeconds)}, coalesce(cause, ${history.cause ?? null}::varchar), ancestor
      FROM changed ORDER BY place`
  }
}

/** What a wished modification makes of a token; null: nothing changes. */
export function describeChange(before: TokenInfo, changes: TokenModification): TokenChangeRow | null {
  const {
    tokenName = before.tokenName,
    scopes = before.scopes,
    expires = before.expires,
    note = before.note,
  } = changes
  const info: TokenInfo = { ...before, tokenName, scopes, expires, note }
  const change: TokenChangeRow = { info }
  if (tokenName !== before.tokenName) change.oldTokenName = before.tokenName
  if (!sameScopes(scopes, before.scopes)) change.oldScopes = before.scopes
  if (expires !== before.expires) change.oldExpires = before.expires
  if (Object.keys(change).length > 1) return change
  return note === before.note ? null : { info, cause: 'note' }
}

function timeText(seconds: number | null): string | null {
  return seconds === null ? null : timestampText(seconds)
}
