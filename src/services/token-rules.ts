import { InvalidExpiresError, InvalidScopesError, PermissionDeniedError } from '../models/errors.ts'
import { isSubset, joinScopes, MAXIMUM_SCOPES_LENGTH, type Scopes } from '../models/scopes.ts'
import { isUsername } from '../models/usernames.ts'
import { type Caller, isAdmin } from './caller.ts'

/** The least life of a token that is asked for, in seconds (spec/tokens.md §8). */
export const MINIMUM_LIFETIME_SECONDS = 300

/** Limits and names that the configuration gives. Lifetimes in seconds; null: no limit. */
export interface TokenRules {
  knownScopes: Scopes
  tokenLifetimeSeconds: number
  maximumTokenLifetimeSeconds: number | null
  maximumTokensPerUser: number | null
}

/** @throws {PermissionDeniedError} */
export function checkUsername(username: string): void {
  if (!isUsername(username)) throw new PermissionDeniedError('Not a valid username')
}

/**
 * @param expires - Whole seconds since the epoch; null: never.
 * @throws {InvalidExpiresError}
 */
export function checkNotTooSoon(expires: number | null, now: number): void {
  if (expires !== null && expires < now + MINIMUM_LIFETIME_SECONDS) {
    throw new InvalidExpiresError(`Must be at least ${MINIMUM_LIFETIME_SECONDS} seconds ahead`)
  }
}

/**
 * @param expires - Whole seconds since the epoch; null: never.
 * @throws {InvalidExpiresError}
 */
export function checkExpires(rules: TokenRules, expires: number | null, now: number): void {
  checkNotTooSoon(expires, now)
  const maximum = rules.maximumTokenLifetimeSeconds
  if (maximum !== null && (expires === null || expires > now + maximum)) {
    throw new InvalidExpiresError(`Must be at most ${maximum} seconds ahead`)
  }
}

/** @throws {InvalidScopesError} */
export function checkWithinCaller(scopes: Scopes, caller: Caller): void {
  if (!isSubset(scopes, caller.scopes)) throw new InvalidScopesError('The scopes go beyond your own')
}

/**
 * The scopes must be known, and within the caller's own unless an administrator asks (spec/token-service.md §1.3).
 *
 * @throws {InvalidScopesError}
 */
export function checkScopes(rules: TokenRules, scopes: Scopes, caller: Caller | null): void {
  if (caller && !isAdmin(caller)) checkWithinCaller(scopes, caller)
  checkScopesLength(scopes)
  const unknown = scopes.filter((scope) => !rules.knownScopes.includes(scope))
  if (unknown.length > 0) throw new InvalidScopesError(`Unknown scopes: ${unknown.join(', ')}`)
}

/** @throws {InvalidScopesError} The database has no room for them. */
export function checkScopesLength(scopes: Scopes): void {
  if (joinScopes(scopes).length > MAXIMUM_SCOPES_LENGTH) {
    throw new InvalidScopesError(`The scopes have more than ${MAXIMUM_SCOPES_LENGTH} characters together`)
  }
}
