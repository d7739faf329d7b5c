import { z } from 'zod'
import { tokenTypeField } from './fields.ts'
import type { Scopes } from './scopes.ts'
import type { TokenType } from './token-types.ts'

export const TOKEN_CHANGES = ['create', 'revoke', 'expire', 'edit'] as const
export type TokenChange = (typeof TOKEN_CHANGES)[number]

/** Why a change was made, where the action alone does not tell. */
export const CHANGE_CAUSES = [
  'cascade',
  'rotate',
  'narrowed',
  'audit',
  'replay',
  'user',
  'renewed',
  /** Nothing changed but what its owner wrote down about it. */
  'note',
] as const
export type ChangeCause = (typeof CHANGE_CAUSES)[number]

/** Who changes something, from where and why; goes into the history with each change. */
export interface HistoryContext {
  /** A username, `<bootstrap>` or `<internal>`. */
  actor: string
  /** IPv4 or IPv6 address; null: none, as for what Porthor does by itself. */
  ipAddress: string | null
  cause?: ChangeCause
}

/** One entry of a token's history (spec/tokens.md §3.5). Times in whole seconds since the epoch. */
export interface ChangeHistoryEntry {
  id: number
  token: string
  username: string
  tokenType: TokenType
  tokenName: string | null
  parent: string | null
  scopes: Scopes
  service: string | null
  expires: number | null
  actor: string | null
  action: TokenChange
  oldTokenName: string | null
  /** Null: unchanged. */
  oldScopes: Scopes | null
  oldExpires: number | null
  ipAddress: string | null
  eventTime: number
  /** Porthor's own: null in entries of the reference's making. */
  cause: string | null
  /** Porthor's own: key of the ancestor whose end or change caused this one's. */
  ancestor: string | null
}

/** What of a token an edit may have changed; `secret`: it was rotated. */
export type ChangedField = 'token_name' | 'scopes' | 'expires' | 'note' | 'secret'

/**
 * What an edit changed, as far as its entry tells: an end that was "never" looks like one that did not change, and counts
 * as changed where nothing else was (spec/token-service.md §6).
 */
export function changedFields(entry: ChangeHistoryEntry): ChangedField[] {
  const { action, cause, oldTokenName, oldScopes, oldExpires, expires } = entry
  if (action !== 'edit') return []
  if (cause === 'rotate') return ['secret']
  if (cause === 'note') return ['note']
  const fields: ChangedField[] = []
  if (oldTokenName !== null) fields.push('token_name')
  if (oldScopes !== null) fields.push('scopes')
  const wasNever = oldExpires === null && expires !== null && fields.length === 0
  if (wasNever || (oldExpires !== null && oldExpires !== expires)) fields.push('expires')
  return fields
}

const seconds = z.int().meta({ description: 'Seconds since the epoch' })

/** The API's answer (spec/rest-api.md §3.2). */
export const changeHistoryAnswer = z
  .object({
    token: z.string(),
    username: z.string(),
    token_type: tokenTypeField,
    token_name: z.string().optional(),
    parent: z.string().optional(),
    scopes: z.array(z.string()),
    service: z.string().optional(),
    expires: seconds.nullable(),
    actor: z.string(),
    action: z.enum(TOKEN_CHANGES),
    old_token_name: z.string().optional(),
    old_scopes: z.array(z.string()).optional(),
    old_expires: seconds.nullish(),
    ip_address: z.string().nullable(),
    event_time: seconds,
    cause: z.string().optional().meta({ description: 'Why, where the action alone does not tell' }),
    ancestor: z.string().optional().meta({ description: 'Key of the token whose end or change caused this' }),
  })
  .meta({ id: 'TokenChangeHistoryEntry' })

export type ChangeHistoryAnswer = z.input<typeof changeHistoryAnswer>

export function changeHistoryToAnswer(entry: ChangeHistoryEntry): ChangeHistoryAnswer {
  const edited = entry.action === 'edit'
  return {
    token: entry.token,
    username: entry.username,
    token_type: entry.tokenType,
    ...(entry.tokenName !== null && { token_name: entry.tokenName }),
    ...(entry.parent !== null && { parent: entry.parent }),
    scopes: [...entry.scopes],
    ...(entry.service !== null && { service: entry.service }),
    expires: entry.expires,
    actor: entry.actor ?? '',
    action: entry.action,
    ...(edited && entry.oldTokenName !== null && { old_token_name: entry.oldTokenName }),
    ...(edited && entry.oldScopes !== null && { old_scopes: [...entry.oldScopes] }),
    ...(edited && (entry.oldExpires !== null || entry.expires !== null) && { old_expires: entry.oldExpires }),
    ip_address: entry.ipAddress,
    event_time: entry.eventTime,
    ...(entry.cause !== null && { cause: entry.cause }),
    ...(entry.ancestor !== null && { ancestor: entry.ancestor }),
  }
}
