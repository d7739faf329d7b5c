import { type Generated, type RawBuilder, sql } from 'kysely'
import type { TokenChange } from '../models/change-history.ts'
import type { TokenType } from '../models/token-types.ts'

/*
 * The tables, columns by their own names (spec/token-store.md §1). A `timestamp` column is read as whole seconds since
 * the epoch; it is written and compared with `timestamp(seconds)`.
 */

type Seconds = number

export interface TokenTable {
  token: string
  username: string
  token_type: TokenType
  token_name: string | null
  scopes: string
  service: string | null
  created: Seconds
  last_used: Seconds | null
  expires: Seconds | null
  /** Porthor's own: SHA-256 of the committed secret; NULL in rows of the reference's making. */
  secret_digest: Uint8Array | null
  /** Porthor's own. */
  note: string | null
}

export interface SubtokenTable {
  child: string
  parent: string | null
}

export interface TokenChangeHistoryTable {
  id: Generated<number>
  token: string
  username: string
  token_type: TokenType
  token_name: string | null
  parent: string | null
  scopes: string
  service: string | null
  expires: Seconds | null
  actor: string | null
  action: TokenChange
  old_token_name: string | null
  old_scopes: string | null
  old_expires: Seconds | null
  ip_address: string | null
  event_time: Seconds
  /** Porthor's own. */
  cause: string | null
  /** Porthor's own. */
  ancestor: string | null
}

export interface TokenAuthHistoryTable {
  id: Generated<number>
  token: string
  username: string
  token_type: TokenType
  token_name: string | null
  parent: string | null
  scopes: string | null
  service: string | null
  ip_address: string | null
  event_time: Seconds
}

export interface AdminTable {
  username: string
}

export interface AdminHistoryTable {
  id: Generated<number>
  username: string
  action: 'add' | 'remove'
  actor: string
  ip_address: string
  event_time: Seconds
}

/** Names the Redis that may be trusted, and the database that says so (PROTOCOLS.md §7); at most one row. */
export interface PorthorRedisTable {
  identity: string
  blessed_at: Seconds
  server_start: Date | null
  noted_in: number | null
  lineage: string | null
  comparing_since: Seconds | null
}

export interface PorthorFrozenUserTable {
  username: string
  since: Seconds
  actor: string
  reason: string | null
}

/** Token data beside the database, where no Redis is used. */
export interface PorthorTokenDataTable {
  key: string
  value: string
  expires: Seconds | null
}

/** Quota overrides, where no Redis is used: at most one row. */
export interface PorthorQuotaOverridesTable {
  /** As it stands in Redis elsewhere (spec/quotas.md §3). */
  document: string
}

/** The counters of rate limits, where no Redis is used. */
export interface PorthorRateLimitTable {
  name: string
  count: number
  ends_at: Seconds
}

/** What is known of a session beside its token. */
export interface PorthorSessionTable {
  token: string
  created: Seconds
  ip_address: string | null
  user_agent: string | null
  upstream_issuer: string | null
  upstream_subject: string | null
  upstream_session: string | null
}

/** One-time login links. */
export interface PorthorLoginLinkTable {
  /** SHA-256 of the secret: 32 bytes. */
  digest: Uint8Array
  username: string
  /** Joined as those of tokens are. */
  scopes: string
  expires: Seconds
}

/** Logout tokens that were obeyed, against replay. */
export interface PorthorLogoutTokenTable {
  issuer: string
  token_id: string
  expires: Seconds
}

/** UIDs of users and GIDs of groups that are assigned here. */
export interface PorthorPosixIdTable {
  owner: 'user' | 'group'
  name: string
  number: number
  assigned: Seconds
}

/** The next number of each kind. */
export interface PorthorPosixCounterTable {
  kind: string
  next: number
}

/** What each process has counted, minute by minute. */
export interface PorthorStatisticsTable {
  minute: Seconds
  /** Names the process; empty: said of all of them. */
  process: string
  name: string
  value: number
}

export interface Database {
  token: TokenTable
  subtoken: SubtokenTable
  token_change_history: TokenChangeHistoryTable
  token_auth_history: TokenAuthHistoryTable
  admin: AdminTable
  admin_history: AdminHistoryTable
  alembic_version: { version_num: string }
  porthor_posix_id: PorthorPosixIdTable
  porthor_posix_counter: PorthorPosixCounterTable
  porthor_redis: PorthorRedisTable
  porthor_frozen_user: PorthorFrozenUserTable
  porthor_token_data: PorthorTokenDataTable
  porthor_quota_overrides: PorthorQuotaOverridesTable
  porthor_rate_limit: PorthorRateLimitTable
  porthor_statistics: PorthorStatisticsTable
  porthor_session: PorthorSessionTable
  porthor_login_link: PorthorLoginLinkTable
  porthor_logout_token: PorthorLogoutTokenTable
}

/** A time for a `timestamp` column: whole seconds since the epoch, UTC. */
export function timestamp(seconds: number): RawBuilder<number> {
  return sql<number>`${timestampText(seconds)}::timestamp`
}

export function nullableTimestamp(seconds: number | null): RawBuilder<number | null> {
  return sql<number | null>`${seconds === null ? null : timestampText(seconds)}::timestamp`
}

/** `YYYY-MM-DD HH:MM:SS`, UTC, as PostgreSQL reads it. */
export function timestampText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')
}

/** Reads what PostgreSQL writes for a `timestamp`: whole seconds since the epoch, the fraction cut. */
export function readTimestamp(text: string): number {
  return Math.floor(Date.parse(`${text.replace(' ', 'T')}Z`) / 1000)
}

/**
 * The database's own clock as a `timestamp`: UTC, cut to the second, taken when the row is written and not when the
 * transaction began (PROTOCOLS.md §2.10).
 *
 * @param offsetSeconds - Zero in production; how far the clock of a test has been moved.
 */
export function eventTime(offsetSeconds: number): RawBuilder<number> {
  return offsetSeconds === 0
    ? sql<number>`date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC')`
    : sql<number>`date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC' + make_interval(secs => ${offsetSeconds}::float8))`
}
