import type { Kysely } from 'kysely'
import type { ChangeHistoryEntry } from '../models/change-history.ts'
import { type Clock, nowSeconds } from '../models/clock.ts'
import {
  DuplicateTokenNameError,
  InvalidExpiresError,
  InvalidIpAddressError,
  InvalidScopesError,
  NotFoundError,
  PermissionDeniedError,
  PreconditionFailedError,
  UnknownToDatabaseError,
} from '../models/errors.ts'
import { isAddressOrNetwork } from '../models/fields.ts'
import { endsAfter } from '../models/privilege.ts'
import type { AdminTokenRequest, TokenChanges, UserTokenRequest } from '../models/requests.ts'
import { ADMIN_TOKEN_SCOPE, isSubset, type Scopes, scopeSet, USER_TOKEN_SCOPE } from '../models/scopes.ts'
import { type RandomSource, Token } from '../models/token.ts'
import { type TokenData, type TokenUserInfo, userInfoOf } from '../models/token-data.ts'
import type { TokenInfo } from '../models/token-info.ts'
import type { TokenType } from '../models/token-types.ts'
import { forEachInTurns } from '../models/turns.ts'
import { INTERNAL_USERNAME, isBotUsername } from '../models/usernames.ts'
import { AdminStore } from '../storage/admin-store.ts'
import { ChangeHistoryStore, type HistoryFilters, type HistoryPage } from '../storage/change-history-store.ts'
import type { Database } from '../storage/schema.ts'
import type { TokenDataStore } from '../storage/token-data/token-data-store.ts'
import { TokenDatabaseStore, type TokenPosition } from '../storage/token-database-store.ts'
import { TokenLocks } from '../storage/token-locks.ts'
import { authorize, type Caller, historyOf, isAdmin } from './caller.ts'
import type { Operations } from './operation.ts'
import { createRoot, type RootCreation } from './operations/create.ts'
import { expireNamesake } from './operations/expire.ts'
import { modify } from './operations/modify.ts'
import { revoke, revokeUser } from './operations/revoke.ts'
import { rotate } from './operations/rotate.ts'
import { changedFields, createdFields, type Log } from './token-log.ts'
import {
  checkExpires,
  checkNotTooSoon,
  checkScopes,
  checkScopesLength,
  checkUsername,
  checkWithinCaller,
  type TokenRules,
} from './token-rules.ts'

/** An old secret may be accepted for so long after a rotation: 24 hours, in seconds. */
export const MAXIMUM_OVERLAP_SECONDS = 86_400

export interface TokenServiceOptions {
  operations: Operations
  db: Kysely<Database>
  data: TokenDataStore
  rules: TokenRules
  clock: Clock
  log: Log
  /** Sees to it that a user for whom a token is made has their numbers; absent: these are not assigned here. */
  assignIds?: (user: TokenUserInfo) => Promise<void>
  /** Random bytes for new tokens; node:crypto's unless a test passes its own. */
  random?: RandomSource
}

export interface ListPage {
  tokens: TokenInfo[]
  /** Where the next page begins; null: there is none. */
  next: TokenPosition | null
}

/** A page of a list of tokens: at most `limit`, after the position that the page before gave. */
export interface ListPaging {
  limit: number
  after?: TokenPosition
}

/** Which part of a token's history. */
export interface TokenHistoryQuery extends Omit<HistoryFilters, 'username' | 'key' | 'subtree' | 'token'> {
  /** Whether that of all descendants, and not of its children alone. */
  descendants?: boolean
}

/**
 * Creates, lists, changes and revokes tokens, with the rules of who may do what (spec/token-service.md). Times are whole
 * seconds since the epoch. Unless said otherwise, methods throw `PermissionDeniedError` where the caller may not, and
 * `StoreUnavailableError` where a store is away.
 */
export class TokenService {
  readonly #options: TokenServiceOptions

  constructor(options: TokenServiceOptions) {
    this.#options = options
  }

  /**
   * Creates the token of a browser session; an administrator's gets `admin:token` as well.
   *
   * @param token - Who has something to note beside it makes it beforehand.
   * @throws {FrozenUserError | InvalidScopesError}
   */
  async createSession(
    user: TokenUserInfo,
    scopes: Scopes,
    ipAddress: string | null,
    token = Token.generate(this.#options.random),
  ): Promise<Token> {
    const { db, rules } = this.#options
    checkUsername(user.username)
    const admin = await new AdminStore(db).has(user.username)
    const all = scopeSet([...scopes, USER_TOKEN_SCOPE, ...(admin ? [ADMIN_TOKEN_SCOPE] : [])])
    checkScopesLength(all)
    const now = this.#now()
    const data = this.#newData(user, 'session', {
      scopes: all,
      expires: now + rules.tokenLifetimeSeconds,
      created: now,
      token,
    })
    return this.#create('Created new session token', {
      data,
      tokenName: null,
      history: { actor: user.username, ipAddress },
    })
  }

  /**
   * Creates a token for the caller's own use. It is no child of the caller's token and outlives it.
   *
   * @param auth - The data of the caller's token, from which the information about the user is copied.
   * @throws {InvalidExpiresError | InvalidScopesError | DuplicateTokenNameError | LimitReachedError | FrozenUserError}
   */
  async createUserToken(
    caller: Caller,
    auth: TokenData,
    username: string,
    request: UserTokenRequest,
  ): Promise<Token> {
    const { rules } = this.#options
    authorize(caller, username, { requireSameUser: true })
    checkUsername(username)
    const now = this.#now()
    checkExpires(rules, request.expires, now)
    checkScopes(rules, request.scopes, caller)
    return this.#create('Created new user token', {
      data: this.#newData(userInfoOf(auth), 'user', { ...request, created: now }),
      tokenName: request.tokenName,
      note: request.note ?? null,
      history: historyOf(caller),
      maker: { key: auth.token.key, within: !isAdmin(caller) },
      maximumTokens: rules.maximumTokensPerUser,
    })
  }

  /**
   * Creates a user or service token for anybody.
   *
   * @throws {InvalidExpiresError | InvalidScopesError | DuplicateTokenNameError | FrozenUserError}
   */
  async createTokenAsAdmin(caller: Caller, request: AdminTokenRequest): Promise<Token> {
    const { rules } = this.#options
    authorize(caller, request.username, { requireAdmin: true })
    checkUsername(request.username)
    const now = this.#now()
    checkScopes(rules, request.scopes, null)
    checkExpires(rules, request.expires, now)
    if (request.tokenType === 'service' && !isBotUsername(request.username)) {
      throw new PermissionDeniedError('The username of a service token must begin with bot-')
    }
    const event =
      request.tokenType === 'service'
        ? 'Created new service token'
        : 'Created new user token as administrator'
    return this.#create(event, {
      data: this.#newData(request, request.tokenType, { ...request, created: now }),
      tokenName: request.tokenName,
      note: request.note ?? null,
      history: historyOf(caller),
      ...(caller.tokenKey !== null && { maker: { key: caller.tokenKey, within: false } }),
    })
  }

  /**
   * A token of a user, by its key.
   *
   * @throws {NotFoundError} There is none, or it is another user's.
   */
  async getTokenInfo(caller: Caller, username: string, key: string): Promise<TokenInfo> {
    const info = await this.#find(username, key)
    authorize(caller, info.username)
    return info
  }

  /**
   * The token that was presented, as the database knows it.
   *
   * @throws {UnknownToDatabaseError} The database does not.
   */
  async getOwnTokenInfo(key: string): Promise<TokenInfo> {
    const info = await this.#store().getInfo(key)
    if (!info) throw new UnknownToDatabaseError('The token is unknown to the database')
    return info
  }

  /** All tokens of a user (null: of everybody, for administrators), newest first, expired ones included. */
  async listTokens(caller: Caller, username: string | null): Promise<TokenInfo[]> {
    authorize(caller, username)
    return this.#store().listTokens(username === null ? {} : { username })
  }

  /** One page of the same list. */
  async listTokensPage(caller: Caller, username: string | null, paging: ListPaging): Promise<ListPage> {
    authorize(caller, username)
    const { limit, after } = paging
    const found = await this.#store().listTokens({
      ...(username !== null && { username }),
      ...(after && { after }),
      limit: limit + 1,
    })
    const tokens = found.slice(0, limit)
    const last = tokens.at(-1)
    return {
      tokens,
      next: found.length > limit && last ? { created: last.created, token: last.token } : null,
    }
  }

  /** How many tokens a user has, expired ones included. */
  async countTokens(caller: Caller, username: string): Promise<number> {
    authorize(caller, username)
    return this.#store().count(username)
  }

  /**
   * Changes a user token; for administrators.
   *
   * @param isExpected - Whether the token is still what the change was meant for; looked at under its lock.
   * @returns The token after the change.
   * @throws {NotFoundError | InvalidExpiresError | InvalidScopesError | DuplicateTokenNameError | ConflictError}
   * @throws {PreconditionFailedError} It is something else by now.
   */
  async modifyToken(
    caller: Caller,
    username: string,
    key: string,
    changes: TokenChanges,
    isExpected: (info: TokenInfo) => boolean = () => true,
  ): Promise<TokenInfo> {
    const { rules } = this.#options
    await this.#authorizeFor(username, key, () => authorize(caller, username, { requireAdmin: true }))
    return this.#modify(caller, username, key, changes, (info) => {
      if (!isExpected(info)) throw new PreconditionFailedError('The token has been changed meanwhile')
      if (changes.scopes) checkScopes(rules, changes.scopes, caller)
      if (changes.expires !== undefined) checkExpires(rules, changes.expires, this.#now())
    })
  }

  /**
   * Changes a user token within what it is: another name or note, fewer scopes, an earlier end. For its owner, and for
   * administrators.
   *
   * @param isExpected - Whether the token is still what the change was meant for; looked at under its lock.
   * @returns The token after the change.
   * @throws {NotFoundError | DuplicateTokenNameError | ConflictError}
   * @throws {InvalidExpiresError | InvalidScopesError} It would have more than now, or end too soon.
   * @throws {PreconditionFailedError} It is something else by now.
   */
  async restrictToken(
    caller: Caller,
    username: string,
    key: string,
    changes: TokenChanges,
    isExpected: (info: TokenInfo) => boolean = () => true,
  ): Promise<TokenInfo> {
    await this.#authorizeFor(username, key, () => authorize(caller, username))
    return this.#modify(caller, username, key, changes, (info) => {
      if (!isExpected(info)) throw new PreconditionFailedError('The token has been changed meanwhile')
      const { scopes, expires } = changes
      if (scopes && !isSubset(scopes, info.scopes)) {
        throw new InvalidScopesError('Scopes can only be taken away from this token')
      }
      if (expires === undefined || expires === info.expires) return
      if (endsAfter(expires, info.expires)) throw new InvalidExpiresError('The end can only be made earlier')
      checkNotTooSoon(expires, this.#now())
    })
  }

  /** @param check - Refuses the change of this user token, by throwing; called under its lock. */
  async #modify(
    caller: Caller,
    username: string,
    key: string,
    changes: TokenChanges,
    check: (info: TokenInfo) => void,
  ): Promise<TokenInfo> {
    const { operations, log } = this.#options
    const checkAll = (info: TokenInfo) => {
      if (info.username !== username) throw tokenNotFound()
      if (info.tokenType !== 'user') throw new PermissionDeniedError('Only user tokens can be modified')
      check(info)
    }
    const info = await this.#withFreeName(username, changes.tokenName ?? null, () =>
      modify(operations, key, changes, historyOf(caller), checkAll),
    )
    log.info(changedFields(info), 'Modified token')
    return info
  }

  /**
   * Revokes a token with everything that was ever derived from it. A token that only one of the stores knows is revoked
   * all the same.
   *
   * @returns The tokens that ended, the one that was named among them; empty: the database had none of that key.
   * @throws {NotFoundError} There is no such token, or it is another user's.
   */
  async revokeToken(caller: Caller, username: string, key: string): Promise<TokenInfo[]> {
    const { operations, log } = this.#options
    await this.#authorizeFor(username, key, () => authorize(caller, username))
    const ended = await revoke(operations, username, key, historyOf(caller))
    const deleted = ended.length > 0 ? ended : [{ token: key, username }]
    await forEachInTurns(deleted, (info) =>
      log.info({ token_key: info.token, token_username: info.username }, 'Deleted token'),
    )
    return ended
  }

  /** What `revokeToken` would end: the token and everything below it. */
  async previewRevocation(caller: Caller, username: string, key: string): Promise<TokenInfo[]> {
    const top = await this.getTokenInfo(caller, username, key)
    const keys = await this.#store().getChildren(key)
    const below = await new TokenLocks(this.#options.db).readTokens(keys)
    return [top, ...keys.flatMap((child) => below.get(child)?.info ?? [])]
  }

  /** Revokes every token of a user; for administrators. @returns The tokens that ended. */
  async revokeAllOfUser(caller: Caller, username: string): Promise<TokenInfo[]> {
    const { operations, log } = this.#options
    authorize(caller, username, { requireAdmin: true })
    const ended = await revokeUser(operations, username, historyOf(caller))
    log.info({ user: username, count: ended.length }, 'Deleted all tokens of a user')
    return ended
  }

  /**
   * Gives a user or service token a new secret. Key, name, scopes and kinship stay. It is handed to the caller, whose
   * scopes those of the token must not exceed, as where one is made; an administrator's may be any.
   *
   * @param overlapSeconds - For so long the old secret is accepted as well: 0 to 86,400.
   * @throws {NotFoundError | InvalidExpiresError | InvalidScopesError}
   * @throws {InvalidTokenError} The caller's token has been revoked meanwhile.
   */
  async rotateToken(caller: Caller, username: string, key: string, overlapSeconds: number): Promise<Token> {
    const { operations, log } = this.#options
    const info = await this.#find(username, key)
    authorize(caller, username)
    if (info.tokenType !== 'user' && info.tokenType !== 'service') {
      throw new PermissionDeniedError('Only user and service tokens can be rotated')
    }
    if (!(overlapSeconds >= 0 && overlapSeconds <= MAXIMUM_OVERLAP_SECONDS)) {
      throw new InvalidExpiresError(`The overlap must be between 0 and ${MAXIMUM_OVERLAP_SECONDS} seconds`)
    }
    const within = !isAdmin(caller) && caller.tokenKey !== key
    if (within) checkWithinCaller(info.scopes, caller)
    const maker = caller.tokenKey === null ? null : { key: caller.tokenKey, within }
    const token = await rotate(operations, key, Math.floor(overlapSeconds), historyOf(caller), maker)
    log.info(changedFields(info), 'Rotated token')
    return token
  }

  /**
   * The history of changes, newest first.
   *
   * @param filters - Without `username`: everybody's, for administrators.
   * @throws {InvalidIpAddressError | InvalidCursorError}
   */
  async getChangeHistory(
    caller: Caller,
    filters: HistoryFilters,
    paging: { cursor?: string; limit?: number } = {},
  ): Promise<HistoryPage> {
    checkHistory(caller, filters)
    return this.#history().list(filters, paging)
  }

  /** All of the same history, or all on a cursor's side of its position, in pages that are read as they are asked for. */
  async *readChangeHistory(
    caller: Caller,
    filters: HistoryFilters,
    from?: string,
  ): AsyncGenerator<ChangeHistoryEntry[], void> {
    checkHistory(caller, filters)
    yield* this.#history().pages(filters, { from })
  }

  /**
   * The history of one token with its children, or with all that was ever derived from it; of a revoked one as well, for as
   * long as it is kept.
   *
   * @throws {NotFoundError} Neither a token nor a history of that key.
   * @throws {InvalidIpAddressError | InvalidCursorError}
   */
  async getTokenHistory(
    caller: Caller,
    username: string,
    key: string,
    paging: { cursor?: string; limit?: number } = {},
    query: TokenHistoryQuery = {},
  ): Promise<HistoryPage> {
    const filters = tokenHistoryFilters(username, key, query)
    checkHistory(caller, filters)
    const page = await this.#history().list(filters, paging)
    if (page.count === 0) await this.#requireKnown(username, key)
    return page
  }

  /** All of the same history, or all on a cursor's side of its position, in pages that are read as they are asked for. */
  async *readTokenHistory(
    caller: Caller,
    username: string,
    key: string,
    query: TokenHistoryQuery = {},
    from?: string,
  ): AsyncGenerator<ChangeHistoryEntry[], void> {
    const filters = tokenHistoryFilters(username, key, query)
    checkHistory(caller, filters)
    let isEmpty = true
    for await (const page of this.#history().pages(filters, { from })) {
      isEmpty = false
      yield page
    }
    if (isEmpty) await this.#requireKnown(username, key)
  }

  /** @throws {NotFoundError} Neither a token nor a history of that key. */
  async #requireKnown(username: string, key: string): Promise<void> {
    if (!(await this.#history().has(username, key))) await this.#find(username, key)
  }

  async #create(event: string, creation: RootCreation): Promise<Token> {
    const { operations, log, assignIds } = this.#options
    const { data, tokenName } = creation
    await assignIds?.(data)
    await this.#withFreeName(data.username, tokenName, () => createRoot(operations, creation))
    log.info(createdFields(data, tokenName), event)
    return data.token
  }

  /** The name of an expired token is free: where one is in the way, it is removed as the maintenance would. */
  async #withFreeName<T>(username: string, tokenName: string | null, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof DuplicateTokenNameError) || tokenName === null) throw error
      const freed = await expireNamesake(this.#options.operations, username, tokenName, {
        actor: INTERNAL_USERNAME,
        ipAddress: null,
      })
      if (!freed) throw error
      return work()
    }
  }

  #newData(
    user: TokenUserInfo,
    tokenType: TokenType,
    {
      scopes,
      expires,
      created,
      token = Token.generate(this.#options.random),
    }: { scopes: Scopes; expires: number | null; created: number; token?: Token },
  ): TokenData {
    const { username, name, email, uid, gid, groups } = user
    return {
      ...{ username, name, email, uid, gid, groups },
      token,
      tokenType,
      service: null,
      scopes,
      created,
      expires,
      previous: [],
    }
  }

  async #find(username: string, key: string): Promise<TokenInfo> {
    const info = await this.#store().getInfo(key)
    if (info?.username !== username) throw tokenNotFound()
    return info
  }

  /** Whoever may not act on a token hears first of all that there is none. Others look for it under its lock alone. */
  async #authorizeFor(username: string, key: string, authorization: () => void): Promise<void> {
    try {
      authorization()
    } catch (error) {
      if ((await this.#ownerOf(key)) !== username) throw tokenNotFound()
      throw error
    }
  }

  /** Whose token it is, whichever store knows it. */
  async #ownerOf(key: string): Promise<string | null> {
    const info = await this.#store().getInfo(key)
    if (info) return info.username
    const [stored] = await this.#options.data.getMany([key])
    return stored?.data?.username ?? null
  }

  #store(): TokenDatabaseStore {
    return new TokenDatabaseStore(this.#options.db, this.#options.clock.offsetSeconds())
  }

  #history(): ChangeHistoryStore {
    return new ChangeHistoryStore(this.#options.db, this.#options.clock.offsetSeconds())
  }

  #now(): number {
    return nowSeconds(this.#options.clock)
  }
}

function checkHistory(caller: Caller, { username, ipOrCidr }: HistoryFilters): void {
  authorize(caller, username ?? null)
  if (ipOrCidr !== undefined && !isAddressOrNetwork(ipOrCidr)) throw new InvalidIpAddressError()
}

function tokenHistoryFilters(
  username: string,
  key: string,
  { descendants = false, ...filters }: TokenHistoryQuery,
): HistoryFilters {
  return { ...filters, username, ...(descendants ? { subtree: key } : { key }) }
}

function tokenNotFound(): NotFoundError {
  return new NotFoundError('Token not found', { location: ['path', 'key'] })
}
