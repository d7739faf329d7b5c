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

const textClaim = z.string().min(1).max(1024)
/** A number, or its digits as text. */
const idClaim = z.preprocess(
  (value) => (typeof value === 'string' && /^[1-9]\d*$/.test(value) ? Number(value) : value),
  posixIdField,
)
const groupsClaim = z.array(z.object({ name: z.string(), id: idClaim }))

/**
 * The user of whom an ID token speaks (spec/login.md §4).
 *
 * @throws {NotEnrolledError} There is no username.
 * @throws {CannotAuthenticateError} It cannot be one here.
 * @throws {ProviderFailedError} A claim has another form than it must have.
 */
export function userOf(claims: Claims, rules: ClaimRules): TokenUserInfo {
  const { usernameClaim, userInfoClaims: names, log } = rules
  const username = usernameOf(claims, usernameClaim, log)
  return {
    ...bareUserInfo(username),
    name: read(claims, names.name, textClaim),
    email: read(claims, names.email, textClaim),
    uid: read(claims, names.uid, idClaim),
    gid: read(claims, names.gid, idClaim),
    groups: groupsOf(claims, names.groups, username, log),
  }
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

function groupsOf(claims: Claims, claim: string | null, user: string, log: Log): readonly Group[] | null {
  const groups = read(claims, claim, groupsClaim)
  if (!groups) return null
  const invalid = groups.filter(({ name }) => !isGroupName(name)).map(({ name }) => name)
  if (invalid.length > 0) log.warn({ invalid_groups: invalid, user }, 'Ignoring invalid groups')
  const byName = new Map(groups.filter(({ name }) => isGroupName(name)).map((group) => [group.name, group]))
  return [...byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
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
