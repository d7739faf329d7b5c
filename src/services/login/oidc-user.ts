import * as z from 'zod'
import { isGroupName, posixIdField } from '../../models/fields.ts'
import { CannotAuthenticateError, NotEnrolledError, ProviderFailedError } from '../../models/login-errors.ts'
import { bareUserInfo, type Group, type TokenUserInfo } from '../../models/token-data.ts'
import { isUsername, MAXIMUM_USERNAME_LENGTH } from '../../models/usernames.ts'
import type { Log } from '../token-log.ts'

/** Claims of the ID token whose values go into the token's data, by what they say; null: not taken from there. */
export interface UserInfoClaims {
  readonly name: string | null
  readonly email: string | null
  readonly uid: string | null
  readonly gid: string | null
  readonly groups: string | null
}

export interface ClaimRules {
  usernameClaim: string
  userInfoClaims: UserInfoClaims
  log: Log
}

type Claims = Readonly<Record<string, unknown>>

const LOGGED_NAME_LENGTH = 100
const textClaim = z.string().min(1).max(1024)
/** A number, or its digits as text. */
const idClaim = z.preprocess(
  (value) => (typeof value === 'string' && /^[1-9]\d*$/.test(value) ? Number(value) : value),
  posixIdField,
)
const groupEntry = z.union([
  z.string().transform((name) => ({ name, id: null })),
  z.object({ name: z.string(), id: idClaim.nullish() }).transform(({ name, id = null }) => ({ name, id })),
])

/** The user of whom an ID token speaks, and the names of those of their groups that have no number. */
export interface ClaimedUser {
  user: TokenUserInfo
  unnumberedGroups: string[]
}

/**
 * Reads the claims of an ID token (spec/login.md §4).
 *
 * @throws {NotEnrolledError} There is no username.
 * @throws {CannotAuthenticateError} It cannot be one here.
 * @throws {ProviderFailedError} A claim has another form than it must have.
 */
export function userOf(claims: Claims, rules: ClaimRules): ClaimedUser {
  const { usernameClaim, userInfoClaims: names, log } = rules
  const username = usernameOf(claims, usernameClaim, log)
  const groups = groupsOf(claims, names.groups, username, log)
  const user = {
    ...bareUserInfo(username),
    name: read(claims, names.name, textClaim),
    email: read(claims, names.email, textClaim),
    uid: read(claims, names.uid, idClaim),
    gid: read(claims, names.gid, idClaim),
    groups: groups?.flatMap(({ name, id }): Group[] => (id === null ? [] : [{ name, id }])) ?? null,
  }
  const unnumbered = (groups ?? []).filter(({ id }) => id === null)
  return { user, unnumberedGroups: unnumbered.map(({ name }) => name) }
}

function usernameOf(claims: Claims, claim: string, log: Log): string {
  const value = claims[claim]
  if (value === undefined || value === null) {
    log.warn({ claims: Object.keys(claims).sort() }, `No ${claim} claim in token`)
    throw new NotEnrolledError(`No ${claim} claim in token`)
  }
  if (typeof value !== 'string') throw invalid(claim)
  if (!isUsername(value)) {
    const shown = value.slice(0, MAXIMUM_USERNAME_LENGTH)
    throw new CannotAuthenticateError(`Invalid username in ${claim} claim in token: ${shown}`)
  }
  return value
}

type ClaimedGroup = z.output<typeof groupEntry>

/** Sorted by name, each once. An entry that cannot be a group is no reason to refuse somebody: it gives them nothing. */
function groupsOf(claims: Claims, claim: string | null, user: string, log: Log): ClaimedGroup[] | null {
  const entries = read(claims, claim, z.array(z.unknown()))
  if (!entries) return null
  const groups = entries.map((entry) => groupEntry.safeParse(entry).data ?? null)
  const isUsable = (group: ClaimedGroup | null) => group !== null && isGroupName(group.name)
  const invalid = entries.filter((_, index) => !isUsable(groups[index] ?? null)).map(nameOf)
  if (invalid.length > 0) log.warn({ invalid_groups: invalid, user }, 'Ignoring invalid groups')
  const usable = groups.filter((group): group is ClaimedGroup => isUsable(group))
  const byName = new Map(usable.map((group) => [group.name, group]))
  return [...byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** What the log calls an entry. */
function nameOf(entry: unknown): string {
  const name = typeof entry === 'string' ? entry : Object(entry).name
  return typeof name === 'string' ? name.slice(0, LOGGED_NAME_LENGTH) : '(without a name)'
}

/** Null: the claim is not wanted, or not there. */
function read<T>(claims: Claims, claim: string | null, schema: z.ZodType<T>): T | null {
  const value = claim === null ? null : (claims[claim] ?? null)
  if (claim === null || value === null || value === '') return null
  const { success, data } = schema.safeParse(value)
  if (!success) throw invalid(claim)
  return data
}

function invalid(claim: string): ProviderFailedError {
  return new ProviderFailedError(`OpenID Connect token verification failed: Invalid ${claim} claim in token`)
}
