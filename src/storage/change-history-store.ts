import {
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type RawBuilder,
  type Selectable,
  type SqlBool,
  sql,
} from 'kysely'
import type { ChangeHistoryEntry, HistoryContext, TokenChange } from '../models/change-history.ts'
import { formatHistoryCursor, type HistoryCursor, parseHistoryCursor } from '../models/history-cursor.ts'
import { joinScopes, splitScopes } from '../models/scopes.ts'
import type { TokenData } from '../models/token-data.ts'
import type { TokenType } from '../models/token-types.ts'
import { deleteOldEntries } from './history-truncation.ts'
import {
  type Database,
  eventTime,
  nullableTimestamp,
  type TokenChangeHistoryTable,
  timestamp,
} from './schema.ts'

/** Which entries; all conditions hold at once, an absent one admits all. */
export interface HistoryFilters {
  /** Whole seconds since the epoch, inclusive. */
  since?: number
  /** Whole seconds since the epoch, inclusive. */
  until?: number
  username?: string
  actor?: string
  /** A token and its direct children, as the reference shows them. */
  key?: string
  /** A token and all that was ever derived from it, however far. */
  subtree?: string
  /** One token alone. */
  token?: string
  tokenType?: TokenType
  action?: TokenChange
  /** An address, or a network in CIDR form that contains the entry's address. */
  ipOrCidr?: string
}

export interface HistoryPaging {
  /** As given by the page before; absent: from the newest entry on. */
  cursor?: string
  /** At most so many; absent: all. */
  limit?: number
}

export interface HistoryPage {
  /** Newest first. */
  entries: ChangeHistoryEntry[]
  /** How many match the filters, on all pages together: from 10,000 on it is what the database expects. */
  count: number
  /** The page of older entries; null: none. */
  nextCursor: string | null
  /** The page of newer entries; null: none. */
  prevCursor: string | null
}

/** What comes at this time (whole seconds since the epoch) or later, and what has a higher id whatever its time is. */
export interface HistoryMoment {
  time: number
  entry: number
}

type HistoryRow = Selectable<TokenChangeHistoryTable>
type Eb = ExpressionBuilder<Database, 'token_change_history'>

const KEYS_A_PAGE = 1_000
const ENTRIES_A_PAGE = 1_000
/** So many are counted one by one. */
const COUNTED_ENTRIES = 10_000

/**
 * The history of changes to tokens (spec/token-store.md §4). Its entries are written by `TokenDatabaseStore`, with the
 * changes themselves.
 */
export class ChangeHistoryStore {
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
   * One page of the entries that match, newest first. Pages stay right while entries are added or truncated: a cursor
   * names a position, not an entry.
   *
   * @throws {InvalidCursorError} The cursor names no possible position.
   */
  async list(filters: HistoryFilters, paging: HistoryPaging = {}): Promise<HistoryPage> {
    const cursor = paging.cursor === undefined ? null : parseHistoryCursor(paging.cursor)
    const { limit = null } = paging
    // One more than asked for tells whether there is another page.
    const rows = await this.#read(filters, cursor, limit === null ? null : limit + 1)
    const hasMore = limit !== null && rows.length > limit
    const shown = rows.slice(0, limit ?? undefined)
    const entries = (cursor?.backward ? shown.reverse() : shown).map(entryOfRow)
    return {
      entries,
      count: cursor === null && !hasMore ? entries.length : await this.#count(filters),
      ...neighbours(cursor, entries, hasMore ? rows.at(-1) : undefined),
    }
  }

  /**
   * All entries that match, newest first, in pages read as they are asked for; what is added meanwhile is not among them.
   *
   * @param from - Only those on this cursor's side of its position.
   * @throws {InvalidCursorError} The cursor names no possible position.
   */
  async *pages(
    filters: HistoryFilters,
    { from, pageSize = ENTRIES_A_PAGE }: { from?: string | undefined; pageSize?: number } = {},
  ): AsyncGenerator<ChangeHistoryEntry[], void> {
    const start = from === undefined ? null : parseHistoryCursor(from)
    // Those before it begin with the newest of all, and end at it.
    const end = start?.backward ? start : null
    let cursor = end ? null : start
    for (;;) {
      const rows = await this.#read(filters, cursor, pageSize + 1, end)
      const further = rows[pageSize]
      if (rows.length > 0) yield rows.slice(0, pageSize).map(entryOfRow)
      if (!further) return
      cursor = { eventTime: further.event_time, id: further.id, backward: false }
    }
  }

  /** Whether there is an entry of a token of that user. */
  async has(username: string, key: string): Promise<boolean> {
    const row = await this.#trx
      .selectFrom('token_change_history')
      .select('id')
      .where('token', '=', key)
      .where('username', '=', username)
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }

  /** Whether the history says that the token was revoked or has expired. */
  async hasEnded(key: string): Promise<boolean> {
    const row = await this.#trx
      .selectFrom('token_change_history')
      .select('id')
      .where('token', '=', key)
      .where('action', 'in', ['revoke', 'expire'])
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }

  /** `addEnding`, unless its end is in the history: whoever else has ended it has recorded that. */
  async addEndingOnce(data: TokenData, history: HistoryContext): Promise<void> {
    if (!(await this.hasEnded(data.token.key))) await this.addEnding(data, history)
  }

  /**
   * Records the end of a token of which there is no row, only data. Its name and parent are those of its last entry.
   */
  async addEnding(data: TokenData, history: HistoryContext): Promise<void> {
    await sql`
      INSERT INTO token_change_history (token, username, token_type, token_name, parent, scopes, service, expires, actor,
        action, ip_address, event_time, cause)
      SELECT ${data.token.key}, ${data.username}, ${data.tokenType}::tokentype, last.token_name, last.parent,
        ${joinScopes(data.scopes)}, ${data.service}, ${nullableTimestamp(data.expires)}, ${history.actor}, 'revoke',
        ${history.ipAddress}::inet, ${eventTime(this.#offsetSeconds)}, ${history.cause ?? null}
      FROM (SELECT) AS always LEFT JOIN (
        SELECT token_name, parent FROM token_change_history WHERE token = ${data.token.key}
        ORDER BY event_time DESC, id DESC LIMIT 1
      ) AS last ON true`.execute(this.#trx)
  }

  /**
   * Keys of the tokens that have entries since a moment, in pages read as they are asked for (PROTOCOLS.md §7). A key may come
   * on several pages. What is read is what has changed, however long the history is.
   */
  async *keysChangedSince(since: HistoryMoment, pageSize = KEYS_A_PAGE): AsyncGenerator<string[], void> {
    yield* this.#changedKeys(sql`(event_time, id) >= (${timestamp(since.time)}, 0)`, pageSize)
    // By another index, and without what came already: a condition that named both would read the whole history.
    let after = since.entry
    for (;;) {
      const rows = await this.#trx
        .selectFrom('token_change_history')
        .select(['id', 'token', 'event_time'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(pageSize)
        .execute()
      const earlier = rows.filter((row) => row.event_time < since.time)
      if (earlier.length > 0) yield [...new Set(earlier.map((row) => row.token))]
      const last = rows.at(-1)
      if (!last || rows.length < pageSize) return
      after = last.id
    }
  }

  async *#changedKeys(begin: RawBuilder<SqlBool>, pageSize: number): AsyncGenerator<string[], void> {
    let from = begin
    for (;;) {
      const rows = await this.#trx
        .selectFrom('token_change_history')
        .select(['id', 'token', 'event_time'])
        .where(from)
        .orderBy('event_time')
        .orderBy('id')
        .limit(pageSize)
        .execute()
      if (rows.length > 0) yield [...new Set(rows.map((row) => row.token))]
      const last = rows.at(-1)
      if (!last || rows.length < pageSize) return
      from = sql`(event_time, id) > (${timestamp(last.event_time)}, ${last.id}::int)`
    }
  }

  /** The highest id of an entry that is there; null: there is none. */
  async lastEntry(): Promise<number | null> {
    const { last } = await this.#trx
      .selectFrom('token_change_history')
      .select((eb) => eb.fn.max('id').as('last'))
      .executeTakeFirstOrThrow()
    return last
  }

  /**
   * Deletes a batch of the entries that are older than a time (whole seconds since the epoch), the oldest first.
   *
   * @returns How many; fewer than `limit`: there are no more.
   */
  deleteOlderThan(seconds: number, limit: number): Promise<number> {
    return deleteOldEntries(this.#trx, 'token_change_history', seconds, limit)
  }

  /** In the order of reading: backward the oldest comes first, next to the cursor. */
  async #read(
    filters: HistoryFilters,
    cursor: HistoryCursor | null,
    limit: number | null,
    end: HistoryCursor | null = null,
  ): Promise<HistoryRow[]> {
    const direction = cursor?.backward ? 'asc' : 'desc'
    let query = this.#trx
      .selectFrom('token_change_history')
      .selectAll()
      .where((eb) => matches(eb, filters))
      .orderBy('event_time', direction)
      .orderBy('id', direction)
    if (cursor) query = query.where(lies(cursor))
    if (end) query = query.where(lies(end))
    if (limit !== null) query = query.limit(limit)
    return query.execute()
  }

  /**
   * Exact as far as people count; beyond it what the planner expects. A count of all would read all, for each page of a
   * history of years.
   */
  async #count(filters: HistoryFilters): Promise<number> {
    const matching = this.#trx
      .selectFrom('token_change_history')
      .select('id')
      .where((eb) => matches(eb, filters))
    const { count } = await this.#trx
      .selectFrom(matching.limit(COUNTED_ENTRIES + 1).as('counted'))
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    if (Number(count) <= COUNTED_ENTRIES) return Number(count)
    return Math.max(Number(count), expectedRows(await matching.explain<PlanRow>('json')))
  }
}

interface PlanRow {
  'QUERY PLAN': readonly { Plan: { 'Plan Rows': number } }[]
}

function expectedRows([row]: readonly PlanRow[]): number {
  return row?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0
}

function matches(eb: Eb, filters: HistoryFilters): Expression<SqlBool> {
  const { since, until, username, actor, key, subtree, token, tokenType, action, ipOrCidr } = filters
  const conditions: Expression<SqlBool>[] = []
  if (since !== undefined) conditions.push(eb('event_time', '>=', timestamp(since)))
  if (until !== undefined) conditions.push(eb('event_time', '<=', timestamp(until)))
  if (username !== undefined) conditions.push(eb('username', '=', username))
  if (actor !== undefined) conditions.push(eb('actor', '=', actor))
  if (token !== undefined) conditions.push(eb('token', '=', token))
  if (tokenType !== undefined) conditions.push(eb('token_type', '=', tokenType))
  if (action !== undefined) conditions.push(eb('action', '=', action))
  if (key !== undefined) conditions.push(belongsToFamily(key))
  if (subtree !== undefined) conditions.push(belongsToSubtree(subtree))
  if (ipOrCidr?.includes('/')) conditions.push(sql`ip_address <<= ${ipOrCidr}::inet`)
  else if (ipOrCidr !== undefined) conditions.push(sql`ip_address = ${ipOrCidr}::inet`)
  return eb.and(conditions)
}

/**
 * The token itself, and its children: the living, which kinship knows, and those of which only the history does (index
 * porthor_change_history_by_parent). A subselect, not an array: that would be gone through for each entry.
 */
function belongsToFamily(key: string): Expression<SqlBool> {
  return sql`token IN (
    SELECT ${key}::varchar
    UNION SELECT child FROM subtoken WHERE parent = ${key}
    UNION SELECT gone.token FROM token_change_history AS gone WHERE gone.parent = ${key})`
}

/**
 * The same, however far. UNION, not UNION ALL: it ends on a ring too.
 */
function belongsToSubtree(key: string): Expression<SqlBool> {
  return sql`token IN (
    WITH RECURSIVE tree(key) AS (
      SELECT ${key}::varchar
      UNION
      SELECT below.key FROM tree JOIN (
        SELECT parent, child AS key FROM subtoken
        UNION ALL
        SELECT parent, token AS key FROM token_change_history
      ) AS below ON below.parent = tree.key
    )
    SELECT key FROM tree)`
}

function lies({ eventTime, id, backward }: HistoryCursor): Expression<SqlBool> {
  const time = timestamp(eventTime)
  return backward
    ? sql`(event_time, id) > (${time}, ${id}::int)`
    : sql`(event_time, id) <= (${time}, ${id}::int)`
}

/** The table of spec/token-store.md §4. `further`: the first row of the reading that is not shown. */
function neighbours(
  cursor: HistoryCursor | null,
  entries: readonly ChangeHistoryEntry[],
  further: HistoryRow | undefined,
): Pick<HistoryPage, 'nextCursor' | 'prevCursor'> {
  const turned = cursor && formatHistoryCursor({ ...cursor, backward: !cursor.backward })
  if (cursor?.backward) {
    const [newest] = entries
    return { nextCursor: turned, prevCursor: further && newest ? before(newest) : null }
  }
  return { nextCursor: further ? startingWith(further) : null, prevCursor: turned }
}

function before({ eventTime, id }: ChangeHistoryEntry): string {
  return formatHistoryCursor({ eventTime, id, backward: true })
}

function startingWith({ event_time, id }: HistoryRow): string {
  return formatHistoryCursor({ eventTime: event_time, id, backward: false })
}

function entryOfRow(row: HistoryRow): ChangeHistoryEntry {
  return {
    id: row.id,
    token: row.token,
    username: row.username,
    tokenType: row.token_type,
    tokenName: row.token_name,
    parent: row.parent,
    scopes: splitScopes(row.scopes),
    service: row.service,
    expires: row.expires,
    actor: row.actor,
    action: row.action,
    oldTokenName: row.old_token_name,
    oldScopes: row.old_scopes === null ? null : splitScopes(row.old_scopes),
    oldExpires: row.old_expires,
    ipAddress: row.ip_address,
    eventTime: row.event_time,
    cause: row.cause,
    ancestor: row.ancestor,
  }
}
