import * as z from 'zod'
import { parseDuration } from '../duration.ts'
import { parseOwnAddress } from '../own-address.ts'
import { normaliseHttpUrl } from '../urls.ts'

/** What the schema says about a setting besides its form. */
export interface OptionFacts {
  /** What the setting is for: Markdown, whole sentences. */
  description: string
  /** What may be given, and in which unit, as the reference page has it. */
  type: string
  /** The default in words, where it depends on other settings. */
  defaultText?: string
  /** Variable without its prefix: `X` is read as `PORTHOR_X`, else as `GAFAELFAWR_X`. */
  environment?: string
  /** Not a setting of the reference: its variable is read as `PORTHOR_X` only. */
  own?: true
  /** Whole name of a variable, where it is not Porthor's to choose. */
  variable?: string
  /** Never a key of the file. */
  environmentOnly?: true
  /** Null is a value of its own, where elsewhere it means that the setting was left out. */
  nullable?: true
  /** How a text is read that stands where something else is meant, as it does in a variable. */
  text?: 'json' | 'list'
  /** A value that, like the default, says nothing: the reference's chart writes it into sections that are not in use. */
  idle?: unknown
  /** Of a section: it is in use if this key of it has a value (spec/configuration.md §1). */
  marker?: string
  /** Of a section: it is in use, whatever the file holds, if this key of it is in the environment. */
  environmentMarker?: string
  /** Of a section that is read for the sake of Gafaelfawr's files and does nothing: what Porthor does not do. */
  unused?: string
}

/** The facts of every setting and section, by its schema. */
export const optionFacts = z.registry<OptionFacts>()

/** Attaches its facts to a setting. Comes last: a schema derived from the result has none. */
export function option<S extends z.ZodType>(schema: S, facts: OptionFacts): S {
  optionFacts.add(schema, facts)
  return schema
}

/** A text that is not empty. */
export function text() {
  return z.string().min(1, 'must not be empty')
}

/** True or false, also in the words that YAML 1.1 and variables have for them. */
export function flag() {
  const error = 'must be true or false'
  return z.union([z.boolean(), z.string(), z.number()], { error }).transform((value, context) => {
    const word = String(value).toLowerCase()
    if (['true', 'yes', 'on', 'y', 't', '1'].includes(word)) return true
    if (['false', 'no', 'off', 'n', 'f', '0'].includes(word)) return false
    return refuse(context, error)
  })
}

/** A number, also as a text. */
export function number(range: { minimum: number; maximum?: number; integer?: true }) {
  const { minimum, maximum, integer = false } = range
  const kind = integer ? 'a whole number' : 'a number'
  const error = `must be ${kind} ${maximum === undefined ? `of ${minimum} or more` : `from ${minimum} to ${maximum}`}`
  return z.union([z.number(), z.string()], { error }).transform((value, context) => {
    const found = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
    const fits = found >= minimum && found <= (maximum ?? Number.MAX_SAFE_INTEGER)
    return fits && (!integer || Number.isInteger(found)) ? found : refuse(context, error)
  })
}

/** A duration as people write it, or a number of seconds; comes out in seconds. */
export function duration(limits: { minimumSeconds?: number; fraction?: true } = {}) {
  const { minimumSeconds = 0, fraction = false } = limits
  const error = `must be a duration in ${fraction ? '' : 'whole '}seconds, or as in "1d 6h 30m"`
  return z.union([z.number(), z.string()], { error }).transform((value, context) => {
    const seconds = parseDuration(value)
    if (seconds === null || (!fraction && !Number.isInteger(seconds))) return refuse(context, error)
    if (seconds < minimumSeconds) return refuse(context, `must be at least ${minimumSeconds} seconds`)
    return seconds
  })
}

/** An http or https URL, normalised. */
export function httpUrl() {
  return text().transform(
    (value, context) => normaliseHttpUrl(value) ?? refuse(context, 'must be an http or https URL'),
  )
}

/** Where a part of the server listens by itself; stays a text. */
export function ownAddress() {
  return text().refine(
    (value) => parseOwnAddress(value) !== null,
    'must be host:port, [IPv6 address]:port, or unix: and the absolute path of a socket',
  )
}

/** Reports why a value will not do. */
export function refuse(
  context: { addIssue(issue: { code: 'custom'; message: string }): void },
  message: string,
): never {
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}
