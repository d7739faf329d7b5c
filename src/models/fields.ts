import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { MAXIMUM_SCOPES_LENGTH, SCOPE_PATTERN, type Scopes, scopeSet } from './scopes.ts'
import { KEY_PATTERN } from './token.ts'
import { TOKEN_TYPES } from './token-types.ts'
import { ACTOR_PATTERN, MAXIMUM_USERNAME_LENGTH, USERNAME_PATTERN } from './usernames.ts'

/*
 * The fields that come from outside, each with its rule. An issue carries the reference's name of the rule in
 * `params.type`, where zod's own name does not determine it (spec/rest-api.md §2).
 */

interface TextRules {
  minimum?: number
  maximum?: number
  pattern?: RegExp
  /** What is said of a text that does not match the pattern; absent: the pattern. */
  mismatch?: string
  description: string
  /** Control characters are refused, unless the pattern speaks for itself. */
  controls?: boolean
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

/** A string whose length is counted in Unicode code points, as the reference counts. */
export function text(rules: TextRules) {
  const { minimum = 0, maximum = Number.POSITIVE_INFINITY, pattern, mismatch } = rules
  return z
    .string()
    .superRefine((value, context) => {
      const fail = (type: string, message: string, ctx?: object) =>
        // Rules further out have nothing to say about a text that is wrong in itself.
        context.addIssue({ code: 'custom', message, params: { type, ctx }, continue: false })
      const length = codePoints(value)
      if (length < minimum)
        fail('string_too_short', `Must have at least ${minimum} character(s)`, { min_length: minimum })
      else if (length > maximum)
        fail('string_too_long', `Must have at most ${maximum} characters`, { max_length: maximum })
      else if (pattern && !pattern.test(value))
        fail('string_pattern_mismatch', mismatch ?? `Must match ${pattern.source}`, {
          pattern: pattern.source,
        })
      else if (!pattern && CONTROL.test(value))
        fail('string_pattern_mismatch', 'Must not hold control characters')
      // The database would replace half of a surrogate pair by another character.
      else if (!value.isWellFormed()) fail('string_unicode', 'Must be well-formed Unicode')
    })
    .meta({
      description: rules.description,
      ...(minimum > 0 && { minLength: minimum }),
      ...(Number.isFinite(maximum) && { maxLength: maximum }),
      ...(pattern && { pattern: pattern.source }),
    })
}

function codePoints(value: string): number {
  // A code point takes at most two units: only texts that might be long or short are counted one by one.
  return value.length < 2 ? value.length : Array.from(value.slice(0, 10_000)).length
}

export const usernameField = text({
  minimum: 1,
  maximum: MAXIMUM_USERNAME_LENGTH,
  pattern: USERNAME_PATTERN,
  mismatch:
    'Must have lower-case letters, digits and single inner hyphens only, and a letter that is neither first nor right after a hyphen',
  description:
    'A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen',
})

/** Of who is in the table of administrators already: the reference let names in that are no usernames. */
export const adminNameField = text({
  minimum: 1,
  maximum: MAXIMUM_USERNAME_LENGTH,
  description: 'The name of an administrator',
})

export const actorField = text({
  minimum: 1,
  maximum: MAXIMUM_USERNAME_LENGTH,
  pattern: ACTOR_PATTERN,
  mismatch: 'Must be a username, <bootstrap> or <internal>',
  description: 'Who made a change: a username, `<bootstrap>` or `<internal>`',
})

export const keyField = text({
  minimum: 22,
  maximum: 22,
  pattern: KEY_PATTERN,
  mismatch: 'Must have letters, digits, hyphens and underscores only',
  description: 'The key of a token: its public half, 22 characters of base64url',
})

export const tokenTypeField = z.enum(TOKEN_TYPES).meta({ description: 'What kind of token it is' })

export const MAXIMUM_TOKEN_NAME_LENGTH = 64

export const tokenNameField = text({
  minimum: 1,
  maximum: MAXIMUM_TOKEN_NAME_LENGTH,
  description: 'A name that the user gives the token, unique among their tokens',
}).refine((name) => name.trim() !== '', {
  error: 'Must not consist of blanks alone',
  params: { type: 'string_pattern_mismatch' },
  abort: true,
})

export const MAXIMUM_NOTE_LENGTH = 500

export const noteField = text({
  minimum: 1,
  maximum: MAXIMUM_NOTE_LENGTH,
  description: 'What is worth knowing about it: one line, for people',
})

/** An array of strings; which ones are allowed is the service's to say. */
export const scopesField = z
  .array(
    z
      .string()
      .max(MAXIMUM_SCOPES_LENGTH)
      .regex(/^[^,\p{C}]*$/u),
  )
  .max(256)
  .transform((scopes): Scopes => scopeSet(scopes))
  .meta({ description: 'Names of scopes', uniqueItems: true })

export const knownScopeField = z.string().regex(SCOPE_PATTERN)

/** A positive POSIX uid or gid: 1 to 2^32 - 2 (spec/tokens.md §10). */
export const posixIdField = wholeNumber({ minimum: 1, maximum: 2 ** 32 - 2, description: 'A POSIX id' })

const GROUP_NAME = /^([a-zA-Z]|[a-zA-Z0-9][a-zA-Z0-9._-]*[a-zA-Z])[a-zA-Z0-9._-]*$/

export function isGroupName(name: string): boolean {
  return groupField.shape.name.safeParse(name).success
}

export const groupField = z.object({
  name: text({ minimum: 1, maximum: 1024, pattern: GROUP_NAME, description: 'Name of the group' }),
  id: posixIdField,
})

/** A whole number given as a JSON number. */
export function wholeNumber(rules: { minimum: number; maximum: number; description: string }) {
  return z
    .unknown()
    .transform((value, context): number => {
      const fail = (type: string, message: string, ctx?: object) => {
        context.addIssue({ code: 'custom', message, params: { type, ctx } })
        return z.NEVER
      }
      if (typeof value === 'string') return fail('int_parsing', 'Must be a number, not a string')
      if (typeof value !== 'number') return fail('int_type', 'Must be a whole number')
      if (!Number.isInteger(value)) return fail('int_from_float', 'Must be a whole number')
      const { minimum, maximum } = rules
      if (value < minimum) return fail('greater_than_equal', `Must be at least ${minimum}`, { ge: minimum })
      if (value > maximum) return fail('less_than_equal', `Must be at most ${maximum}`, { le: maximum })
      return value
    })
    .meta({ ...wholeNumberMeta(rules) })
}

function wholeNumberMeta(rules: { minimum: number; maximum: number; description: string }) {
  return { type: 'integer' as const, ...rules }
}

// Beyond this a number of the reference's means milliseconds; here it is refused (spec/tokens.md §4.1, §10).
const MAXIMUM_SECONDS = 2e10
const YEAR_10000 = 253_402_300_800
const NUMBER = /^\s*[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt _](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*([Zz]|[+-]\d\d(?::?\d\d)?)?)?$/

/**
 * A time: a number of seconds since the epoch (also as text), or ISO 8601, without an offset UTC. Gives whole seconds
 * since the epoch, the fraction cut.
 */
export const timeField = z
  .unknown()
  .transform((value, context): number => {
    const outcome = readTime(value)
    if (typeof outcome === 'number') return outcome
    context.addIssue({ code: 'custom', message: outcome.message, params: { type: outcome.type } })
    return z.NEVER
  })
  .meta({ description: 'Seconds since the epoch; ISO 8601 is accepted too', type: 'integer' })

function readTime(value: unknown): number | { type: string; message: string } {
  if (typeof value === 'number') return readSeconds(value)
  if (typeof value !== 'string') return { type: 'datetime_type', message: 'Must be a time' }
  if (NUMBER.test(value)) return readSeconds(Number(value))
  const seconds = readIso(value)
  return (
    seconds ?? { type: 'datetime_from_date_parsing', message: 'Must be seconds since the epoch, or ISO 8601' }
  )
}

function readSeconds(value: number): number | { type: string; message: string } {
  if (Math.abs(value) <= MAXIMUM_SECONDS) return Math.floor(value)
  return { type: 'datetime_parsing', message: 'Must be seconds (not milliseconds) since the epoch' }
}

function readIso(value: string): number | null {
  const match = ISO.exec(value)
  if (!match) return null
  const [, year, month, day, hour = '00', minute = '00', second = '00', , zone = 'Z'] = match
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day))
  // Date.UTC takes the 30th of February for the 2nd of March: only what comes out as it went in is a date.
  if (new Date(midnight).toISOString().slice(0, 10) !== `${year}-${month}-${day}`) return null
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null
  const offset = /^([+-])(\d\d):?(\d\d)?$/.exec(zone)
  const offsetMinutes = offset
    ? (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3] ?? 0))
    : 0
  if (Math.abs(offsetMinutes) >= 1440) return null
  const seconds =
    midnight / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offsetMinutes * 60
  return seconds < YEAR_10000 ? seconds : null
}

/** An address, or a network without host bits, IPv4 or IPv6 (spec/token-service.md §1.3). */
export function isAddressOrNetwork(value: string): boolean {
  if (!value.includes('/')) return isAddress(value)
  // PostgreSQL refuses some of the lengths that begin with zeros.
  if (/\/0\d/.test(value)) return false
  if (!ipaddr.isValidCIDR(value) || !isAddress(value.slice(0, value.indexOf('/')))) return false
  const [address] = ipaddr.parseCIDR(value)
  const network =
    address.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(value)
      : ipaddr.IPv6.networkAddressFromCIDR(value)
  return network.toNormalizedString() === address.toNormalizedString()
}

/** An IPv4 address of four decimal parts, or an IPv6 address without a zone. */
export function isAddress(value: string): boolean {
  if (value.includes('%')) return false
  return ipaddr.IPv4.isValidFourPartDecimal(value) || ipaddr.IPv6.isValid(value)
}
