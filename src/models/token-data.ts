import { z } from 'zod'
import { BoundedMap } from './bounded-map.ts'
import { compiledCheck } from './compiled-check.ts'
import { InvalidTokenError } from './errors.ts'
import { parseJson, parsePlainJson, stringifyJson } from './json.ts'
import { type Scopes, sameScopes, scopeSet, splitScopes } from './scopes.ts'
import { Token } from './token.ts'
import { TOKEN_TYPES, type TokenType } from './token-types.ts'

/** A POSIX group; ids that the reference stored may exceed 2^53. */
export interface Group {
  name: string
  id: number | bigint
}

/** Who a token is for, as a login provider or an administrator says it. Null defers to other sources. */
export interface TokenUserInfo {
  username: string
  name: string | null
  email: string | null
  uid: number | bigint | null
  gid: number | bigint | null
  groups: readonly Group[] | null
}

/** A secret that was replaced by a rotation and is accepted until its time (PROTOCOLS.md §4.4). */
export interface PreviousSecret {
  secret: string
  /** Seconds since the epoch. */
  until: number
}

/**
 * All that a token stands for: the value in the token data store, the basis of every decision (spec/tokens.md §3.1).
 * Times are whole seconds since the epoch; `expires` null: never.
 */
export interface TokenData extends TokenUserInfo {
  token: Token
  tokenType: TokenType
  service: string | null
  scopes: Scopes
  created: number
  expires: number | null
  /** The committed one first; empty unless the token was rotated. */
  previous: readonly PreviousSecret[]
}

/** By how they are stored, joined. */
const SHARED_SCOPES = new BoundedMap<string, { list: readonly string[]; scopes: Scopes }>(1_000)
const NONE: readonly never[] = []

const positiveId = z.union([z.int().min(1), z.bigint().min(1n)])
const anyId = z.union([z.int(), z.bigint()])
/** Of any time that there is (ECMA-262, Time Values). */
const seconds = z.number().max(8.64e12)

/**
 * The stored form. Missing nullable keys are read as null, unknown keys ignored (spec/tokens.md §3.1).
 */
const storedTokenData = z.object({
  username: z.string().min(1).max(64),
  name: z.string().min(1).nullish(),
  email: z.string().min(1).nullish(),
  uid: positiveId.nullish(),
  gid: positiveId.nullish(),
  groups: z.array(z.object({ name: z.string(), id: anyId })).nullish(),
  token_type: z.enum(TOKEN_TYPES),
  service: z.string().min(1).max(64).nullish(),
  // The usual form first.
  scopes: z.union([z.array(z.string()), z.string()]),
  created: seconds,
  expires: seconds.nullish(),
  token: z.object({ key: z.string(), secret: z.string() }),
  previous: z.array(z.object({ secret: z.string(), until: z.number() })).optional(),
})

/** Every token that is read for the first time passes here. */
const isStoredTokenData = compiledCheck(storedTokenData)

/**
 * Reads the JSON of a stored value.
 *
 * @param key - Under which it lies, where that is known: a value copied under another key is not that key's (spec/tokens.md §10).
 * @throws {SyntaxError} It is not JSON.
 * @throws {z.ZodError | InvalidTokenError} It is not complete token data, or another key's.
 */
export function decodeTokenData(json: string, key?: string): TokenData {
  const plain = parsePlainJson(json)
  // Hardly any has a number for which JSON has to be read with more care.
  const stored = isStoredTokenData(plain) ? plain : storedTokenData.parse(parseJson(json))
  const { token } = stored
  if (key !== undefined && token.key !== key) throw new InvalidTokenError('The value belongs to another key')
  return {
    // The key that is in memory already, where it is given, and not another text that says the same.
    token: new Token(key ?? token.key, token.secret),
    username: stored.username,
    tokenType: stored.token_type,
    service: stored.service ?? null,
    scopes: scopesOf(stored.scopes),
    created: Math.floor(stored.created),
    expires: stored.expires == null ? null : Math.floor(stored.expires),
    name: stored.name ?? null,
    email: stored.email ?? null,
    uid: stored.uid ?? null,
    gid: stored.gid ?? null,
    groups: stored.groups?.map(({ name, id }) => ({ name, id })) ?? null,
    previous: stored.previous?.map(({ secret, until }) => ({ secret, until })) ?? NONE,
  }
}

/** Many tokens have the same scopes: in memory they have the same list of them, too. */
function scopesOf(stored: string | readonly string[]): Scopes {
  const list = typeof stored === 'string' ? splitScopes(stored) : stored
  const text = list.join()
  const known = SHARED_SCOPES.get(text)
  // A comma may be a part of one, where somebody else has written it.
  if (known && sameScopes(known.list, list)) return known.scopes
  const scopes = scopeSet(list)
  SHARED_SCOPES.set(text, { list, scopes })
  return scopes
}

/** Writes the stored form: compact, keys in the reference's order, nulls present (spec/tokens.md §3.1). */
export function encodeTokenData(data: TokenData): string {
  return stringifyJson({
    username: data.username,
    name: data.name,
    email: data.email,
    uid: data.uid,
    gid: data.gid,
    groups: data.groups?.map(({ name, id }) => ({ name, id })) ?? null,
    token_type: data.tokenType,
    service: data.service,
    scopes: data.scopes,
    created: data.created,
    expires: data.expires,
    token: { key: data.token.key, secret: data.token.secret },
    ...(data.previous.length > 0 && { previous: data.previous }),
  })
}

/** Only the information about the user, for a token made from another. */
export function userInfoOf(data: TokenData): TokenUserInfo {
  const { username, name, email, uid, gid, groups } = data
  return { username, name, email, uid, gid, groups }
}

/** A user of whom nothing but the name is said. */
export function bareUserInfo(username: string): TokenUserInfo {
  return { username, name: null, email: null, uid: null, gid: null, groups: null }
}

/** The names of a user's groups, as far as the token itself says. */
export function groupNames({ groups }: TokenUserInfo): string[] {
  return (groups ?? []).map(({ name }) => name)
}
