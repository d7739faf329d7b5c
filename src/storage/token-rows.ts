import { type Selectable, sql } from 'kysely'
import { splitScopes } from '../models/scopes.ts'
import type { TokenInfo } from '../models/token-info.ts'
import { type TokenTable, timestamp } from './schema.ts'

/** A token's row with the parent from its kinship. */
export type TokenRow = Selectable<TokenTable> & { parent: string | null }

export type TokenInfoRow = Omit<TokenRow, 'secret_digest'>

/**
 * Which kinship is a token's own. The two columns differ in collation, and that of `token.token` would prevail: then no
 * index of `subtoken` could be used, and each look-up would read the whole table.
 */
export const isOwnKinship = sql<boolean>`subtoken.child = token.token COLLATE "default"`

export const joinKinship = sql`LEFT JOIN subtoken ON ${isOwnKinship}`

/** A place in a list of tokens: newest first, those of one second by key. */
export interface TokenPosition {
  /** Whole seconds since the epoch. */
  created: number
  token: string
}

/** What comes after a position. The first condition alone bounds the reading of an index that has this order. */
export function comesAfter({ created, token }: TokenPosition) {
  const time = timestamp(created)
  return sql<boolean>`token.created <= ${time} AND (token.created < ${time} OR token.token > ${token})`
}

/** Deeper than any tree that requests could build; only a ring of kinship gets there. */
export const MAXIMUM_DEPTH = 100_000

export function tokenInfoOfRow(row: TokenInfoRow): TokenInfo {
  return {
    token: row.token,
    username: row.username,
    tokenType: row.token_type,
    tokenName: row.token_name,
    service: row.service,
    scopes: splitScopes(row.scopes),
    created: row.created,
    lastUsed: row.last_used,
    expires: row.expires,
    parent: row.parent,
    note: row.note,
  }
}
