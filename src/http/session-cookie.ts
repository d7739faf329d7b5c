import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Token } from '../models/token.ts'
import type { Fernet } from '../storage/token-data/fernet.ts'

/** The reference's name, so that sessions last when a site changes from one to the other. */
export const SESSION_COOKIE_NAME = 'gafaelfawr'

/** What a browser keeps between requests (spec/cookies-and-sessions.md §1). An absent field has no value. */
export interface SessionState {
  /** 22 characters: what the header `X-CSRF-Token` must repeat. */
  csrf?: string
  /** The token of the session. */
  token?: Token
  /** An access token of GitHub's. */
  github?: string
  returnUrl?: string
  /** Of a login that was begun. */
  state?: string
  /** ISO 8601, UTC. */
  loginStart?: string
}

const text = z.string().nullish()
const storedState = z.object({
  csrf: text,
  token: text,
  github: text,
  return_url: text,
  state: text,
  login_start: text,
})

/**
 * Reads the session of a request. Of several cookies of the name the last one counts.
 *
 * @param header - The `Cookie` header; several of them joined by `; `.
 * @param discarded - Is told the name of the error where there is a cookie that cannot be read; it counts as empty.
 */
export function readSession(
  header: string | undefined,
  fernet: Fernet,
  discarded: (error: string) => void,
): SessionState {
  const value = findSessionCookie(header)
  if (value === null) return {}
  try {
    return decodeState(fernet.decrypt(value).toString())
  } catch (error) {
    discarded(error instanceof Error ? error.name : 'Error')
    return {}
  }
}

export interface CookieOptions {
  /** For the hosts below it as well; null: for the host that sets it alone. */
  domain: string | null
  /** Whether it travels over TLS alone: always but where the base URL itself is `http:`, on one's own machine. */
  isSecure: boolean
}

/** The value of `Set-Cookie` for a state. In double quotes, as the reference writes what has a `=` in it. */
export function writeSession(state: SessionState, fernet: Fernet, options: CookieOptions): string {
  return `${SESSION_COOKIE_NAME}="${fernet.encrypt(encodeState(state))}"${attributes(options)}`
}

/** The value of `Set-Cookie` with which a browser forgets a cookie that cannot be read. */
export function removeSession(options: CookieOptions): string {
  return `${SESSION_COOKIE_NAME}=""; Max-Age=0${attributes(options)}`
}

function attributes({ domain, isSecure }: CookieOptions): string {
  const domainAttribute = domain === null ? '' : `; Domain=${domain}`
  return `${domainAttribute}; HttpOnly; Path=/; SameSite=lax${isSecure ? '; Secure' : ''}`
}

export function newCsrfValue(): string {
  return randomBytes(16).toString('base64url')
}

/** The value of the last session cookie in a `Cookie` header; null: there is none. */
export function findSessionCookie(header: string | undefined): string | null {
  let found: string | null = null
  for (const part of (header ?? '').split(';')) {
    const equals = part.indexOf('=')
    if (equals < 0 || part.slice(0, equals).trim() !== SESSION_COOKIE_NAME) continue
    const value = part.slice(equals + 1).trim()
    found = /^".*"$/.test(value) ? value.slice(1, -1) : value
  }
  return found
}

function decodeState(json: string): SessionState {
  const stored = storedState.parse(JSON.parse(json))
  return {
    ...(stored.csrf && { csrf: stored.csrf }),
    ...(stored.token && { token: Token.parse(stored.token) }),
    ...(stored.github && { github: stored.github }),
    ...(stored.return_url && { returnUrl: stored.return_url }),
    ...(stored.state && { state: stored.state }),
    ...(stored.login_start && { loginStart: stored.login_start }),
  }
}

/** Compact, in the reference's order, without what has no value. */
function encodeState(state: SessionState): string {
  return JSON.stringify({
    csrf: state.csrf,
    token: state.token?.toString(),
    github: state.github,
    return_url: state.returnUrl,
    state: state.state,
    login_start: state.loginStart,
  })
}
