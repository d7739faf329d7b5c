import { intersectScopes, isSubset, type Scopes, sameScopes } from './scopes.ts'

/**
 * What a token lets its bearer do, and for how long: the two things that PROTOCOLS.md compares. `expires` is in whole
 * seconds since the epoch; null: never.
 */
export interface Privilege {
  scopes: Scopes
  expires: number | null
}

/** Fewer or equal scopes and an end no later. */
export function isWithin(one: Privilege, other: Privilege): boolean {
  return isSubset(one.scopes, other.scopes) && !endsAfter(one.expires, other.expires)
}

/** The greatest privilege that is within both. */
export function intersect(one: Privilege, other: Privilege): Privilege {
  return { scopes: intersectScopes(one.scopes, other.scopes), expires: earlier(one.expires, other.expires) }
}

export function samePrivilege(one: Privilege, other: Privilege): boolean {
  return one.expires === other.expires && sameScopes(one.scopes, other.scopes)
}

/** The earlier of two ends. */
export function earlier(one: number | null, other: number | null): number | null {
  if (one === null) return other
  return other === null ? one : Math.min(one, other)
}

export function endsAfter(one: number | null, other: number | null): boolean {
  return other !== null && (one === null || one > other)
}
