/** Scopes in memory: sorted by code point, no duplicates. Make them with `scopeSet`. */
export type Scopes = readonly string[]

export const ADMIN_TOKEN_SCOPE = 'admin:token'
export const ADMIN_USERINFO_SCOPE = 'admin:userinfo'
export const USER_TOKEN_SCOPE = 'user:token'

/** What a known scope may look like (spec/tokens.md §6.3). */
export const SCOPE_PATTERN = /^[a-zA-Z0-9:._-]+$/

/** The width of the column that holds the joined scopes. */
export const MAXIMUM_SCOPES_LENGTH = 512

/** Sorts and removes duplicates. */
export function scopeSet(scopes: Iterable<string>): Scopes {
  return [...new Set(scopes)].sort()
}

/** Scopes of a SQL column: sorted, joined by commas; the empty set is the empty string (spec/tokens.md §4.2). */
export function joinScopes(scopes: Scopes): string {
  return scopeSet(scopes).join(',')
}

export function splitScopes(text: string): Scopes {
  return text === '' ? [] : scopeSet(text.split(','))
}

export function intersectScopes(one: Scopes, other: Scopes): Scopes {
  return one.filter((scope) => other.includes(scope))
}

export function isSubset(part: Scopes, whole: Scopes): boolean {
  return part.every((scope) => whole.includes(scope))
}

export function sameScopes(one: Scopes, other: Scopes): boolean {
  return one.length === other.length && one.every((scope, index) => scope === other[index])
}
