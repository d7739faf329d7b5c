import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { TokenInfo } from '../models/token-info.ts'
import type { TokenType } from '../models/token-types.ts'
import { type Database, timestamp } from './schema.ts'
import { comesAfter, joinKinship, MAXIMUM_DEPTH, type TokenInfoRow, tokenInfoOfRow } from './token-rows.ts'

/** Which tokens; all conditions hold at once, an absent one admits all. */
export interface TokenFilters {
  key?: string
  username?: string
  tokenType?: TokenType
  service?: string
  /** With what the name begins, letter for letter. */
  namePrefix?: string
  /** A part of name, note or service, whatever the case; reads all tokens that the other conditions leave. */
  text?: string
  /** Whether it has ended by `now`: whole seconds since the epoch. */
  expired?: { is: boolean; now: number }
  /** Key of the token from which it was derived; null: from none. */
  parent?: string | null
}

export const TOKEN_ORDERS = ['created', 'token_name', 'expires', 'last_used'] as const

/** What a list of tokens is ordered by. What never ends comes after all that does, what was never used before all that was. */
export interface TokenOrder {
  by: (typeof TOKEN_ORDERS)[number]
  descending: boolean
}

/** The order of all lists of tokens that ask for no other. */
export const NEWEST_FIRST: TokenOrder = { by: 'created', descending: true }

/** A place in a list: just after the token that it names, which need not be there any more. */
export interface TokenPlace {
  /** What that token is ordered by: whole seconds since the epoch, a text for names, null: never. */
  value: number | string | null
  token: string
}

export interface FoundToken {
  info: TokenInfo
  /** How many tokens were derived from it directly and are still there. */
  children: number
  lastUsedAddress: string | null
  place: TokenPlace
}

/** A token below another one; `depth` is 1 for its children. */
export interface PlacedToken {
  key: string
  depth: number
}

export interface TokenSearchPaging {
  order: TokenOrder
  after: TokenPlace | null
  limit: number
}

/** How many tokens of one type, held by one service, a user has. */
export interface TokenTally {
  tokenType: TokenType
  service: string | null
  count: number
}

type FoundRow = TokenInfoRow & { name_place: string; children: number; last_used_address: string | null }

const ORDERED_BY: Readonly<Record<TokenOrder['by'], RawBuilder<unknown>>> = {
  created: sql`token.created`,
  token_name: sql`lower(coalesce(token.token_name, '')) COLLATE "C"`,
  // Where the reference has modified a token, its end may have a fraction, of which its place knows nothing.
  expires: sql`coalesce(date_trunc('second', token.expires), 'infinity'::timestamp)`,
  last_used: sql`coalesce(token.last_used, '-infinity'::timestamp)`,
}

/** Finds tokens for people: by what they remember of one, and up and down its kinship. For reading alone. */
export class TokenSearchStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  async search(filters: TokenFilters, { order, after, limit }: TokenSearchPaging): Promise<FoundToken[]> {
    const conditions = [...conditionsOf(filters), ...(after ? [isAfter(order, after)] : [])]
    const rows = await this.#find(conditions, orderBy(order), sql`LIMIT ${limit}`)
    return rows.map((row) => foundToken(row, order))
  }

  async count(filters: TokenFilters): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*) AS count FROM token ${joinKinship} ${where(conditionsOf(filters))}`.execute(this.#db)
    return Number(rows[0]?.count)
  }

  /** Those of these tokens that there are, in no defined order. */
  async read(keys: readonly string[]): Promise<FoundToken[]> {
    if (keys.length === 0) return []
    const rows = await this.#find([sql`token.token = ANY(${keys}::varchar[])`], sql``, sql``)
    return rows.map((row) => foundToken(row, NEWEST_FIRST))
  }

  /** Keys of the tokens from which a token was derived, the nearest first. */
  async ancestorsOf(key: string): Promise<string[]> {
    // A ring of kinship, which only a broken database has, ends too.
    const { rows } = await sql<{ key: string }>`
      WITH RECURSIVE above(key) AS (
        SELECT parent FROM subtoken WHERE child = ${key} AND parent IS NOT NULL
        UNION ALL
        SELECT subtoken.parent FROM subtoken JOIN above ON subtoken.child = above.key
        WHERE subtoken.parent IS NOT NULL
      ) CYCLE key SET is_ring USING path
      SELECT key FROM above WHERE NOT is_ring AND key <> ${key} ORDER BY cardinality(path)`.execute(this.#db)
    return rows.map((row) => row.key)
  }

  /** A page of what lives below a token, nearest first, those of one depth by key, and how many there are in all. */
  async descendantsOf(
    key: string,
    { after, limit }: { after: PlacedToken | null; limit: number },
  ): Promise<{ placed: PlacedToken[]; total: number }> {
    const isLater = after
      ? sql`WHERE (depth, key COLLATE "C") > (${after.depth}::int, ${after.key}::varchar)`
      : sql``
    const { rows } = await sql<{ key: string | null; depth: number; total: number }>`
      WITH RECURSIVE tree(key, depth) AS (
        SELECT child, 1 FROM subtoken WHERE parent = ${key}
        UNION ALL
        SELECT subtoken.child, tree.depth + 1 FROM subtoken JOIN tree ON subtoken.parent = tree.key
        WHERE tree.depth < ${MAXIMUM_DEPTH}
      ), placed AS (SELECT key, min(depth) AS depth FROM tree WHERE key <> ${key} GROUP BY key)
      SELECT page.key, page.depth, (SELECT count(*) FROM placed) AS total
      FROM (SELECT) AS always LEFT JOIN (
        SELECT key, depth FROM placed ${isLater} ORDER BY depth, key COLLATE "C" LIMIT ${limit}
      ) AS page ON true
      ORDER BY page.depth, page.key COLLATE "C"`.execute(this.#db)
    const placed = rows.flatMap(({ key, depth }) => (key === null ? [] : [{ key, depth }]))
    return { placed, total: Number(rows[0]?.total) }
  }

  /**
   * Counts a user's tokens, expired ones included.
   *
   * @param part - Key of a token: it and what lives below it is all that is counted (`of`), or is not counted (`without`);
   *   null: all are.
   */
  async tally(username: string, part: { of: string } | { without: string } | null): Promise<TokenTally[]> {
    const key = part === null ? null : 'of' in part ? part.of : part.without
    const exists = part && 'of' in part ? sql`EXISTS` : sql`NOT EXISTS`
    const { rows } = await sql<TokenTally>`
      WITH RECURSIVE family(key) AS (
        SELECT ${key}::varchar
        UNION
        SELECT subtoken.child FROM subtoken JOIN family ON subtoken.parent = family.key
      )
      SELECT token_type AS "tokenType", service, count(*) AS count FROM token
      WHERE username = ${username} AND ${exists} (SELECT FROM family WHERE family.key COLLATE "C" = token.token)
      GROUP BY token_type, service ORDER BY token_type, service`.execute(this.#db)
    return rows
  }

  /** What is shown beside a token is looked up for those that are shown alone: after the limit, outside of it. */
  async #find(
    conditions: readonly RawBuilder<unknown>[],
    order: RawBuilder<unknown>,
    limit: RawBuilder<unknown>,
  ): Promise<FoundRow[]> {
    const { rows } = await sql<FoundRow>`
      WITH page AS (
        SELECT token.token, token.username, token.token_type, token.token_name, token.service, token.scopes,
          token.created, token.last_used, token.expires, token.note, subtoken.parent,
          ${ORDERED_BY.token_name} AS name_place
        FROM token ${joinKinship} ${where(conditions)} ${order} ${limit}
      )
      SELECT token.*, coalesce(below.count, 0) AS children,
        (SELECT ip_address FROM token_auth_history AS use WHERE use.token = token.token COLLATE "default"
          ORDER BY use.event_time DESC, use.id DESC LIMIT 1) AS last_used_address
      FROM page AS token LEFT JOIN (
        SELECT parent, count(*) AS count FROM subtoken
        WHERE parent IN (SELECT page.token COLLATE "default" FROM page) GROUP BY parent
      ) AS below ON below.parent = token.token COLLATE "default" ${order}`.execute(this.#db)
    return rows
  }
}

function conditionsOf(filters: TokenFilters): RawBuilder<unknown>[] {
  const { key, username, tokenType, service, namePrefix, text, expired, parent } = filters
  const conditions: RawBuilder<unknown>[] = []
  if (key !== undefined) conditions.push(sql`token.token = ${key}`)
  if (username !== undefined) conditions.push(sql`token.username = ${username}`)
  if (tokenType !== undefined) conditions.push(sql`token.token_type = ${tokenType}::tokentype`)
  if (service !== undefined) conditions.push(sql`token.service = ${service}`)
  // Index porthor_token_by_name.
  if (namePrefix !== undefined) conditions.push(sql`token.token_name COLLATE "C" ^@ ${namePrefix}::text`)
  if (text !== undefined) conditions.push(holds(text))
  if (expired !== undefined) conditions.push(hasEnded(expired.is, expired.now))
  if (parent === null) conditions.push(sql`subtoken.parent IS NULL`)
  else if (parent !== undefined) {
    conditions.push(
      sql`token.token = ANY(ARRAY(SELECT child COLLATE "C" FROM subtoken WHERE parent = ${parent}))`,
    )
  }
  return conditions
}

function holds(text: string): RawBuilder<unknown> {
  const part = sql`lower(${text}::text)`
  return sql`(strpos(lower(token.token_name), ${part}) > 0 OR strpos(lower(token.note), ${part}) > 0
    OR strpos(lower(token.service), ${part}) > 0)`
}

function hasEnded(is: boolean, now: number): RawBuilder<unknown> {
  const time = timestamp(now)
  return is ? sql`token.expires <= ${time}` : sql`(token.expires IS NULL OR token.expires > ${time})`
}

function where(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`` : sql`WHERE ${sql.join(conditions, sql` AND `)}`
}

function isNewestFirst({ by, descending }: TokenOrder): boolean {
  return by === NEWEST_FIRST.by && descending
}

function orderBy(order: TokenOrder): RawBuilder<unknown> {
  if (isNewestFirst(order)) return sql`ORDER BY token.created DESC, token.token`
  const direction = order.descending ? sql`DESC` : sql`ASC`
  return sql`ORDER BY ${ORDERED_BY[order.by]} ${direction}, token.token ${direction}`
}

function isAfter(order: TokenOrder, { value, token }: TokenPlace): RawBuilder<unknown> {
  if (isNewestFirst(order)) return sql`(${comesAfter({ created: Number(value), token })})`
  const place = sql`(${ORDERED_BY[order.by]}, token.token)`
  return order.descending
    ? sql`${place} < (${placeValue(order, value)}, ${token}::varchar)`
    : sql`${place} > (${placeValue(order, value)}, ${token}::varchar)`
}

function placeValue({ by }: TokenOrder, value: TokenPlace['value']): RawBuilder<unknown> {
  if (by === 'token_name') return sql`${String(value)}::text`
  if (value === null) return by === 'expires' ? sql`'infinity'::timestamp` : sql`'-infinity'::timestamp`
  return timestamp(Number(value))
}

function foundToken(row: FoundRow, { by }: TokenOrder): FoundToken {
  const info = tokenInfoOfRow(row)
  const value = { created: row.created, expires: row.expires, last_used: row.last_used }
  return {
    info,
    children: Number(row.children),
    lastUsedAddress: row.last_used_address,
    place: { value: by === 'token_name' ? row.name_place : value[by], token: info.token },
  }
}
