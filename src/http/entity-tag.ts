import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { type QuotaConfig, quotaOverridesToAnswer } from '../models/quota.ts'
import { type TokenInfo, versionOf } from '../models/token-info.ts'

/*
 * Names of the states in which things are (RFC 9110 §8.8.3): who changes one can say which state they have seen.
 */

export function tokenTag(info: TokenInfo): string {
  return `"${versionOf(info)}"`
}

export function quotaTag(overrides: QuotaConfig): string {
  const state = JSON.stringify(quotaOverridesToAnswer(overrides))
  return `"${createHash('sha256').update(state).digest('base64url').slice(0, 22)}"`
}

/** What is said of it in the API's description. */
export const ENTITY_TAG = { ETag: 'To be sent as If-Match with a change that is meant for this state' }
export const IF_MATCH = {
  'If-Match': 'The change is made only in this state; `*`: only if there is something',
}
export const IF_NONE_MATCH = { 'If-None-Match': '`*`: the change is made only if there is nothing' }

type Conditions = Pick<IncomingHttpHeaders, 'if-match' | 'if-none-match'>

export function isConditional(headers: Conditions): boolean {
  return headers['if-match'] !== undefined || headers['if-none-match'] !== undefined
}

/**
 * Whether what is there is what a change is meant for (RFC 9110 §13.1.1, §13.1.2). Weak tags never match.
 *
 * @param tag - Null: nothing is there.
 */
export function meets(headers: Conditions, tag: string | null): boolean {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers
  return (match === undefined || names(match, tag)) && (noneMatch === undefined || !names(noneMatch, tag))
}

function names(header: string, tag: string | null): boolean {
  if (tag === null) return false
  return header.trim() === '*' || header.split(',').some((one) => one.trim() === tag)
}
