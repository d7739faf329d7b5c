import type { TokenData } from '../models/token-data.ts'
import type { TokenInfo } from '../models/token-info.ts'

/** What services write to the log: pino's shape, so that the layers below need not know it. */
export interface Log {
  debug(fields: object, event: string): void
  info(fields: object, event: string): void
  warn(fields: object, event: string): void
  error(fields: object, event: string): void
  /** Whether a line of this level would be written; absent: any would. */
  isLevelEnabled?(level: string): boolean
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** `YYYY-MM-DD HH:MM:SS`, UTC (spec/tokens.md §4.3); null: never. */
export function logTime(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')
}

/** The log fields of a new token (spec/cli.md §5); never its secret. */
export function createdFields(data: TokenData, tokenName: string | null): object {
  const { name, email, uid, gid, groups } = data
  const userInfo = Object.fromEntries(
    Object.entries({ name, email, uid, gid, groups })
      .filter(([, value]) => value !== null)
      .map(([field, value]) => [field, typeof value === 'bigint' ? value.toString() : value]),
  )
  return {
    token_key: data.token.key,
    token_username: data.username,
    token_expires: logTime(data.expires),
    token_scopes: data.scopes,
    token_userinfo: userInfo,
    ...(tokenName !== null && { token_name: tokenName }),
    ...(data.service !== null && { token_service: data.service }),
  }
}

export function changedFields(info: TokenInfo): object {
  return {
    token_key: info.token,
    token_name: info.tokenName,
    token_scopes: info.scopes,
    token_expires: logTime(info.expires),
  }
}
