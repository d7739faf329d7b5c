import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { InvalidRequestError } from '../../src/models/errors.ts'
import { gitHubTeam } from '../../src/models/github-team.ts'
import {
  CannotAuthenticateError,
  ProviderFailedError,
  ProviderRefusedError,
  ProviderUnreachableError,
} from '../../src/models/login-errors.ts'
import { type GitHubOptions, GitHubProvider } from '../../src/services/login/github-provider.ts'
import type { LoginAttempt } from '../../src/services/login/login-provider.ts'
import { type LogLine, memoryLog } from '../http/api.ts'
import { SHORT_LIMITS, SMALL_LIMITS } from './forged-provider.ts'
import { emailBody, GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET, GitHubServer, problem } from './github-server.ts'
import type { LoopbackAnswer } from './loopback.ts'
import { ProviderBrowser } from './provider-browser.ts'

let gitHub: GitHubServer
const lines: LogLine[] = []
beforeAll(async () => {
  gitHub = await GitHubServer.start()
})
beforeEach(() => {
  gitHub.reset({ login: 'Octo-Cat', id: 583_231, name: 'The Octocat' })
  lines.length = 0
})
afterAll(() => gitHub.close())

const REDIRECT_URL = 'https://example.com/login'
const ATTEMPT: LoginAttempt = {
  state: 'c29tZS1sb2dpbi1zdGF0ZQ==',
  nonce: 'unused',
  codeVerifier: 'a-code-verifier-of-forty-three-characters-1',
}
const GRANT = `/applications/${GITHUB_CLIENT_ID}/grant`

const providerWith = (options: Partial<GitHubOptions> = {}) =>
  new GitHubProvider({
    clientId: GITHUB_CLIENT_ID,
    clientSecret: GITHUB_CLIENT_SECRET,
    redirectUrl: REDIRECT_URL,
    mappedTeams: [],
    teamGidOffset: 0,
    webUrl: gitHub.url,
    apiUrl: gitHub.url,
    log: memoryLog(lines),
    ...options,
  })

async function returnOf(provider: GitHubProvider, attempt = ATTEMPT): Promise<URLSearchParams> {
  const back = await new ProviderBrowser().follow(await provider.authorizationUrl(attempt), REDIRECT_URL)
  return back.searchParams
}

async function logIn(options: Partial<GitHubOptions> = {}) {
  const provider = providerWith(options)
  return provider.authenticate(await returnOf(provider), ATTEMPT)
}

const errorOf = (login: Promise<unknown>): Promise<Error & { detail: string }> =>
  login.then(
    () => expect.fail('there was no error'),
    (error) => error,
  )

describe('a login by GitHub', () => {
  it('begins with every parameter, PKCE and the redirect URL among them', async () => {
    const url = await providerWith().authorizationUrl(ATTEMPT)
    expect(url.startsWith(`${gitHub.url}/login/oauth/authorize?`)).toBe(true)
    expect(url).toContain('scope=read%3Aorg+read%3Auser+user%3Aemail')
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      client_id: GITHUB_CLIENT_ID,
      scope: 'read:org read:user user:email',
      state: ATTEMPT.state,
      redirect_uri: REDIRECT_URL,
      code_challenge: createHash('sha256').update(ATTEMPT.codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
  })

  it('asks for the token, the user, their addresses and their teams, and nothing else', async () => {
    await logIn()
    const [, exchange, ...others] = gitHub.requests
    expect(Object.keys(Object.fromEntries(exchange?.form ?? [])).sort()).toEqual(
      ['client_id', 'client_secret', 'code', 'code_verifier', 'redirect_uri', 'state'].sort(),
    )
    expect(exchange?.headers.accept).toBe('application/vnd.github+json')
    expect(others.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /user',
      'GET /user/emails',
      'GET /user/teams',
    ])
    for (const { headers, query } of others) {
      expect(headers.accept).toBe('application/vnd.github+json')
      expect(headers.authorization).toBe(`token ${gitHub.grantedTokens[0]}`)
      expect(query.size).toBe(0)
    }
  })

  it('gives the user in small letters, with numbers, name, address and groups', async () => {
    gitHub.person.teams = [
      ['Example-Org', 'a-team', 41],
      ['other-org', 'team-with-very-long-name', 42],
    ]
    expect(await logIn()).toEqual({
      user: {
        username: 'octo-cat',
        name: 'The Octocat',
        email: 'octo-cat@example.com',
        uid: 583_231,
        gid: 583_231,
        groups: [
          { name: 'example-org-a-team', id: 41 },
          { name: 'octo-cat', id: 583_231 },
          { name: 'other-org-team-with-very--F279yg', id: 42 },
        ],
      },
      unnumberedGroups: [],
      githubToken: gitHub.grantedTokens[0],
      upstream: null,
    })
  })

  it.each([null, ''])('of somebody whose name is %j gives none', async (name) => {
    gitHub.person.name = name
    expect((await logIn()).user.name).toBeNull()
  })

  it('reads all pages of teams', async () => {
    gitHub.person.teams = Array.from({ length: 95 }, (_, index) => ['org', `team-${index}x`, index + 1])
    const { user } = await logIn()
    expect(user.groups).toHaveLength(96)
    expect(gitHub.requestsTo('/user/teams').map(({ query }) => query.get('page'))).toEqual([
      null,
      '2',
      '3',
      '4',
    ])
  })

  it('adds the configured offset to the numbers of teams', async () => {
    gitHub.person.teams = [['org', 'team', 41]]
    const { user } = await logIn({ teamGidOffset: 2_147_483_648 })
    expect(user.groups?.[1]).toEqual({ name: 'org-team', id: 2_147_483_689 })
  })

  it('names a team without its number, where that is the user’s own', async () => {
    gitHub.person.teams = [['org', 'team', gitHub.person.id]]
    const { user, unnumberedGroups } = await logIn()
    expect(user.groups).toEqual([{ name: 'octo-cat', id: 583_231 }])
    expect(unnumberedGroups).toEqual(['org-team'])
    expect(lines.map(({ event, fields }) => [event, fields])).toEqual([
      ['Ignoring GIDs that two groups have', { groups: ['org-team'], user: 'octo-cat' }],
    ])
  })

  it('leaves out groups that cannot be one, or could be another, and says which', async () => {
    gitHub.person.teams = [
      ['org', '123', 41],
      ['9', '9', 42],
      ['a', 'b-c', 43],
      ['a-b', 'c', 44],
    ]
    const { user } = await logIn({ mappedTeams: [gitHubTeam('a', 'b-c')] })
    expect(user.groups?.map(({ name }) => name)).toEqual(['a-b-c', 'octo-cat', 'org-123'])
    expect(user.groups?.[0]?.id).toBe(43)
    expect(lines).toEqual([
      {
        level: 'warn',
        event: 'Ignoring invalid groups',
        fields: { invalid_groups: ['9-9'], user: 'octo-cat' },
      },
      {
        level: 'warn',
        event: 'Ignoring groups that could be others',
        fields: { ambiguous_groups: ['a-b-c'], user: 'octo-cat' },
      },
    ])
  })

  it('takes the primary address, wherever it stands', async () => {
    gitHub.person.emails = [
      emailBody('old@example.com', { primary: false }),
      emailBody('new@example.com'),
      emailBody('unverified@example.com', { primary: false, verified: false }),
    ]
    expect((await logIn()).user.email).toBe('new@example.com')
  })

  it('takes an answer of the exchange as a form, too', async () => {
    const provider = providerWith()
    const parameters = await returnOf(provider)
    const { body } = gitHub.answer({
      ...{
        method: 'POST',
        path: '/login/oauth/access_token',
        headers: {},
        text: '',
        query: new URLSearchParams(),
      },
      form: new URLSearchParams({
        client_id: GITHUB_CLIENT_ID,
        client_secret: GITHUB_CLIENT_SECRET,
        code: parameters.get('code') ?? '',
        code_verifier: ATTEMPT.codeVerifier,
      }),
    })
    gitHub.answers['/login/oauth/access_token'] = () => ({
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: new URLSearchParams(body as Record<string, string>).toString(),
    })
    expect((await provider.authenticate(parameters, ATTEMPT)).user.username).toBe('octo-cat')
  })

  it('redeems a code once', async () => {
    const provider = providerWith()
    const parameters = await returnOf(provider)
    await provider.authenticate(parameters, ATTEMPT)
    const error = await errorOf(provider.authenticate(parameters, ATTEMPT))
    expect(error.detail).toBe('GitHub gave no access token: bad_verification_code')
  })

  it('redeems no code that another browser’s login was given: the verifier differs', async () => {
    const provider = providerWith()
    const parameters = await returnOf(provider)
    const other = { ...ATTEMPT, codeVerifier: 'another-code-verifier-of-43-characters-or-so' }
    const error = await errorOf(provider.authenticate(parameters, other))
    expect(error.detail).toBe('GitHub gave no access token: bad_verification_code')
  })

  it('asks GitHub nothing where GitHub says no', async () => {
    const parameters = new URLSearchParams({ error: 'access_denied', state: ATTEMPT.state, code: 'x' })
    const error = await errorOf(providerWith().authenticate(parameters, ATTEMPT))
    expect(error).toBeInstanceOf(ProviderRefusedError)
    expect(gitHub.requests).toEqual([])
  })

  it('is never ended by a logout token', async () => {
    await expect(providerWith().verifyLogoutToken()).rejects.toThrow(InvalidRequestError)
  })
})

describe('a login by GitHub is refused, and the grant ended, of somebody', () => {
  it.each(['octo--cat', '123', 'cat-', 'octo_company', `a${'b'.repeat(64)}`])(
    'whose name can be no username: %s',
    async (login) => {
      gitHub.reset({ login, id: 1 })
      const error = await errorOf(logIn())
      expect(error).toBeInstanceOf(CannotAuthenticateError)
      expect(error.detail).toBe(`Invalid username: ${login}`)
      expect(gitHub.grantedTokens).toEqual([])
      expect(lines.map(({ event }) => event)).toEqual(['Revoked GitHub OAuth authorization'])
    },
  )

  it('whose primary address is not verified', async () => {
    gitHub.person.emails = [emailBody('cat@example.com', { verified: false })]
    const error = await errorOf(logIn())
    expect(error).toBeInstanceOf(CannotAuthenticateError)
    expect(error.detail).toBe('Your primary email address at GitHub is not verified')
    expect(gitHub.grantedTokens).toEqual([])
  })
})

type Failure = [
  what: string,
  path: string,
  answer: () => LoopbackAnswer,
  kind: typeof ProviderFailedError | typeof ProviderUnreachableError,
  detail: string,
]

const EXCHANGE = '/login/oauth/access_token'
const NO_TOKEN = 'GitHub gave no access token'
const INVALID = 'GitHub user data is invalid'
const LIMITED = 'GitHub allows no further requests at present; try again in some minutes'
const json = (body: object) => () => ({ body })
const team = { id: 1, slug: 'a', organization: { login: 'o' } }

describe('a login by GitHub fails, and says why', () => {
  const limit = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }
  const cases: Failure[] = [
    [
      'the exchange with an error page',
      EXCHANGE,
      () => ({ status: 502, body: '<h1>Unicorn!</h1>' }),
      ProviderUnreachableError,
      'GitHub answered with the status 502',
    ],
    [
      'the exchange with an error of no description',
      EXCHANGE,
      json({ error: 'redirect_uri_mismatch' }),
      ProviderFailedError,
      `${NO_TOKEN}: redirect_uri_mismatch`,
    ],
    [
      'the exchange with an odd error',
      EXCHANGE,
      json({ error: `<b>${GITHUB_CLIENT_SECRET}` }),
      ProviderFailedError,
      NO_TOKEN,
    ],
    ['the exchange with nothing', EXCHANGE, json({}), ProviderFailedError, NO_TOKEN],
    ['the exchange with an empty token', EXCHANGE, json({ access_token: '' }), ProviderFailedError, NO_TOKEN],
    [
      'the exchange with a token that fits into no cookie',
      EXCHANGE,
      json({ access_token: 'x'.repeat(513) }),
      ProviderFailedError,
      NO_TOKEN,
    ],
    [
      'the exchange with a token that breaks headers',
      EXCHANGE,
      json({ access_token: 'a\r\nb: c' }),
      ProviderFailedError,
      NO_TOKEN,
    ],
    ['the exchange with text', EXCHANGE, () => ({ body: 'access_token=x' }), ProviderFailedError, NO_TOKEN],
    [
      'the exchange with a redirect',
      EXCHANGE,
      () => ({ status: 307, headers: { location: '/elsewhere' } }),
      ProviderUnreachableError,
      'GitHub answered with the status 307',
    ],
    [
      'credentials that do not count',
      '/user',
      () => problem(401, 'Bad credentials'),
      ProviderUnreachableError,
      'GitHub answered with the status 401',
    ],
    [
      'an organisation that is closed to the app',
      '/user/teams',
      () =>
        problem(
          403,
          'Although you appear to have the correct authorization credentials, the `example` organization has enabled OAuth App access restrictions',
        ),
      ProviderUnreachableError,
      'GitHub answered with the status 403',
    ],
    [
      'a limit',
      '/user/emails',
      () => problem(403, 'API rate limit exceeded', limit),
      ProviderUnreachableError,
      LIMITED,
    ],
    [
      'a secondary limit',
      '/user',
      () => problem(403, 'You have exceeded a secondary rate limit', { 'retry-after': '60' }),
      ProviderUnreachableError,
      LIMITED,
    ],
    ['a limit in a newer form', '/user', () => problem(429, 'Too many'), ProviderUnreachableError, LIMITED],
    [
      'an outage',
      '/user',
      () => problem(503, 'Service unavailable'),
      ProviderUnreachableError,
      'GitHub answered with the status 503',
    ],
    ['a user that is a list', '/user', json([]), ProviderFailedError, INVALID],
    ['a user without a name', '/user', json({ id: 1 }), ProviderFailedError, INVALID],
    ['a user without a number', '/user', json({ login: 'a' }), ProviderFailedError, INVALID],
    ['a user whose number is a text', '/user', json({ login: 'a', id: '1' }), ProviderFailedError, INVALID],
    [
      'a user whose number is too large for a UID',
      '/user',
      json({ login: 'a', id: 2 ** 32 }),
      ProviderFailedError,
      INVALID,
    ],
    ['a user that is cut', '/user', () => ({ body: '{"login":"a"' }), ProviderFailedError, INVALID],
    [
      'addresses of another form',
      '/user/emails',
      json([{ email: 'a@example.com' }]),
      ProviderFailedError,
      INVALID,
    ],
    [
      'no address at all',
      '/user/emails',
      json([]),
      ProviderFailedError,
      `${INVALID}: octo-cat has no primary email address`,
    ],
    [
      'no primary address',
      '/user/emails',
      json([emailBody('a@example.com', { primary: false })]),
      ProviderFailedError,
      `${INVALID}: octo-cat has no primary email address`,
    ],
    [
      'teams of another form',
      '/user/teams',
      json([{ ...team, organization: null }]),
      ProviderFailedError,
      INVALID,
    ],
    ['teams without a number', '/user/teams', json([{ ...team, id: null }]), ProviderFailedError, INVALID],
    [
      'pages elsewhere',
      '/user/teams',
      () => ({ body: [], headers: { link: '<http://127.0.0.1:1/user/teams?page=2>; rel="next"' } }),
      ProviderFailedError,
      `${INVALID}: the next page is elsewhere`,
    ],
    [
      'pages of something else',
      '/user/teams',
      () => ({ body: [], headers: { link: `<${gitHub.url}/user/repos?page=2>; rel="next"` } }),
      ProviderFailedError,
      `${INVALID}: the next page is elsewhere`,
    ],
    [
      'pages without an end',
      '/user/teams',
      () => ({ body: [], headers: { link: `<${gitHub.url}/user/teams?page=2>; rel="next"` } }),
      ProviderFailedError,
      `${INVALID}: more than 100 pages`,
    ],
  ]
  it.each(cases)('at %s', async (_, path, answer, kind, detail) => {
    gitHub.answers[path] = answer
    const error = await errorOf(logIn())
    expect(error).toBeInstanceOf(kind)
    expect(error.detail).toBe(detail)
    const shown = inspect([error, lines], { depth: 9 })
    for (const secret of [GITHUB_CLIENT_SECRET, ATTEMPT.codeVerifier, ...gitHub.grantedTokens]) {
      expect(shown).not.toContain(secret)
    }
    expect(gitHub.requestsTo('/elsewhere')).toEqual([])
  })

  it.each([EXCHANGE, '/user', '/user/emails', '/user/teams'])('at silence and too much: %s', async (path) => {
    const { host } = new URL(gitHub.url)
    for (const hangs of ['before', 'midway'] as const) {
      gitHub.answers[path] = () => ({ body: '{}', hangs })
      const error = await errorOf(logIn({ limits: SHORT_LIMITS }))
      expect(error).toBeInstanceOf(ProviderUnreachableError)
      expect(error.detail).toBe(`No answer from ${host}`)
    }
    gitHub.answers[path] = () => ({ body: { padding: 'x'.repeat(SMALL_LIMITS.maximumBytes) } })
    const error = await errorOf(logIn({ limits: SMALL_LIMITS }))
    expect(error).toBeInstanceOf(ProviderFailedError)
    expect(error.detail).toBe(`The answer of ${host} is too long`)
  })
})

describe('the end of a grant', () => {
  it('is asked for with the client’s credentials, and said in the log', async () => {
    const { githubToken } = await logIn()
    await providerWith().revokeGrant(githubToken ?? '')
    expect(gitHub.grantedTokens).toEqual([])
    const [request] = gitHub.requestsTo(GRANT)
    expect(request?.method).toBe('DELETE')
    expect(request?.headers.accept).toBe('application/vnd.github+json')
    expect(JSON.parse(request?.text ?? '')).toEqual({ access_token: githubToken })
    expect(lines).toEqual([{ level: 'info', event: 'Revoked GitHub OAuth authorization', fields: {} }])
  })

  it.each<[what: string, answer: LoopbackAnswer]>([
    ['refused', problem(404, 'Not Found')],
    ['met by an outage', problem(503, 'gho_secret')],
    ['met by silence', { hangs: 'before' }],
  ])('that is %s is a warning, and no error', async (_, answer) => {
    gitHub.answers[GRANT] = () => answer
    await providerWith({ limits: answer.hangs ? SHORT_LIMITS : SMALL_LIMITS }).revokeGrant('gho_secret')
    expect(lines.map(({ level, event }) => [level, event])).toEqual([
      ['warn', 'Unable to revoke GitHub OAuth authorization'],
    ])
    expect(inspect(lines, { depth: 9 })).not.toContain('gho_secret')
  })
})
