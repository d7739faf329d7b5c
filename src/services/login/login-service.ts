import type { Kysely } from 'kysely'
import { FrozenUserError, InvalidScopesError } from '../../models/errors.ts'
import {
  CannotAuthenticateError,
  LoginError,
  NoScopesError,
  ProviderFailedError,
  ProviderUnreachableError,
} from '../../models/login-errors.ts'
import type { Token } from '../../models/token.ts'
import { isUsername } from '../../models/usernames.ts'
import { AdminStore } from '../../storage/admin-store.ts'
import type { Database } from '../../storage/schema.ts'
import type { LoginEvent } from '../activity.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { Log } from '../token-log.ts'
import type { UserInfoService } from '../user-info-service.ts'
import type { LoginProvider, ProviderLogin } from './login-provider.ts'
import type { LoginSecrets } from './login-secrets.ts'
import type { Browser, SessionService } from './session-service.ts'

/** A scope, and the groups whose members get it. */
export interface ScopeGroups {
  readonly scope: string
  readonly groups: readonly string[]
}

export interface LoginServiceOptions {
  provider: LoginProvider
  secrets: LoginSecrets
  sessions: SessionService
  userInfo: UserInfoService
  groupMapping: readonly ScopeGroups[]
  db: Kysely<Database>
  alerts: Alerts
  log: Log
  /** Told what happens to attempts, for metrics. */
  onLogin?: (event: LoginEvent) => void
}

export interface LoggedIn {
  token: Token
  username: string
  /** GitHub's access token, for `endGrant`; null: there is no grant. */
  githubToken: string | null
}

/** Logs people in by the login provider (spec/login.md): what it says of them becomes a session, or an error. */
export class LoginService {
  readonly #options: LoginServiceOptions

  constructor(options: LoginServiceOptions) {
    this.#options = options
  }

  get provider(): LoginProvider {
    return this.#options.provider
  }

  /** A new state for an attempt: random, to be kept in the browser's cookie. */
  newState(): string {
    this.#options.onLogin?.('begun')
    return this.#options.secrets.newState()
  }

  /** Where the browser is to be sent. */
  async authorizationUrl(state: string): Promise<string> {
    const { provider, secrets, log } = this.#options
    const url = await this.#reporting(provider.authorizationUrl(secrets.attempt(state)))
    if (provider.kind === 'github') log.info({}, 'Redirecting user to GitHub for authentication')
    else log.info({ login_url: withoutQuery(url) }, 'Redirecting user for authentication')
    return url
  }

  /**
   * @param parameters - The query of the provider's return.
   * @param state - The one in the browser's cookie, which the query repeats.
   * @throws {LoginError} No session was opened.
   */
  async logIn(parameters: URLSearchParams, state: string, browser: Browser): Promise<LoggedIn> {
    try {
      const loggedIn = await this.#logIn(parameters, state, browser)
      this.#options.onLogin?.('succeeded')
      return loggedIn
    } catch (error) {
      this.#options.onLogin?.(error instanceof LoginError && error.status < 500 ? 'refused' : 'failed')
      throw error
    }
  }

  async #logIn(parameters: URLSearchParams, state: string, browser: Browser): Promise<LoggedIn> {
    const { provider, secrets, userInfo, log } = this.#options
    const login = await this.#reporting(provider.authenticate(parameters, secrets.attempt(state)))
    const { username } = login.user
    try {
      const token = await this.#reporting(this.#open(login, browser))
      log.info(
        { token_key: token.key, token_username: username },
        `Successfully authenticated user ${username}`,
      )
      return { token, username, githubToken: login.githubToken }
    } catch (error) {
      if (error instanceof LoginError && error.status === 403) {
        // So that the next attempt asks anew, both there and here.
        if (login.githubToken !== null) await provider.revokeGrant(login.githubToken)
        userInfo.forget(username)
      }
      throw error
    }
  }

  /** Says in the log that somebody is sent to where they get a username. */
  reportEnrollment(url: string): void {
    this.#options.log.info({ url }, 'Redirecting user to enrollment URL')
  }

  /** Says in the log that somebody came back from the provider without a login that was begun here. */
  reportMissingState(): void {
    this.#options.log.info({}, 'Login state missing, redirecting without authentication')
  }

  /** Ends what the provider has granted for a session. */
  async endGrant(githubToken: string): Promise<void> {
    await this.#options.provider.revokeGrant(githubToken)
  }

  async #open({ user, unnumberedGroups = [], upstream }: ProviderLogin, browser: Browser): Promise<Token> {
    const { db, sessions, userInfo } = this.#options
    const { username } = user
    if (!isUsername(username)) throw new CannotAuthenticateError(`Invalid username: ${username}`)
    const { groups } = await userInfo.groupsForLogin(user)
    const scopes = this.#scopesOf([...groups, ...unnumberedGroups])
    // An administrator may have no other scopes than that one.
    if (scopes.length === 0 && !(await new AdminStore(db).has(username))) throw new NoScopesError(username)
    await userInfo.assignAllIds(user)
    const numbered = await userInfo.withNumberedGroups(user, unnumberedGroups)
    try {
      return await sessions.open({ user: numbered, scopes, upstream }, browser)
    } catch (error) {
      if (error instanceof InvalidScopesError)
        throw new CannotAuthenticateError(`${username} is in too many groups: ${error.message}`)
      if (!(error instanceof FrozenUserError)) throw error
      throw new CannotAuthenticateError(
        `The account ${username} has been frozen. Ask the administrators of this site`,
      )
    }
  }

  #scopesOf(groups: readonly string[]): string[] {
    const held = new Set(groups)
    return this.#options.groupMapping
      .filter((mapped) => mapped.groups.some((group) => held.has(group)))
      .map(({ scope }) => scope)
  }

  /** What is not the person's fault is the operators' to hear of. */
  async #reporting<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      if (error instanceof LoginError && error.status >= 500) {
        const kind =
          error instanceof ProviderFailedError || error instanceof ProviderUnreachableError
            ? 'provider'
            : 'login'
        this.#options.alerts.report(`${kind} ${error.message}`, `${error.message}: ${error.detail ?? ''}`)
      }
      throw error
    }
  }
}

/** A URL without what is secret in it. */
function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}
