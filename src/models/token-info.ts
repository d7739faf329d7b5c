import { createHash } from 'node:crypto'
import { z } from 'zod'
import { keyField, tokenTypeField } from './fields.ts'
import type { Scopes } from './scopes.ts'
import type { TokenType } from './token-types.ts'

/** A token as the database knows it (spec/tokens.md §3.2). Times in whole seconds since the epoch. */
export interface TokenInfo {
  /** The key: 22 characters. */
  token: string
  username: string
  tokenType: TokenType
  tokenName: string | null
  service: string | null
  scopes: Scopes
  created: number
  /** Null: never used, or not known. */
  lastUsed: number | null
  /** Null: never. */
  expires: number | null
  /** Key of the parent; null: none. */
  parent: string | null
  /** What its owner wrote down about it. */
  note: string | null
}

/** Names the state of what can be changed of a token: another one after each change. 22 characters of base64url. */
export function versionOf({ tokenName, scopes, expires, note }: TokenInfo): string {
  const state = JSON.stringify([tokenName, scopes, expires, note])
  return createHash('sha256').update(state).digest('base64url').slice(0, 22)
}

const seconds = z.int().meta({ description: 'Seconds since the epoch' })

/** The API's answer; null fields are left out. */
export const tokenInfoAnswer = z
  .object({
    username: z.string(),
    token_type: tokenTypeField,
    service: z.string().optional(),
    scopes: z.array(z.string()),
    created: seconds,
    expires: seconds.optional().meta({ description: 'Seconds since the epoch; missing: never' }),
    token: keyField,
    token_name: z.string().optional(),
    last_used: seconds.optional(),
    parent: z.string().optional().meta({ description: 'Key of the token from which this one was derived' }),
    note: z.string().optional().meta({ description: 'What its owner wrote down about it' }),
  })
  .meta({ id: 'TokenInfo', description: 'A token, without its secret' })

export type TokenInfoAnswer = z.input<typeof tokenInfoAnswer>

export function tokenInfoToAnswer(info: TokenInfo): TokenInfoAnswer {
  return {
    username: info.username,
    token_type: info.tokenType,
    ...(info.service !== null && { service: info.service }),
    scopes: [...info.scopes],
    created: info.created,
    ...(info.expires !== null && { expires: info.expires }),
    token: info.token,
    ...(info.tokenName !== null && { token_name: info.tokenName }),
    ...(info.lastUsed !== null && { last_used: info.lastUsed }),
    ...(info.parent !== null && { parent: info.parent }),
    ...(info.note !== null && { note: info.note }),
  }
}
