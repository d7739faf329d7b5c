import { z } from 'zod'
import { PorthorError } from './errors.ts'
import { groupField } from './fields.ts'
import { isBotUsername, isUsername } from './usernames.ts'

/** What is counted by itself: UIDs of people, UIDs of bots, GIDs of groups; by the reference's names of the counters. */
export const POSIX_ID_KINDS = ['uid', 'bot-uid', 'gid'] as const
export type PosixIdKind = (typeof POSIX_ID_KINDS)[number]

/** Both ends are given out. */
export interface PosixIdRange {
  readonly first: number
  readonly last: number
}

export type PosixIdRanges = Readonly<Record<PosixIdKind, PosixIdRange>>

/** The largest number that every system holds, in a signed 32-bit integer. */
export const MAXIMUM_POSIX_ID = 2 ** 31 - 1

/** Those of the reference (spec/userinfo.md §5), which has no end for the UIDs of people. */
export const DEFAULT_POSIX_ID_RANGES: PosixIdRanges = {
  uid: { first: 3_000_000, last: MAXIMUM_POSIX_ID },
  'bot-uid': { first: 100_000, last: 199_999 },
  gid: { first: 2_000_000, last: 2_999_999 },
}

/** A number can be neither found nor assigned: the database is away, a range is used up, an import is still to come. */
export class PosixIdError extends PorthorError {
  readonly code = 'posix_ids_failed'
  readonly status = 503
}

export function kindOfUser(username: string): PosixIdKind {
  return isBotUsername(username) ? 'bot-uid' : 'uid'
}

/**
 * The range in which a number lies that is not its own. What lies in none was assigned by hand, and is nobody's.
 *
 * @returns Null: the number may be of this kind.
 */
export function foreignRangeOf(kind: PosixIdKind, number: number, ranges: PosixIdRanges): PosixIdKind | null {
  const holder = POSIX_ID_KINDS.find((other) => number >= ranges[other].first && number <= ranges[other].last)
  return holder === undefined || holder === kind ? null : holder
}

/** All that is assigned, and the next number of each kind that has been counted. */
export interface PosixIdDocument {
  readonly users: Readonly<Record<string, number>>
  readonly groups: Readonly<Record<string, number>>
  readonly counters: Readonly<Partial<Record<PosixIdKind, number | undefined>>>
}

const number = z
  .int('must be a whole number')
  .min(1, 'must be 1 or more')
  .max(2 ** 32 - 2, 'is too large')

/** A number by itself, or in the form that the reference's documents have. */
function numberIn(field: string) {
  return z
    .union([number, z.object({ [field]: number })], { error: `must be a number, or {"${field}": …}` })
    .transform((value) => (typeof value === 'number' ? value : (value[field] as number)))
}

const username = z.string().refine(isUsername, 'is not a username')
const groupName = z
  .string()
  .refine((name) => groupField.shape.name.safeParse(name).success, 'is not a group name')

/** What an import reads (spec/userinfo.md §5): maps of names to numbers; counters that are left out follow from these. */
export const posixIdDocument = z.strictObject({
  users: z.record(username, numberIn('uid')).default({}),
  groups: z.record(groupName, numberIn('gid')).default({}),
  counters: z
    .strictObject({
      uid: numberIn('next').optional(),
      'bot-uid': numberIn('next').optional(),
      gid: numberIn('next').optional(),
    })
    .default({}),
})

/**
 * What is wrong with the numbers of a document beyond their form: a line each, naming what it is about.
 */
export function problemsOf({ users, groups, counters }: PosixIdDocument, ranges: PosixIdRanges): string[] {
  const assigned = [
    ...Object.entries(users).map(([name, id]) => ({ name, id, kind: kindOfUser(name), of: 'users' })),
    ...Object.entries(groups).map(([name, id]) => ({ name, id, kind: 'gid' as const, of: 'groups' })),
  ]
  const problems: string[] = []
  const holders = new Map<string, string>()
  for (const { name, id, kind, of } of assigned) {
    const foreign = foreignRangeOf(kind, id, ranges)
    if (foreign) problems.push(`${of}.${name}: ${id} lies in the range of ${foreign}, not of ${kind}`)
    const holder = holders.get(`${of} ${id}`)
    if (holder !== undefined) problems.push(`${of}.${name}: ${id} is the number of ${holder} already`)
    holders.set(`${of} ${id}`, name)
  }
  for (const kind of POSIX_ID_KINDS) {
    const next = counters[kind]
    if (next === undefined) continue
    const { first, last } = ranges[kind]
    const taken = nextAfter(
      assigned.filter((one) => one.kind === kind),
      ranges[kind],
    )
    if (next < first || next > last + 1) {
      problems.push(`counters.${kind}: ${next} is not from ${first} to ${last + 1}`)
    } else if (next < taken) {
      problems.push(`counters.${kind}: ${next} is too low: ${taken - 1} is assigned`)
    }
  }
  return problems
}

/** The first number of a range behind all that are assigned in it. */
export function nextAfter(assigned: readonly { id: number }[], { first, last }: PosixIdRange): number {
  return assigned.reduce((next, { id }) => (id >= next && id <= last ? id + 1 : next), first)
}
