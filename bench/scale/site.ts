import { Token } from '../../src/models/token.ts'
import type { TokenData } from '../../src/models/token-data.ts'
import type { TokenType } from '../../src/models/token-types.ts'

/** A token of a platform, and what the history says of it. */
export interface SiteToken {
  readonly data: TokenData
  readonly tokenName: string | null
  readonly parent: string | null
}

/** A token that was made and has ended within the last two years. */
export interface PastToken {
  readonly key: string
  readonly username: string
  /** Whole seconds since the epoch. */
  readonly created: number
  readonly ended: number
}

/** Of each user: two sessions, each with a notebook with two services' tokens below it, and two made by hand. */
export const TOKENS_A_USER = 10
/** For each token that is there, so many have come and gone. */
export const PAST_A_TOKEN = 1
/** Trees of this share of the users have expired, and wait for the maintenance. */
export const EXPIRED_SHARE = 0.1

const DAY = 86_400
const HISTORY_SECONDS = 730 * DAY

/**
 * The tokens of the users from one number to another.
 *
 * @param now - Whole seconds since the epoch.
 */
export function* siteTokens(firstUser: number, endUser: number, now: number): Generator<SiteToken> {
  for (let user = firstUser; user < endUser; user++) yield* tokensOf(user, now)
}

export function* pastTokens(firstUser: number, endUser: number, now: number): Generator<PastToken> {
  for (let user = firstUser; user < endUser; user++) {
    for (let index = 0; index < TOKENS_A_USER * PAST_A_TOKEN; index++) {
      const created = now - 31 * DAY - spread(user * 31 + index, HISTORY_SECONDS - 32 * DAY)
      yield { key: Token.generate().key, username: usernameOf(user), created, ended: created + DAY }
    }
  }
}

export function usernameOf(user: number): string {
  return `person-${user}`
}

function* tokensOf(user: number, now: number): Generator<SiteToken> {
  const hasExpired = spread(user, 1_000) < EXPIRED_SHARE * 1_000
  const expires = hasExpired ? now - 1 - spread(user, DAY) : now + DAY + spread(user, 29 * DAY)
  const make = (
    type: TokenType,
    parent: SiteToken | null,
    more: Partial<TokenData> & { name?: string } = {},
  ) => {
    const { name: tokenName = null, ...fields } = more
    const data = { ...common(user, now, expires), token: Token.generate(), tokenType: type, ...fields }
    return { data, tokenName, parent: parent?.data.token.key ?? null } as SiteToken
  }
  for (let session = 0; session < 2; session++) {
    const top = make('session', null)
    const notebook = make('notebook', top)
    yield top
    yield notebook
    for (const service of ['tap', 'portal']) yield make('internal', notebook, { service })
  }
  for (const name of ['laptop', 'cluster']) yield make('user', null, { name })
}

function common(user: number, now: number, expires: number) {
  const username = usernameOf(user)
  return {
    username,
    name: `Person called ${username}`,
    email: `${username}@example.com`,
    uid: 100_000 + user,
    gid: 100_000 + user,
    groups: [1, 2, 3].map((id) => ({ name: `group-number-${id}`, id: 2_000_000 + id })),
    service: null,
    scopes: ['exec:test', 'read:all'],
    created: now - DAY - spread(user * 7, 29 * DAY),
    expires,
    previous: [],
  }
}

/** A number from 0 to `range`, the same for the same seed: Knuth's multiplicative hash. */
function spread(seed: number, range: number): number {
  return Math.floor((((seed * 2_654_435_761) % 4_294_967_296) / 4_294_967_296) * range)
}
