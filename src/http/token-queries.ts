import { z } from 'zod'
import { keyField, text, tokenTypeField, usernameField } from '../models/fields.ts'
import type { TokenQuery } from '../services/token-search.ts'
import {
  NEWEST_FIRST,
  type PlacedToken,
  TOKEN_ORDERS,
  type TokenOrder,
  type TokenPlace,
} from '../storage/token-search-store.ts'
import { DEFAULT_PAGE_SIZE, MAXIMUM_PAGE_SIZE } from './paging.ts'
import { flagField, limitField } from './schemas.ts'

/*
 * What lists of tokens are asked for: filters, orders and pages. A cursor is the place of the last token that was shown:
 * what the list is ordered by, and its key.
 */

const KEY = '[A-Za-z0-9_-]{22}'
/** Seconds since the epoch; `never`; or `n` and a name in base64url. */
const TOKEN_CURSOR = new RegExp(`^(?:(\\d{1,12})|(never)|n([A-Za-z0-9_-]{0,1024}))_(${KEY})$`)
const TREE_CURSOR = new RegExp(`^(\\d{1,6})_(${KEY})$`)
/** The last second of the year 9999, as for the cursors of a history. */
const MAXIMUM_SECONDS = 253_402_300_799

/** A text that is empty for the first page. @param read - Undefined: it has the wrong form; null: it names no place. */
export function cursorField<T>(pattern: RegExp, read: (match: RegExpExecArray) => T | null) {
  return z
    .string()
    .transform((cursor, context): T | null => {
      const fail = (type: string, message: string, ctx?: object) => {
        context.addIssue({ code: 'custom', message, params: { type, ctx } })
        return z.NEVER
      }
      if (cursor === '') return null
      const match = pattern.exec(cursor)
      if (!match) {
        const { source } = pattern
        return fail('string_pattern_mismatch', `Must be empty or match ${source}`, { pattern: source })
      }
      return read(match) ?? fail('invalid_cursor', 'Names no possible position')
    })
    .meta({ description: 'The page to give: empty for the first, else from the Link header of another' })
}

const tokenCursorField = cursorField(
  TOKEN_CURSOR,
  ([, seconds, never, name, token = '']): TokenPlace | null => {
    if (never !== undefined) return { value: null, token }
    if (name !== undefined) return namePlace(name, token)
    return Number(seconds) <= MAXIMUM_SECONDS ? { value: Number(seconds), token } : null
  },
)

function namePlace(encoded: string, token: string): TokenPlace | null {
  const value = Buffer.from(encoded, 'base64url').toString('utf8')
  // No text of the database holds it.
  return value.includes('\0') ? null : { value, token }
}

export function formatTokenCursor({ value, token }: TokenPlace): string {
  if (value === null) return `never_${token}`
  return `${typeof value === 'string' ? `n${Buffer.from(value).toString('base64url')}` : value}_${token}`
}

const treeCursorField = cursorField(
  TREE_CURSOR,
  ([, depth, key = '']): PlacedToken => ({ depth: Number(depth), key }),
)

export function formatTreeCursor({ depth, key }: PlacedToken): string {
  return `${depth}_${key}`
}

const serviceField = text({ minimum: 1, maximum: 64, description: 'Only tokens for this service' })

const common = {
  token_type: tokenTypeField.optional(),
  service: serviceField.optional(),
  expired: flagField
    .optional()
    .meta({ description: 'Only tokens that have expired, or only those that have not', type: 'boolean' }),
}

const orderField = z
  .enum(TOKEN_ORDERS.flatMap((by) => [by, `-${by}`] as const))
  .transform((order): TokenOrder => {
    const descending = order.startsWith('-')
    const by = TOKEN_ORDERS.find((one) => order.endsWith(one)) ?? NEWEST_FIRST.by
    return { by, descending }
  })

const ownList = z
  .object({
    cursor: tokenCursorField.optional(),
    limit: limitField.default(DEFAULT_PAGE_SIZE),
    ...common,
    parent: z
      .union([keyField, z.literal('none')])
      .optional()
      .meta({
        description: 'Only tokens that were derived from this one; `none`: only those derived from none',
      }),
    search: text({
      minimum: 1,
      maximum: 64,
      description: 'Only tokens with this in their name, note or service, whatever the case',
    }).optional(),
    sort: orderField.default(NEWEST_FIRST).meta({
      description: 'What the list is ordered by; with a hyphen in front, the other way round',
      type: 'string',
      enum: TOKEN_ORDERS.flatMap((by) => [by, `-${by}`]),
      default: '-created',
    }),
  })
  .superRefine(({ cursor, sort }, context) => {
    if (!cursor || fits(cursor, sort)) return
    context.addIssue({
      code: 'custom',
      path: ['cursor'],
      message: 'Is of a list in another order',
      params: { type: 'invalid_cursor' },
    })
  })

function fits({ value }: TokenPlace, { by }: TokenOrder): boolean {
  if (by === 'token_name') return typeof value === 'string'
  return by === 'created' ? typeof value === 'number' : typeof value !== 'string'
}

/**
 * The reference's list has no pages and ignores `limit`. A cursor, if only an empty one, asks for pages, of what the filters
 * let pass; without one everything is answered, as there.
 */
export const tokenListQuery = z.preprocess(
  (query) => (typeof query === 'object' && query !== null && Object.hasOwn(query, 'cursor') ? query : {}),
  ownList,
)

export type TokenListQuery = z.output<typeof tokenListQuery>

export const allTokensQuery = z.object({
  cursor: tokenCursorField
    .refine((place) => place === null || typeof place.value === 'number', {
      error: 'Is of another list',
      params: { type: 'invalid_cursor' },
    })
    .optional(),
  limit: limitField.default(DEFAULT_PAGE_SIZE),
  username: usernameField.optional(),
  ...common,
  name_prefix: text({
    minimum: 1,
    maximum: 64,
    description: 'Only tokens whose name begins so',
  }).optional(),
  key: keyField.optional(),
})

export const treeQuery = z.object({
  cursor: treeCursorField.optional(),
  limit: limitField.default(DEFAULT_PAGE_SIZE),
})

/** Whoever asks for no pages of what would end is not to miss much of it. */
export const revocationQuery = z.object({
  cursor: treeCursorField.optional(),
  limit: limitField.default(MAXIMUM_PAGE_SIZE),
})

type Conditions = Partial<
  Omit<z.output<typeof allTokensQuery> & z.output<typeof ownList>, 'cursor' | 'limit' | 'sort'>
>

/** What a query says beside its page. */
export function filtersOf(query: { [name in keyof Conditions]: Conditions[name] | undefined }): TokenQuery {
  const { username, token_type: tokenType, service, expired, name_prefix: namePrefix, key } = query
  return {
    ...(username !== undefined && { username }),
    ...(tokenType !== undefined && { tokenType }),
    ...(service !== undefined && { service }),
    ...(expired !== undefined && { expired }),
    ...(namePrefix !== undefined && { namePrefix }),
    ...(key !== undefined && { key }),
    ...(query.search !== undefined && { text: query.search }),
    ...(query.parent !== undefined && { parent: query.parent === 'none' ? null : query.parent }),
  }
}
