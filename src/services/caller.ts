import type { HistoryContext } from '../models/change-history.ts'
import { PermissionDeniedError } from '../models/errors.ts'
import { ADMIN_TOKEN_SCOPE, type Scopes, USER_TOKEN_SCOPE } from '../models/scopes.ts'
import { BOOTSTRAP_USERNAME, INTERNAL_USERNAME } from '../models/usernames.ts'

/** Who asks for something, and from where. */
export interface Caller {
  username: string
  scopes: Scopes
  /** Key of the token that was presented; null: the caller is in no store (bootstrap, the command line). */
  tokenKey: string | null
  /** IPv4 or IPv6; null: none. */
  ipAddress: string | null
}

/** Whoever presents the bootstrap token (spec/tokens.md §7). */
export function bootstrapCaller(ipAddress: string | null): Caller {
  return { username: BOOTSTRAP_USERNAME, scopes: [ADMIN_TOKEN_SCOPE], tokenKey: null, ipAddress }
}

/** Porthor itself, and an operator at its command line. */
export const internalCaller: Caller = {
  username: INTERNAL_USERNAME,
  scopes: [ADMIN_TOKEN_SCOPE],
  tokenKey: null,
  ipAddress: null,
}

export function historyOf(caller: Caller): HistoryContext {
  return { actor: caller.username, ipAddress: caller.ipAddress }
}

export function isAdmin(caller: Caller): boolean {
  return caller.scopes.includes(ADMIN_TOKEN_SCOPE)
}

/**
 * Whether the caller may act on a user's tokens (spec/token-service.md §1.1); `admin:token` among the scopes of the
 * presented token makes an administrator.
 *
 * @param username - Whose tokens; null: everybody's, for administrators alone.
 * @throws {PermissionDeniedError}
 */
export function authorize(
  caller: Caller,
  username: string | null,
  options: { requireAdmin?: boolean; requireSameUser?: boolean } = {},
): void {
  const admin = isAdmin(caller)
  if ((username === null || options.requireAdmin) && !admin) {
    throw new PermissionDeniedError(`Missing required scope ${ADMIN_TOKEN_SCOPE}`)
  }
  if (username !== null && username !== caller.username && (!admin || options.requireSameUser)) {
    throw new PermissionDeniedError(`Not allowed for tokens of ${username}`)
  }
  if (!admin && !caller.scopes.includes(USER_TOKEN_SCOPE)) {
    throw new PermissionDeniedError(`Missing required scope ${USER_TOKEN_SCOPE}`)
  }
}
