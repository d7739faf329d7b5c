import { type TokenInfo, versionOf } from '../models/token-info.ts'

/** What a token's answer carries as `ETag` (RFC 9110 §8.8.3). */
export function entityTag(info: TokenInfo): string {
  return `"${versionOf(info)}"`
}

/** What is said of it in the API's description. */
export const ENTITY_TAG = { ETag: 'To be sent as If-Match with a change that is meant for this state' }
export const IF_MATCH = { 'If-Match': 'The change is made only if the token is still in this state' }

/**
 * Whether a token is in one of the states that an `If-Match` names (RFC 9110 §13.1.1). Weak tags never match.
 *
 * @param header - Absent: any state will do.
 */
export function matchesState(header: string | undefined): (info: TokenInfo) => boolean {
  if (header === undefined || header.trim() === '*') return () => true
  const tags = header.split(',').map((tag) => tag.trim())
  return (info) => tags.includes(entityTag(info))
}
