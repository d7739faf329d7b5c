import type { Kysely } from 'kysely'
import { type Clock, nowSeconds } from '../../models/clock.ts'
import { messageOf, NotFoundError } from '../../models/errors.ts'
import type { Scopes } from '../../models/scopes.ts'
import { Token } from '../../models/token.ts'
import type { TokenUserInfo } from '../../models/token-data.ts'
import type { TokenInfo } from '../../models/token-info.ts'
import { LogoutTokenStore } from '../../storage/logout-token-store.ts'
import type { Database } from '../../storage/schema.ts'
import { MAXIMUM_USER_AGENT_LENGTH, type Session, SessionStore } from '../../storage/session-store.ts'
import { TokenDatabaseStore } from '../../storage/token-database-store.ts'
import { authorize, type Caller, historyOf } from '../caller.ts'
import type { Operations } from '../operation.ts'
import { revokeSome } from '../operations/revoke.ts'
import type { Log } from '../token-log.ts'
import type { TokenService } from '../token-service.ts'
import type { Verifier } from '../verifier.ts'
import type { UpstreamLogout, UpstreamSession } from './login-provider.ts'

/** Where a session is begun or ended. */
export interface Browser {
  ipAddress: string | null
  /** What it calls itself. */
  userAgent: string | null
}

export interface NewSession {
  user: TokenUserInfo
  /** Beside those that every session has. */
  scopes: Scopes
  upstream: UpstreamSession | null
}

export interface SessionServiceOptions {
  db: Kysely<Database>
  operations: Operations
  tokens: TokenService
  verifier: Verifier
  clock: Clock
  log: Log
}

/** Sessions of browsers: each is a token of type `session`, and ends with it. */
export class SessionService {
  readonly #options: SessionServiceOptions

  constructor(options: SessionServiceOptions) {
    this.#options = options
  }

  /**
   * Opens a session. What is known of it is written first: a row without a token means nothing, but a session that the
   * login provider could not end would.
   *
   * @throws {FrozenUserError | InvalidScopesError}
   */
  async open({ user, scopes, upstream }: NewSession, { ipAddress, userAgent }: Browser): Promise<Token> {
    const { db, tokens, clock } = this.#options
    const token = Token.generate()
    await new SessionStore(db).add({
      token: token.key,
      created: nowSeconds(clock),
      ipAddress,
      userAgent: userAgent?.toWellFormed().replaceAll('\0', '').slice(0, MAXIMUM_USER_AGENT_LENGTH) ?? null,
      upstream,
    })
    return tokens.createSession(user, scopes, ipAddress, token)
  }

  /** Sessions of a user that can be used, newest first. */
  async list(caller: Caller, username: string): Promise<Session[]> {
    authorize(caller, username)
    const { db, clock } = this.#options
    return new SessionStore(db).list(username, nowSeconds(clock))
  }

  /**
   * Ends a session with all that was derived from it.
   *
   * @throws {NotFoundError} The user has no such session.
   */
  async end(caller: Caller, username: string, key: string): Promise<void> {
    authorize(caller, username)
    const { db, clock } = this.#options
    const info = await new TokenDatabaseStore(db).getInfo(key)
    const isOwnSession = info?.tokenType === 'session' && info.username === username
    if (!isOwnSession || (info.expires ?? Number.POSITIVE_INFINITY) <= nowSeconds(clock)) {
      throw new NotFoundError('Session not found', { location: ['path', 'key'] })
    }
    await this.#revoke(caller, username, [key])
  }

  /**
   * Ends all sessions of a user.
   *
   * @param except - Key of one that goes on; null: none.
   * @returns The tokens that ended.
   */
  async endAll(caller: Caller, username: string, except: string | null): Promise<TokenInfo[]> {
    const sessions = await this.list(caller, username)
    return this.#revoke(
      caller,
      username,
      sessions.map(({ token }) => token).filter((key) => key !== except),
    )
  }

  /**
   * Ends the session whose token a browser has, if it has one that is valid.
   *
   * @throws {StoreUnavailableError}
   */
  async logOut(token: Token | null, { ipAddress }: Browser): Promise<void> {
    const { verifier, log } = this.#options
    const verification = token ? await verifier.verify(token) : null
    if (!token || !verification || verification.kind === 'unknown') {
      log.info({}, 'Logout of already-logged-out session')
      return
    }
    const { username, scopes } = verification.data
    await this.#revoke({ username, scopes, tokenKey: token.key, ipAddress }, username, [token.key])
    log.info({ user: username, token_key: token.key }, 'Successful logout')
  }

  /** Ends the session that a new one replaces. That one holds, whatever comes of this: a failure is for the log. */
  async logOutReplaced(token: Token, browser: Browser): Promise<void> {
    try {
      await this.logOut(token, browser)
    } catch (error) {
      const fields = { token_key: token.key, error: messageOf(error) }
      this.#options.log.error(fields, 'A replaced session could not be ended')
    }
  }

  /**
   * Ends the sessions that a login provider has ended (OpenID Connect Back-Channel Logout 1.0 §2.7).
   *
   * @returns How many; null: the logout token was obeyed before.
   */
  async endUpstream(logout: UpstreamLogout, ipAddress: string | null): Promise<number | null> {
    const { db, log } = this.#options
    const logoutTokens = new LogoutTokenStore(db)
    // Before anything ends: whoever sends it again would end what was begun since.
    if (await logoutTokens.has(logout.issuer, logout.tokenId)) return null
    const sessions = await new SessionStore(db).findUpstream(logout)
    for (const { username, token } of sessions) {
      await this.#revoke({ username, scopes: [], tokenKey: null, ipAddress }, username, [token])
    }
    // Afterwards: where a store fails in between, the provider asks again and finds the rest.
    const isNew = await logoutTokens.add(logout.issuer, logout.tokenId, logout.expires)
    log.info({ issuer: logout.issuer, count: sessions.length }, 'Ended sessions for the login provider')
    return isNew ? sessions.length : null
  }

  async #revoke(caller: Caller, username: string, keys: readonly string[]): Promise<TokenInfo[]> {
    const { operations, log } = this.#options
    const ended = await revokeSome(operations, username, keys, historyOf(caller))
    for (const info of ended) {
      log.info({ token_key: info.token, token_username: info.username }, 'Deleted token')
    }
    return ended
  }
}
