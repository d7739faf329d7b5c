import type { Kysely } from 'kysely'
import { NotFoundError, PermissionDeniedError } from '../models/errors.ts'
import type { TokenInfo } from '../models/token-info.ts'
import type { Database } from '../storage/schema.ts'
import { TokenSearchStore, type TokenTally } from '../storage/token-search-store.ts'
import { authorize, type Caller, historyOf } from './caller.ts'
import type { Operations } from './operation.ts'
import { revokeUser, rootOf } from './operations/revoke.ts'
import type { Log } from './token-log.ts'
import type { TokenService } from './token-service.ts'

export interface RevokedTokens {
  /** What ended, with everything below it. */
  revoked: TokenInfo[]
  /** Keys of which the user has no token (any more). */
  notFound: string[]
}

/** Which of a user's tokens: all; all but the caller's own, with what that comes from; a token with all below it. */
export type RevokedPart = 'all' | 'others' | { subtree: string }

export interface RevocationPreview {
  tallies: TokenTally[]
  /** Whether the token that was presented is among them. */
  endsOwn: boolean
}

export interface RevocationServiceOptions {
  db: Kysely<Database>
  operations: Operations
  tokens: TokenService
  log: Log
}

/** Revokes several tokens of a user at once, and says before what that would end. */
export class RevocationService {
  readonly #options: RevocationServiceOptions

  constructor(options: RevocationServiceOptions) {
    this.#options = options
  }

  /**
   * Revokes these tokens of a user, each with everything below it, one after the other: each end is an operation of its own
   * (PROTOCOLS.md §4.2), so what was done stays done, and asking again does the rest.
   *
   * @throws {PermissionDeniedError | StoreUnavailableError}
   */
  async revokeTokens(caller: Caller, username: string, keys: readonly string[]): Promise<RevokedTokens> {
    authorize(caller, username)
    const revoked = new Map<string, TokenInfo>()
    const notFound: string[] = []
    for (const key of new Set(keys)) {
      // It may have ended with one that was named before.
      if (revoked.has(key)) continue
      const ended = await this.#revokeOrNot(caller, username, key)
      if (!ended) notFound.push(key)
      for (const info of ended ?? []) revoked.set(info.token, info)
    }
    return { revoked: [...revoked.values()], notFound }
  }

  /**
   * Revokes all tokens of the caller but the one that was presented: what that was derived from stays as well, and what was
   * derived from that.
   *
   * @returns The tokens that ended.
   * @throws {PermissionDeniedError} The caller is somebody else, or in no store.
   */
  async revokeOthers(caller: Caller, username: string): Promise<TokenInfo[]> {
    const { operations, log } = this.#options
    const kept = this.#ownKey(caller, username)
    const ended = await revokeUser(operations, username, historyOf(caller), kept)
    log.info({ user: username, count: ended.length }, 'Deleted all other tokens of a user')
    return ended
  }

  /**
   * What revoking all tokens of a user, or a part of them, would end.
   *
   * @throws {PermissionDeniedError}
   * @throws {NotFoundError} The user has no token of that key.
   */
  async preview(caller: Caller, username: string, part: RevokedPart): Promise<RevocationPreview> {
    if (part === 'others') {
      const kept = await rootOf(this.#options.db, this.#ownKey(caller, username))
      return { tallies: await this.#store().tally(username, { without: kept }), endsOwn: false }
    }
    authorize(caller, username)
    if (part === 'all') {
      const endsOwn = caller.tokenKey !== null && caller.username === username
      return { tallies: await this.#store().tally(username, null), endsOwn }
    }
    const { subtree } = part
    const tallies = await this.#store().tally(username, { of: subtree })
    if (tallies.length === 0) throw new NotFoundError('Token not found', { location: ['query', 'key'] })
    return { tallies, endsOwn: await this.#isWithin(caller.tokenKey, subtree) }
  }

  /** Whether a token is another one, or was derived from it. */
  async #isWithin(key: string | null, other: string): Promise<boolean> {
    return key === other || (key !== null && (await this.#store().ancestorsOf(key)).includes(other))
  }

  #store(): TokenSearchStore {
    return new TokenSearchStore(this.#options.db)
  }

  #ownKey(caller: Caller, username: string): string {
    authorize(caller, username, { requireSameUser: true })
    if (caller.tokenKey === null) throw new PermissionDeniedError('Not asked for with a token of that user')
    return caller.tokenKey
  }

  async #revokeOrNot(caller: Caller, username: string, key: string): Promise<TokenInfo[] | null> {
    try {
      return await this.#options.tokens.revokeToken(caller, username, key)
    } catch (error) {
      if (error instanceof NotFoundError) return null
      throw error
    }
  }
}
