import { z } from 'zod'
import { TOKEN_CHANGES } from '../models/change-history.ts'
import {
  actorField,
  keyField,
  timeField,
  tokenTypeField,
  usernameField,
  wholeNumber,
} from '../models/fields.ts'
import { HISTORY_CURSOR_PATTERN } from '../models/history-cursor.ts'
import { MAXIMUM_OVERLAP_SECONDS } from '../services/token-service.ts'
import { MAXIMUM_PAGE_SIZE } from './paging.ts'

/*
 * What the API expects in paths, query strings and small bodies, and small answers. The rest is in src/models.
 */

export const userPath = z.object({ username: usernameField })
export const keyPath = z.object({ key: keyField })
export const tokenPath = z.object({ username: usernameField, key: keyField })

/** Digits, also with a sign or an empty fraction, as the reference reads them. */
const WHOLE_NUMBER = /^\s*[+-]?\d+(?:\.0+)?\s*$/

/** A page size, as text. What is larger than a page may be is cut, so that clients may ask for "everything". */
export const limitField = z
  .string()
  .transform((text, context): number => {
    const fail = (type: string, message: string, ctx?: object) => {
      context.addIssue({ code: 'custom', message, params: { type, ctx } })
      return z.NEVER
    }
    if (!WHOLE_NUMBER.test(text)) return fail('int_parsing', 'Must be a whole number')
    const limit = Number(text)
    if (limit < 1) return fail('greater_than_equal', 'Must be at least 1', { ge: 1 })
    return Math.min(limit, MAXIMUM_PAGE_SIZE)
  })
  .meta({
    description: `At most so many entries; ${MAXIMUM_PAGE_SIZE} whatever is asked for`,
    type: 'integer',
    minimum: 1,
  })

const historyCursorField = z
  .string()
  .superRefine((text, context) => {
    if (HISTORY_CURSOR_PATTERN.test(text)) return
    const pattern = HISTORY_CURSOR_PATTERN.source
    const params = { type: 'string_pattern_mismatch', ctx: { pattern } }
    context.addIssue({ code: 'custom', message: `Must match ${pattern}`, params })
  })
  .meta({
    description: 'The page to give, from the Link header of another',
    pattern: HISTORY_CURSOR_PATTERN.source,
  })

export const flagField = z.enum(['true', 'false']).transform((value) => value === 'true')

const pageQuery = z.object({ cursor: historyCursorField.optional(), limit: limitField.optional() })

export const HISTORY_FORMATS = ['json', 'csv'] as const

const historyFilters = {
  since: timeField.optional().meta({ description: 'Only changes at or after this time' }),
  until: timeField.optional().meta({ description: 'Only changes at or before this time' }),
  action: z.enum(TOKEN_CHANGES).optional().meta({ description: 'Only changes of this kind' }),
  actor: actorField.optional(),
  token_type: tokenTypeField.optional(),
  ip_address: z
    .string()
    .optional()
    .meta({ description: 'Only changes made from this address, or from this network in CIDR form' }),
}

const historyForm = {
  format: z
    .enum(HISTORY_FORMATS)
    .optional()
    .meta({ description: 'As a file of this form; missing: what the header `Accept` prefers' }),
}

export const userHistoryQuery = z.object({
  ...pageQuery.shape,
  ...historyFilters,
  key: keyField.optional().meta({ description: 'Only changes to this token and its direct children' }),
  subtree: keyField.optional().meta({
    description: 'Only changes to this token and all that was ever derived from it, however far',
  }),
  ...historyForm,
})

export const tokenHistoryQuery = z.object({
  ...pageQuery.shape,
  ...historyFilters,
  descendants: flagField.optional().meta({
    description: 'Changes to all that was ever derived from it, however far, and not to its children alone',
    type: 'boolean',
    default: false,
  }),
  ...historyForm,
})

export const allHistoryQuery = z.object({
  ...userHistoryQuery.shape,
  username: usernameField.optional(),
})

export type HistoryQuery = Partial<z.output<typeof allHistoryQuery> & z.output<typeof tokenHistoryQuery>>

export const newAdminRequest = z.object({ username: usernameField }).meta({ id: 'NewAdmin' })

export const rotationRequest = z
  .object({
    overlap: wholeNumber({
      minimum: 0,
      maximum: MAXIMUM_OVERLAP_SECONDS,
      description: 'For so many seconds the old secret is accepted too',
    }).default(0),
  })
  .meta({ id: 'RotationRequest' })

export const newTokenAnswer = z
  .object({
    token: z.string().meta({ description: 'The whole token with its secret; it is not shown again' }),
  })
  .meta({ id: 'NewToken' })

export const adminAnswer = z.object({ username: z.string() }).meta({ id: 'Admin' })
