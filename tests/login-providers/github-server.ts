import { createHash, randomUUID } from 'node:crypto'
import { type LoopbackAnswer, type LoopbackRequest, type LoopbackServer, startLoopback } from './loopback.ts'

export const GITHUB_CLIENT_ID = 'Iv1.0123456789abcdef'
export const GITHUB_CLIENT_SECRET = '0123456789abcdef0123456789abcdef01234567'

export interface GitHubTestUser {
  login: string
  id: number
  name?: string | null
  emails?: object[]
  /** Organisation, slug and number of each team. */
  teams?: readonly (readonly [organization: string, slug: string, id: number])[]
}

const PAGE_SIZE = 30

/** What GitHub does at a login by an OAuth App, in its own forms of answers, on 127.0.0.1. */
export class GitHubServer {
  readonly #server: LoopbackServer
  /** Code to PKCE challenge, and who it is of; a code is redeemed once. */
  readonly #codes = new Map<string, { challenge: string; user: GitHubTestUser }>()
  readonly #tokens = new Map<string, GitHubTestUser>()
  /** Instead of GitHub's own, by path. */
  answers: Record<string, (request: LoopbackRequest) => LoopbackAnswer> = {}
  person: GitHubTestUser = { login: 'Octo-Cat', id: 583_231 }

  private constructor(server: LoopbackServer) {
    this.#server = server
  }

  static async start(): Promise<GitHubServer> {
    let gitHub: GitHubServer | null = null
    const server = await startLoopback((request) => gitHub?.answer(request) ?? { status: 503 })
    gitHub = new GitHubServer(server)
    return gitHub
  }

  get url(): string {
    return this.#server.url
  }

  get requests(): LoopbackRequest[] {
    return this.#server.requests
  }

  /** Access tokens that GitHub would accept. */
  get grantedTokens(): string[] {
    return [...this.#tokens.keys()]
  }

  /** Somebody else is at the browser, and GitHub answers as it should. */
  reset(person: GitHubTestUser): void {
    this.person = person
    this.answers = {}
    this.#server.requests.length = 0
    this.#tokens.clear()
  }

  requestsTo(path: string): LoopbackRequest[] {
    return this.requests.filter((request) => request.path === path)
  }

  close(): Promise<void> {
    return this.#server.close()
  }

  answer(request: LoopbackRequest): LoopbackAnswer {
    const { method, path } = request
    const scripted = this.answers[path]
    if (scripted) return scripted(request)
    switch (`${method} ${path}`) {
      case 'GET /login/oauth/authorize':
        return this.#authorize(request)
      case 'POST /login/oauth/access_token':
        return this.#exchange(request)
      case `DELETE /applications/${GITHUB_CLIENT_ID}/grant`:
        return this.#revoke(request)
    }
    if (!request.headers['user-agent'])
      return { status: 403, body: 'Request forbidden by administrative rules.' }
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ')
    const user = scheme === 'token' ? this.#tokens.get(token) : undefined
    if (!user) return problem(401, 'Bad credentials')
    switch (`${method} ${path}`) {
      case 'GET /user':
        return { body: userBody(user) }
      case 'GET /user/emails':
        return { body: user.emails ?? [emailBody(`${user.login.toLowerCase()}@example.com`)] }
      case 'GET /user/teams':
        return this.#teams(user, Number(request.query.get('page') ?? '1'))
    }
    return problem(404, 'Not Found')
  }

  #authorize({ query }: LoopbackRequest): LoopbackAnswer {
    const code = randomUUID().replaceAll('-', '').slice(0, 20)
    this.#codes.set(code, { challenge: query.get('code_challenge') ?? '', user: this.person })
    const back = new URL(query.get('redirect_uri') ?? '')
    back.searchParams.set('code', code)
    back.searchParams.set('state', query.get('state') ?? '')
    return { status: 302, headers: { location: back.href } }
  }

  #exchange({ form }: LoopbackRequest): LoopbackAnswer {
    if (form.get('client_id') !== GITHUB_CLIENT_ID || form.get('client_secret') !== GITHUB_CLIENT_SECRET) {
      return oauthError(
        'incorrect_client_credentials',
        'The client_id and/or client_secret passed are incorrect.',
      )
    }
    const code = form.get('code') ?? ''
    const issued = this.#codes.get(code)
    this.#codes.delete(code)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (!issued || issued.challenge !== challenge) {
      return oauthError('bad_verification_code', 'The code passed is incorrect or expired.')
    }
    const token = `gho_${randomUUID().replaceAll('-', '')}`
    this.#tokens.set(token, issued.user)
    return { body: { access_token: token, token_type: 'bearer', scope: 'read:org,read:user,user:email' } }
  }

  /** The grant is one for a person: with it all their tokens end. */
  #revoke({ headers, text }: LoopbackRequest): LoopbackAnswer {
    const credentials = Buffer.from(`${GITHUB_CLIENT_ID}:${GITHUB_CLIENT_SECRET}`).toString('base64')
    if (headers.authorization !== `Basic ${credentials}`) return problem(404, 'Not Found')
    const user = this.#tokens.get(JSON.parse(text).access_token)
    if (!user) return problem(404, 'Not Found')
    for (const [token, { id }] of this.#tokens) if (id === user.id) this.#tokens.delete(token)
    return { status: 204 }
  }

  #teams({ teams = [] }: GitHubTestUser, page: number): LoopbackAnswer {
    const first = (page - 1) * PAGE_SIZE
    const last = Math.max(1, Math.ceil(teams.length / PAGE_SIZE))
    const link = (rel: string, to: number) => `<${this.url}/user/teams?page=${to}>; rel="${rel}"`
    const links = [
      ...(page > 1 ? [link('prev', page - 1)] : []),
      ...(page < last ? [link('next', page + 1), link('last', last)] : []),
      ...(page > 1 ? [link('first', 1)] : []),
    ]
    return {
      headers: links.length > 0 ? { link: links.join(', ') } : {},
      body: teams.slice(first, first + PAGE_SIZE).map(teamBody),
    }
  }
}

export function emailBody(email: string, changes: object = {}): object {
  return { email, primary: true, verified: true, visibility: 'private', ...changes }
}

/** As GitHub tells of errors of its API. */
export function problem(
  status: number,
  message: string,
  headers: Record<string, string> = {},
): LoopbackAnswer {
  const body = { message, documentation_url: 'https://docs.github.com/rest', status: String(status) }
  return { status, headers, body }
}

/** As GitHub tells of errors at the exchange: with the status 200. */
function oauthError(error: string, description: string): LoopbackAnswer {
  return {
    body: {
      error,
      error_description: description,
      error_uri:
        'https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors',
    },
  }
}

function userBody({ login, id, name = null }: GitHubTestUser): object {
  return {
    login,
    id,
    node_id: 'MDQ6VXNlcjU4MzIzMQ==',
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: '',
    url: `https://api.github.com/users/${login}`,
    html_url: `https://github.com/${login}`,
    type: 'User',
    user_view_type: 'private',
    site_admin: false,
    name,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 2,
    followers: 20,
    following: 0,
    created_at: '2008-01-14T04:33:35Z',
    updated_at: '2008-01-14T04:33:35Z',
    two_factor_authentication: true,
    plan: { name: 'pro', space: 976_562_499, private_repos: 9_999, collaborators: 0 },
  }
}

function teamBody([organization, slug, id]: readonly [string, string, number]): object {
  return {
    id,
    node_id: 'MDQ6VGVhbTE=',
    url: `https://api.github.com/teams/${id}`,
    html_url: `https://github.com/orgs/${organization}/teams/${slug}`,
    name: slug.toUpperCase(),
    slug,
    description: '',
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    members_url: `https://api.github.com/teams/${id}/members{/member}`,
    repositories_url: `https://api.github.com/teams/${id}/repos`,
    parent: null,
    members_count: 3,
    repos_count: 10,
    created_at: '2017-07-14T16:53:42Z',
    updated_at: '2017-08-17T12:37:15Z',
    organization: {
      login: organization,
      id: id + 1_000,
      node_id: 'MDEyOk9yZ2FuaXphdGlvbjE=',
      url: `https://api.github.com/orgs/${organization}`,
      description: null,
      type: 'Organization',
    },
  }
}
