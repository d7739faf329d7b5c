import type { Clock } from '../../src/models/clock.ts'
import { Token } from '../../src/models/token.ts'
import { bareUserInfo, type TokenData } from '../../src/models/token-data.ts'
import type { TokenInfo } from '../../src/models/token-info.ts'

/** A moment for tests to happen around, long before and long after which nothing depends on the machine's clock. */
export const NOON = 1_700_000_000
export const HOUR = 3_600

/** A user token of alice with two scopes that never expires, unless said otherwise. */
export function tokenData(changes: Partial<TokenData> = {}): TokenData {
  return {
    ...bareUserInfo('alice'),
    token: Token.generate(),
    tokenType: 'user',
    service: null,
    scopes: ['exec:test', 'read:all'],
    created: NOON,
    expires: null,
    previous: [],
    ...changes,
  }
}

/** What the database should say of a token. */
export function tokenInfo(data: TokenData, changes: Partial<TokenInfo> = {}): TokenInfo {
  return {
    token: data.token.key,
    username: data.username,
    tokenType: data.tokenType,
    tokenName: null,
    service: data.service,
    scopes: data.scopes,
    created: data.created,
    lastUsed: null,
    expires: data.expires,
    parent: null,
    note: null,
    ...changes,
  }
}

/** A clock that stands until it is moved. */
export class StandingClock implements Clock {
  seconds: number

  constructor(seconds = Math.floor(Date.now() / 1000)) {
    this.seconds = seconds
  }

  milliseconds(): number {
    return this.seconds * 1000
  }

  offsetSeconds(): number {
    return this.seconds - Math.floor(Date.now() / 1000)
  }
}

/** All that an iterable over pages gives, the pages joined. */
export async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = []
  for await (const page of pages) all.push(...page)
  return all
}

export function keysOf(infos: readonly { token: string }[]): string[] {
  return infos.map(({ token }) => token)
}
