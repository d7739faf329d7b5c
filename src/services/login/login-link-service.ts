import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { type Clock, nowSeconds } from '../../models/clock.ts'
import type { Scopes } from '../../models/scopes.ts'
import type { Token } from '../../models/token.ts'
import { bareUserInfo } from '../../models/token-data.ts'
import { type LoginLink, LoginLinkStore } from '../../storage/login-link-store.ts'
import type { Database } from '../../storage/schema.ts'
import type { Log } from '../token-log.ts'
import { checkScopes, checkUsername, type TokenRules } from '../token-rules.ts'
import type { Browser, SessionService } from './session-service.ts'

/** 256 random bits in base64url: nobody guesses it, and SHA-256 without salt hides it. */
const SECRET_BYTES = 32
export const LOGIN_LINK_SECRET = /^[A-Za-z0-9_-]{43}$/

/** Of a link, in seconds. */
export const DEFAULT_LINK_LIFETIME_SECONDS = 600
export const MAXIMUM_LINK_LIFETIME_SECONDS = 86_400

export interface LoginLinkServiceOptions {
  db: Kysely<Database>
  sessions: SessionService
  rules: TokenRules
  /** Where people reach Porthor. */
  baseUrl: string
  clock: Clock
  log: Log
}

export interface NewLoginLink extends LoginLink {
  /** Holds the secret: for the person alone, never for a log. */
  url: string
  /** Whole seconds since the epoch. */
  expires: number
}

/** One-time links that open a session, where there is no login provider (yet). Only the hash of a link is stored. */
export class LoginLinkService {
  readonly #options: LoginLinkServiceOptions

  constructor(options: LoginLinkServiceOptions) {
    this.#options = options
  }

  /**
   * @param scopes - Of the session, beside those that every session has.
   * @throws {PermissionDeniedError} Not a username.
   * @throws {InvalidScopesError} Not scopes of this installation.
   */
  async create(username: string, scopes: Scopes, lifetimeSeconds: number): Promise<NewLoginLink> {
    const { db, rules, baseUrl, clock, log } = this.#options
    checkUsername(username)
    checkScopes(rules, scopes, null)
    const secret = randomBytes(SECRET_BYTES).toString('base64url')
    const now = nowSeconds(clock)
    const expires = now + lifetimeSeconds
    const links = new LoginLinkStore(db)
    await links.deleteExpired(now)
    await links.add(digestOf(secret), { username, scopes }, expires)
    log.info({ user: username, scopes }, 'Created login link')
    return { url: new URL(`login/link/${secret}`, baseUrl).href, username, scopes, expires }
  }

  /** For whom a link is; it can still be used afterwards. @returns Null: it cannot be used (any more). */
  async look(secret: string): Promise<LoginLink | null> {
    if (!LOGIN_LINK_SECRET.test(secret)) return null
    const { db, clock } = this.#options
    return new LoginLinkStore(db).get(digestOf(secret), nowSeconds(clock))
  }

  /**
   * Opens a session by a link, which is used up by that.
   *
   * @returns Null: it cannot be used (any more).
   * @throws {FrozenUserError | InvalidScopesError}
   */
  async use(secret: string, browser: Browser): Promise<{ token: Token; username: string } | null> {
    if (!LOGIN_LINK_SECRET.test(secret)) return null
    const { db, sessions, clock, log } = this.#options
    const link = await new LoginLinkStore(db).take(digestOf(secret), nowSeconds(clock))
    if (!link) return null
    const { username, scopes } = link
    const token = await sessions.open({ user: bareUserInfo(username), scopes, upstream: null }, browser)
    log.info({ user: username, token_key: token.key }, 'Logged in by link')
    return { token, username }
  }
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
