import {
  FrozenUserError,
  InvalidCsrfError,
  InvalidTokenError,
  NoAuthorizationError,
  PermissionDeniedError,
} from '../models/errors.ts'
import { equalSecrets, Token } from '../models/token.ts'
import type { TokenData } from '../models/token-data.ts'
import { BOOTSTRAP_USERNAME } from '../models/usernames.ts'
import { bootstrapCaller, type Caller } from '../services/caller.ts'
import type { LastUsed } from '../services/last-used.ts'
import type { Log } from '../services/token-log.ts'
import type { Verifier } from '../services/verifier.ts'
import { type Credential, headerCredential, type TokenSource } from './credentials.ts'
import type { TokenAccess } from './endpoint.ts'
import { requestFields } from './request-log.ts'
import type { SessionState } from './session-cookie.ts'

/** What a request brings along to say who sends it. */
export interface Presented {
  method: string
  session: SessionState
  /** The value of each `Authorization` header. */
  authorization: readonly string[]
  /** The value of `X-CSRF-Token`. */
  csrf: string | undefined
  ipAddress: string
}

export interface Identity {
  caller: Caller
  /** Null: the bootstrap token, which is in no store. */
  data: TokenData | null
}

/**
 * Finds out who sends a request, and whether they may use a route at all (spec/rest-api.md §1.2, §1.3). The session
 * cookie counts before the header; where its token is not valid (any more), a header token counts instead.
 */
export class Authentication {
  readonly #verifier: Verifier
  readonly #lastUsed: LastUsed
  readonly #bootstrapToken: string
  readonly #log: Log

  constructor(options: { verifier: Verifier; lastUsed: LastUsed; bootstrapToken: string; log: Log }) {
    this.#verifier = options.verifier
    this.#lastUsed = options.lastUsed
    this.#bootstrapToken = options.bootstrapToken
    this.#log = options.log
  }

  /**
   * @throws {NoAuthorizationError | InvalidRequestError | InvalidTokenError | InvalidCsrfError | FrozenUserError}
   * @throws {PermissionDeniedError} The token lacks the scope that the route requires.
   */
  async identify(presented: Presented, access: TokenAccess): Promise<Identity> {
    const identity = await this.#find(presented, access)
    if (access.scope !== undefined && !identity.caller.scopes.includes(access.scope)) {
      throw new PermissionDeniedError(`Token does not have required scope ${access.scope}`)
    }
    return identity
  }

  async #find(presented: Presented, access: TokenAccess): Promise<Identity> {
    const { session, ipAddress } = presented
    if (session.token) return this.#bySession(session.token, presented, access)
    const credential = access.cookieOnly ? null : headerCredential(presented.authorization)
    if (!credential) throw new NoAuthorizationError('Authentication required')
    const identity = await this.#verify(credential, ipAddress, access)
    if (!identity) throw new InvalidTokenError('Token is not valid')
    return identity
  }

  async #bySession(token: Token, presented: Presented, access: TokenAccess): Promise<Identity> {
    const fallback = access.cookieOnly ? null : usableHeader(presented.authorization)
    // Before the token is looked up, unless it may turn out not to be the one that counts.
    if (!fallback) this.#checkCsrf(presented)
    const credential: Credential = { text: token.toString(), source: 'cookie' }
    const identity = await this.#verify(credential, presented.ipAddress, access)
    if (identity) {
      if (fallback) this.#checkCsrf(presented)
      return identity
    }
    const other = fallback && (await this.#verify(fallback, presented.ipAddress, access))
    if (!other) throw new NoAuthorizationError('Authentication required')
    return other
  }

  /** @returns Null: not a valid token. */
  async #verify(
    { text, source }: Credential,
    ipAddress: string,
    access: TokenAccess,
  ): Promise<Identity | null> {
    if (access.bootstrap && equalSecrets(text, this.#bootstrapToken))
      return this.#bootstrap(source, ipAddress)
    const token = source === 'bearer' ? Token.parse(text) : tokenOrNull(text)
    if (!token) return null
    const verification = await this.#verifier.verify(token)
    if (verification.kind === 'unknown') return null
    const { data } = verification
    const { username, scopes } = data
    noteCredential({ source, token: token.key, username, scopes })
    if (verification.kind === 'frozen') throw new FrozenUserError(`The user ${username} is frozen`)
    this.#lastUsed.note(verification, ipAddress)
    return { caller: { username, scopes, tokenKey: token.key, ipAddress }, data }
  }

  #bootstrap(source: TokenSource, ipAddress: string): Identity {
    const caller = bootstrapCaller(ipAddress)
    noteCredential({ source, token: BOOTSTRAP_USERNAME, username: caller.username, scopes: caller.scopes })
    this.#log.info({ ...requestFields() }, 'Authenticated with bootstrap token')
    return { caller, data: null }
  }

  #checkCsrf({ method, session, csrf }: Presented): void {
    if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return
    if (csrf === undefined || csrf === '') throw csrfError('CSRF token required in X-CSRF-Token header')
    if (session.csrf === undefined || !equalSecrets(session.csrf, csrf)) throw csrfError('Invalid CSRF token')
  }
}

/** A header that cannot be used does not matter beside a cookie. */
function usableHeader(headers: readonly string[]): Credential | null {
  try {
    const credential = headerCredential(headers)
    return credential && Token.isToken(credential.text) ? credential : null
  } catch {
    return null
  }
}

function tokenOrNull(text: string): Token | null {
  return Token.isToken(text) ? Token.parse(text) : null
}

function csrfError(message: string): InvalidCsrfError {
  return new InvalidCsrfError(message, { location: ['header', 'X-CSRF-Token'] })
}

function noteCredential(found: {
  source: TokenSource
  token: string
  username: string
  scopes: readonly string[]
}): void {
  const fields = requestFields()
  if (!fields) return
  fields.token_source = found.source
  fields.token = found.token
  fields.user = found.username
  fields.scopes = found.scopes
}
