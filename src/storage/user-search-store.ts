import { type Kysely, sql } from 'kysely'
import type { TokenType } from '../models/token-types.ts'
import { type Database, timestamp } from './schema.ts'

export interface TokenCount {
  tokenType: TokenType
  count: number
}

/** A user that the database knows of: who has a token, is frozen, or is an administrator. */
export interface KnownUser {
  username: string
  /** How many unexpired tokens of each type; types of which there are none are left out. */
  tokens: readonly TokenCount[]
  /** Whole seconds since the epoch; null: never, or not known. */
  lastUsed: number | null
  /** Null: not frozen. `since`: whole seconds since the epoch. */
  frozen: { since: number; actor: string; reason: string | null } | null
  isAdmin: boolean
}

export interface UserSearchOptions {
  /** With what the name begins. */
  prefix?: string
  /** Only those who are frozen. */
  frozen?: boolean
  /** The name after which to go on. */
  after?: string
  limit: number
  /** Whole seconds since the epoch. */
  now: number
}

interface UserRow {
  username: string
  tokens: TokenCount[] | null
  last_used: number | null
  since: number | null
  actor: string | null
  reason: string | null
  is_admin: boolean
}

/** Finds users by the beginnings of their names. For reading alone. */
export class UserSearchStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /**
   * By name. What the names of all tokens are is not read for it: from one name the index porthor_token_by_username leads
   * to the next.
   */
  async search(options: UserSearchOptions): Promise<KnownUser[]> {
    const { now, limit, frozen } = options
    const isLater = following(options)
    const names = frozen
      ? sql`SELECT username COLLATE "C" AS username FROM porthor_frozen_user AS known WHERE ${isLater}`
      : sql`(SELECT username FROM owner WHERE username IS NOT NULL LIMIT ${limit})
          UNION (SELECT username COLLATE "C" FROM porthor_frozen_user AS known WHERE ${isLater}
            ORDER BY username COLLATE "C" LIMIT ${limit})
          UNION (SELECT username COLLATE "C" FROM admin AS known WHERE ${isLater}
            ORDER BY username COLLATE "C" LIMIT ${limit})`
    const { rows } = await sql<UserRow>`
      WITH RECURSIVE owner(username) AS (
        (SELECT known.username COLLATE "C" FROM token AS known WHERE ${isLater}
          ORDER BY known.username COLLATE "C" LIMIT 1)
        UNION ALL
        SELECT (SELECT known.username COLLATE "C" FROM token AS known
          WHERE known.username COLLATE "C" > owner.username AND ${hasPrefix(options)}
          ORDER BY known.username COLLATE "C" LIMIT 1)
        FROM owner WHERE owner.username IS NOT NULL
      ), found AS (${names})
      SELECT found.username, tokens.tokens, tokens.last_used, frozen.since, frozen.actor, frozen.reason,
        EXISTS (SELECT FROM admin WHERE admin.username = found.username COLLATE "default") AS is_admin
      FROM found
      LEFT JOIN porthor_frozen_user AS frozen ON frozen.username = found.username
      LEFT JOIN LATERAL (
        SELECT json_agg(json_build_object('tokenType', token_type, 'count', count) ORDER BY token_type) AS tokens,
          max(last_used) AS last_used
        FROM (
          SELECT token_type, count(*) AS count, max(last_used) AS last_used FROM token
          WHERE token.username = found.username COLLATE "default"
            AND (token.expires IS NULL OR token.expires > ${timestamp(now)})
          GROUP BY token_type
        ) AS of_type
      ) AS tokens ON true
      ORDER BY found.username COLLATE "C" LIMIT ${limit}`.execute(this.#db)
    return rows.map(knownUser)
  }
}

function following(options: UserSearchOptions) {
  const { after } = options
  return after === undefined
    ? hasPrefix(options)
    : sql`known.username COLLATE "C" > ${after} AND ${hasPrefix(options)}`
}

function hasPrefix({ prefix }: UserSearchOptions) {
  return prefix === undefined ? sql`true` : sql`known.username COLLATE "C" ^@ ${prefix}::text`
}

function knownUser({ username, tokens, last_used, since, actor, reason, is_admin }: UserRow): KnownUser {
  return {
    username,
    tokens: tokens ?? [],
    lastUsed: last_used,
    frozen: since === null ? null : { since, actor: actor ?? '', reason },
    isAdmin: is_admin,
  }
}
