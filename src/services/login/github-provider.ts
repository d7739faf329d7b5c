import { calculatePKCECodeChallenge } from 'openid-client'
import * as z from 'zod'
import { InvalidRequestError } from '../../models/errors.ts'
import { posixIdField } from '../../models/fields.ts'
import { gitHubTeam } from '../../models/github-team.ts'
import {
  CannotAuthenticateError,
  ProviderFailedError,
  ProviderRefusedError,
  ProviderUnreachableError,
} from '../../models/login-errors.ts'
import { isUsername } from '../../models/usernames.ts'
import type { Log } from '../token-log.ts'
import { gitHubGroups, type TeamMembership, type TeamRules } from './github-groups.ts'
import type { LoginAttempt, LoginProvider, ProviderLogin } from './login-provider.ts'
import {
  askProvider,
  isSuccess,
  loggable,
  type ProviderReply,
  parseReply,
  REQUEST_LIMITS,
  type RequestLimits,
  readReply,
  reasonOf,
  replyError,
  shownCode,
} from './provider-request.ts'

export interface GitHubOptions extends TeamRules {
  clientId: string
  clientSecret: string
  /** The full public URL of `/login`. */
  redirectUrl: string
  log: Log
  /** Where GitHub is, without a slash at the end. */
  webUrl?: string
  apiUrl?: string
  limits?: RequestLimits
}

const SCOPES = 'read:org read:user user:email'
const ACCEPT = 'application/vnd.github+json'
/** GitHub refuses API requests without one. */
const USER_AGENT = 'porthor'
/** Of thirty entries each: beyond it, something is wrong. */
const MAXIMUM_PAGES = 100

const tokenReply = z.union([
  z.object({ error: z.string(), error_description: z.string().optional() }),
  // What may stand in an Authorization header (RFC 6750 §2.1).
  // Twice as long as GitHub says they may get; it has to fit into the cookie.
  z.object({ access_token: z.string().regex(/^[\w.~+/-]{1,510}={0,2}$/) }),
])
const identifier = z.int().min(1)
const userReply = z.object({ login: z.string(), id: posixIdField, name: z.string().nullish() })
const emailsReply = z.array(
  z.object({ email: z.string().min(1), primary: z.boolean(), verified: z.boolean() }),
)
const teamsReply = z.array(
  z.object({
    id: identifier,
    slug: z.string().min(1),
    organization: z.object({ login: z.string().min(1) }),
  }),
)

/** Login by an OAuth App of GitHub's (spec/login.md §3), with PKCE. */
export class GitHubProvider implements LoginProvider {
  readonly kind = 'github'
  readonly #options: GitHubOptions
  readonly #webUrl: string
  readonly #apiUrl: string
  readonly #limits: RequestLimits

  constructor(options: GitHubOptions) {
    this.#options = options
    this.#webUrl = options.webUrl ?? 'https://github.com'
    this.#apiUrl = options.apiUrl ?? 'https://api.github.com'
    this.#limits = options.limits ?? REQUEST_LIMITS
  }

  async authorizationUrl({ state, codeVerifier }: LoginAttempt): Promise<string> {
    const query = new URLSearchParams({
      client_id: this.#options.clientId,
      scope: SCOPES,
      state,
      redirect_uri: this.#options.redirectUrl,
      code_challenge: await calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    })
    return `${this.#webUrl}/login/oauth/authorize?${query}`
  }

  async authenticate(parameters: URLSearchParams, attempt: LoginAttempt): Promise<ProviderLogin> {
    const refusal = parameters.get('error')
    if (refusal) throw new ProviderRefusedError(refusal)
    const token = await this.#redeem(parameters.get('code') ?? '', attempt)
    try {
      return { ...(await this.#userOf(token)), githubToken: token, upstream: null }
    } catch (error) {
      // So that the next attempt asks the person again (spec/login.md §9).
      if (error instanceof CannotAuthenticateError) await this.revokeGrant(token)
      throw error
    }
  }

  async revokeGrant(githubToken: string): Promise<void> {
    const { clientId, clientSecret, log } = this.#options
    const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
    try {
      const url = `${this.#apiUrl}/applications/${encodeURIComponent(clientId)}/grant`
      const reply = await this.#ask(url, {
        method: 'DELETE',
        headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
        body: JSON.stringify({ access_token: githubToken }),
      })
      if (!isSuccess(reply)) throw replyError(reply, [clientSecret, credentials, githubToken])
      log.info({}, 'Revoked GitHub OAuth authorization')
    } catch (error) {
      log.warn({ error: reasonOf(error) }, 'Unable to revoke GitHub OAuth authorization')
    }
  }

  async verifyLogoutToken(): Promise<never> {
    throw new InvalidRequestError('GitHub sends no logout tokens')
  }

  async #redeem(code: string, { state, codeVerifier }: LoginAttempt): Promise<string> {
    const { clientId, clientSecret, redirectUrl } = this.#options
    const reply = await this.#ask(`${this.#webUrl}/login/oauth/access_token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: clientId,
        client_secret: clientSecret,
        code,
        state,
        redirect_uri: redirectUrl,
        code_verifier: codeVerifier,
      }),
    })
    const secrets = [clientSecret, code, codeVerifier]
    if (!isSuccess(reply)) throw refused(reply, secrets)
    const found = readToken(reply)
    if ('access_token' in found) return found.access_token
    const { error, error_description = 'no description' } = found
    throw new ProviderFailedError([NO_TOKEN, ...shownCode(error)].join(': '), {
      cause: new Error(loggable(`${error}: ${error_description}`, secrets)),
    })
  }

  async #userOf(token: string): Promise<Pick<ProviderLogin, 'user' | 'unnumberedGroups'>> {
    const { log } = this.#options
    const [user, emails, teams] = await Promise.all([
      this.#get('user', token, userReply),
      this.#getAll('user/emails', token, emailsReply),
      this.#getAll('user/teams', token, teamsReply),
    ])
    const username = user.login.toLowerCase()
    if (!isUsername(username)) throw new CannotAuthenticateError(`Invalid username: ${username}`)
    const email = emails.find(({ primary }) => primary)
    if (!email) throw invalidData(`${username} has no primary email address`)
    if (!email.verified) {
      throw new CannotAuthenticateError('Your primary email address at GitHub is not verified')
    }
    const memberships = teams.map(
      ({ id, slug, organization }): TeamMembership => ({ id, team: gitHubTeam(organization.login, slug) }),
    )
    const { groups, unnumbered, invalid, ambiguous } = gitHubGroups(
      { username, uid: user.id },
      memberships,
      this.#options,
    )
    if (invalid.length > 0) log.warn({ invalid_groups: invalid, user: username }, 'Ignoring invalid groups')
    if (ambiguous.length > 0) {
      log.warn({ ambiguous_groups: ambiguous, user: username }, 'Ignoring groups that could be others')
    }
    if (unnumbered.length > 0) {
      log.warn({ groups: unnumbered, user: username }, 'Ignoring GIDs that two groups have')
    }
    const { name, id } = user
    return {
      user: { username, name: name || null, email: email.email, uid: id, gid: id, groups },
      unnumberedGroups: unnumbered,
    }
  }

  async #get<T>(path: string, token: string, schema: z.ZodType<T>): Promise<T> {
    const reply = await this.#askAs(token, `${this.#apiUrl}/${path}`)
    return read(reply, schema, INVALID_DATA)
  }

  /** The entries of all pages; the next page is where `Link` says (RFC 8288). */
  async #getAll<T>(path: string, token: string, schema: z.ZodType<T[]>): Promise<T[]> {
    const first = `${this.#apiUrl}/${path}`
    const all: T[] = []
    let next: string | null = first
    for (let page = 0; next !== null; page++) {
      if (page === MAXIMUM_PAGES) throw invalidData(`more than ${MAXIMUM_PAGES} pages`)
      const reply: ProviderReply = await this.#askAs(token, next)
      all.push(...read(reply, schema, INVALID_DATA))
      next = nextPage(reply.headers)
      // The access token goes along: nowhere but where it went before.
      if (next !== null && !isPageOf(first, next)) throw invalidData('the next page is elsewhere')
    }
    return all
  }

  async #askAs(token: string, url: string): Promise<ProviderReply> {
    const reply = await this.#ask(url, { headers: { authorization: `token ${token}` } })
    if (!isSuccess(reply)) throw refused(reply, [token])
    return reply
  }

  #ask(
    url: string,
    init: { method?: string; headers?: Record<string, string>; body?: string | URLSearchParams },
  ) {
    const headers = { accept: ACCEPT, 'user-agent': USER_AGENT, ...init.headers }
    return askProvider(url, { ...init, headers }, this.#limits)
  }
}

const INVALID_DATA = 'GitHub user data is invalid'
const NO_TOKEN = 'GitHub gave no access token'

function invalidData(reason: string): ProviderFailedError {
  return new ProviderFailedError(`${INVALID_DATA}: ${reason}`)
}

function read<T>(reply: ProviderReply, schema: z.ZodType<T>, detail: string): T {
  try {
    return readReply(reply, schema)
  } catch (cause) {
    throw new ProviderFailedError(detail, { cause })
  }
}

/** GitHub answers by a form where JSON is not asked for in words that it knows. */
function readToken(reply: ProviderReply): z.output<typeof tokenReply> {
  const isForm = reply.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
  try {
    const fields = isForm ? Object.fromEntries(new URLSearchParams(reply.text)) : parseReply(reply)
    return tokenReply.parse(fields)
  } catch (cause) {
    throw new ProviderFailedError(NO_TOKEN, { cause })
  }
}

function refused(reply: ProviderReply, secrets: readonly string[]): ProviderUnreachableError {
  const isLimit =
    reply.status === 429 ||
    (reply.status === 403 &&
      (reply.headers.has('retry-after') || reply.headers.get('x-ratelimit-remaining') === '0'))
  const detail = isLimit
    ? 'GitHub allows no further requests at present; try again in some minutes'
    : `GitHub answered with the status ${reply.status}`
  return new ProviderUnreachableError(detail, { cause: replyError(reply, secrets) })
}

function nextPage(headers: Headers): string | null {
  const link = headers.get('link') ?? ''
  return /<([^<>]*)>\s*;[^<>]*\brel="?next\b/.exec(link)?.[1] ?? null
}

function isPageOf(first: string, next: string): boolean {
  const [page, start] = [URL.parse(next), new URL(first)]
  return page?.origin === start.origin && page.pathname === start.pathname && page.username === ''
}
