import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../config/duration.ts'
import { type Clock, nowSeconds } from '../models/clock.ts'
import { adminNameField, timeField } from '../models/fields.ts'
import { KEY_PATTERN, Token } from '../models/token.ts'
import { isUsername } from '../models/usernames.ts'
import { UsageError } from './exit-codes.ts'

/*
 * How what is typed is read. The functions that commander calls throw InvalidArgumentError, which it completes with the
 * option's name.
 */

/** A token as it was named: by its key alone, or whole. */
export interface NamedToken {
  key: string
  /** Null: only the key was given. */
  token: Token | null
}

/**
 * Reads a key, or a whole token. Not an argument parser of commander's, whose error would show what may be a secret.
 *
 * @throws {UsageError}
 */
export function parseNamedToken(text: string): NamedToken {
  if (Token.isToken(text)) {
    const token = Token.parse(text)
    return { key: token.key, token }
  }
  if (KEY_PATTERN.test(text)) return { key: text, token: null }
  throw new UsageError('Neither a key (22 characters) nor a token (gt-…)')
}

/** A moment: so many seconds from now, a time of its own (seconds since the epoch), or never. */
export type Moment = { kind: 'in'; seconds: number } | { kind: 'at'; seconds: number } | { kind: 'never' }

/** Reads `90d`, `2027-01-31`, `2027-01-31T12:00:00Z` or `never`. */
export function parseExpiry(text: string): Moment {
  return text === 'never' ? { kind: 'never' } : parseMoment(text)
}

/** Reads `90d` or a date. A number alone could be seconds from now or since 1970, so it is neither. */
export function parseMoment(text: string): Exclude<Moment, { kind: 'never' }> {
  if (/^\s*[+-]?[\d.]+\s*$/.test(text)) {
    throw new InvalidArgumentError('Say the unit (3600s, 90d), or give a date (2027-01-31T12:00:00Z).')
  }
  const seconds = parseDuration(text)
  if (seconds !== null) return { kind: 'in', seconds }
  const time = timeField.safeParse(text)
  if (time.success) return { kind: 'at', seconds: time.data }
  throw new InvalidArgumentError('Give a duration (90d, 1d 6h) or a date (2027-01-31, 2027-01-31T12:00:00Z).')
}

/** Whole seconds since the epoch; null: never. */
export function resolveExpiry(moment: Moment, clock: Clock): number | null {
  if (moment.kind === 'never') return null
  return moment.kind === 'at' ? moment.seconds : nowSeconds(clock) + Math.floor(moment.seconds)
}

/** The same for a time that has passed: a duration counts back from now. */
export function resolvePast(moment: Exclude<Moment, { kind: 'never' }>, clock: Clock): number {
  return moment.kind === 'at' ? moment.seconds : nowSeconds(clock) - Math.floor(moment.seconds)
}

/** Reads a duration; gives seconds. */
export function parseSeconds(text: string): number {
  const seconds = parseDuration(text)
  if (seconds === null) throw new InvalidArgumentError('Give a duration: 1h, 30m, 90s.')
  return Math.floor(seconds)
}

/** Collects the values of an option that may be given several times, each of them one value or several with commas. */
export function collectList(text: string, before: readonly string[] = []): string[] {
  const added = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  return [...before, ...added]
}

export function parseCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(count)) throw new InvalidArgumentError('Give a whole number, 0 or more.')
  return count
}

export function parsePositive(text: string): number {
  const count = parseCount(text)
  if (count === 0) throw new InvalidArgumentError('Give a whole number, 1 or more.')
  return count
}

export function parsePort(text: string): number {
  const port = parseCount(text)
  if (port > 65_535) throw new InvalidArgumentError('Give a port from 0 to 65535; 0: any that is free.')
  return port
}

/** Of an administrator who is there already: the reference let names in that are no usernames. */
export function parseAdminName(text: string): string {
  if (!adminNameField.safeParse(text).success) throw new InvalidArgumentError('Not a possible name.')
  return text
}

export function parseUsername(text: string): string {
  if (!isUsername(text)) throw new InvalidArgumentError('Not a valid username.')
  return text
}
