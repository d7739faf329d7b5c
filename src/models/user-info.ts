import { PorthorError } from './errors.ts'
import type { Group } from './token-data.ts'

/** What is known about a user, from whatever source (spec/userinfo.md). Null: not known. */
export interface UserInfo {
  readonly username: string
  readonly name: string | null
  readonly email: string | null
  readonly uid: number | bigint | null
  /** Of the primary group. */
  readonly gid: number | bigint | null
  /** Sorted by name. */
  readonly groups: readonly Group[]
  /** Of all groups, sorted: those that have no number (yet) as well, which `groups` lacks. */
  readonly groupNames: readonly string[]
}

/** A source of user information is away, too slow, or says what cannot be; the cause is for the log. */
export class UserInformationError extends PorthorError {
  readonly code = 'user_info_failed'
  readonly status: number = 500

  constructor(cause: unknown) {
    super('Unable to get user information', { cause })
  }
}

/** The same, where the question was about the source itself: ask again later. */
export class UserInformationUnavailableError extends UserInformationError {
  override readonly status = 503
}

/** Sorts by code points, which is what the reference does. */
export function compareNames(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
