import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LoginError } from '../../src/models/login-errors.ts'
import { isUsername } from '../../src/models/usernames.ts'
import { GitHubProvider } from '../../src/services/login/github-provider.ts'
import type { ProviderLogin } from '../../src/services/login/login-provider.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { ATTEMPT, ForgedProvider, SMALL_LIMITS } from './forged-provider.ts'
import { GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET, GitHubServer } from './github-server.ts'
import type { LoopbackAnswer } from './loopback.ts'
import { ProviderBrowser } from './provider-browser.ts'

const RUNS = { numRuns: 40 }

const anyText = fc.string({ unit: 'binary', maxLength: 40 })
const anyAnswer: fc.Arbitrary<LoopbackAnswer> = fc.record({
  status: fc.constantFrom(200, 201, 204, 301, 304, 400, 401, 403, 404, 429, 500, 503),
  body: fc.oneof(
    fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
    anyText,
  ),
  headers: fc.constantFrom<Record<string, string>>(
    {},
    { 'content-type': 'application/json' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { link: '<>; rel="next"' },
    { 'www-authenticate': 'Bearer error="invalid_token"' },
  ),
})

/** Whether an object of these members comes with other values, or without some. */
const variationsOf = (members: Record<string, unknown>) =>
  fc.record(
    Object.fromEntries(
      Object.entries(members).map(([name, value]) => [
        name,
        fc.oneof(
          { weight: 3, arbitrary: fc.constant(value) },
          { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
        ),
      ]),
    ),
    { requiredKeys: [] },
  )

/** A login, whatever the provider does, is one of a user, or an error for people. */
async function expectUserOrError(login: Promise<ProviderLogin>): Promise<void> {
  const outcome = await login.catch((error: unknown) => error)
  if (outcome instanceof LoginError) return
  if (outcome instanceof Error) throw outcome
  const { user } = outcome as ProviderLogin
  expect(isUsername(user.username)).toBe(true)
}

describe('whatever an OpenID Connect provider answers, there is a user or an error for people', () => {
  let provider: ForgedProvider
  beforeAll(async () => {
    provider = await ForgedProvider.start()
  })
  beforeEach(() => provider.reset())
  afterAll(() => provider.close())

  const logIn = () => provider.logIn(provider.client({ limits: SMALL_LIMITS }))

  it.each(['/.well-known/openid-configuration', '/keys', '/token'])('to %s', async (path) => {
    const answer = fc.asyncProperty(anyAnswer, async (answer) => {
      provider.answers[path] = () => answer
      await expectUserOrError(logIn())
    })
    await fc.assert(answer, RUNS)
  })

  it('in the members of its metadata, keys and tokens', async () => {
    const metadata = variationsOf(Object.fromEntries(Object.entries(provider.metadata())))
    const key = variationsOf({ ...provider.key.jwk })
    const token = variationsOf({
      access_token: 'x',
      token_type: 'Bearer',
      id_token: await provider.idToken(),
    })
    const answers = fc.asyncProperty(metadata, key, token, async (metadata, key, token) => {
      provider.answers['/.well-known/openid-configuration'] = () => ({ body: metadata })
      provider.answers['/keys'] = () => ({ body: { keys: [key, provider.key.jwk] } })
      provider.answers['/token'] = () => ({ body: token })
      await expectUserOrError(logIn())
    })
    await fc.assert(answers, RUNS)
  })

  it('in the claims of its ID tokens', async () => {
    const claims = variationsOf({
      ...provider.claims(),
      name: 'Alice',
      email: 'alice@example.com',
      uid_number: 7,
      groups: [{ name: 'g', id: 1 }],
    })
    const names = { name: 'name', email: 'email', uid: 'uid_number', gid: 'gid_number', groups: 'groups' }
    const client = provider.client({ userInfoClaims: names })
    const tokens = fc.asyncProperty(claims, async (claims) => {
      provider.willGive(await provider.sign(claims))
      await expectUserOrError(provider.logIn(client))
    })
    await fc.assert(tokens, RUNS)
  })
})

describe('whatever GitHub answers, there is a user or an error for people', () => {
  let gitHub: GitHubServer
  beforeAll(async () => {
    gitHub = await GitHubServer.start()
  })
  beforeEach(() => gitHub.reset({ login: 'octo-cat', id: 7 }))
  afterAll(() => gitHub.close())

  async function logIn(): Promise<ProviderLogin> {
    const provider = new GitHubProvider({
      clientId: GITHUB_CLIENT_ID,
      clientSecret: GITHUB_CLIENT_SECRET,
      redirectUrl: 'https://example.com/login',
      mappedTeams: [],
      teamGidOffset: 0,
      webUrl: gitHub.url,
      apiUrl: gitHub.url,
      log: silentLog,
      limits: SMALL_LIMITS,
    })
    const url = await provider.authorizationUrl(ATTEMPT)
    const { searchParams } = await new ProviderBrowser().follow(url, 'https://example.com/')
    return provider.authenticate(searchParams, ATTEMPT)
  }

  it.each(['/login/oauth/access_token', '/user', '/user/emails', '/user/teams'])('to %s', async (path) => {
    const answer = fc.asyncProperty(anyAnswer, async (answer) => {
      gitHub.answers[path] = () => answer
      await expectUserOrError(logIn())
    })
    await fc.assert(answer, RUNS)
  })

  it('in the members of a user, an address and a team', async () => {
    const user = variationsOf({ login: 'Octo-Cat', id: 7, name: 'The Octocat' })
    const email = variationsOf({ email: 'cat@example.com', primary: true, verified: true })
    const team = variationsOf({ id: 41, slug: 'a-team', organization: { login: 'org' } })
    const answers = fc.asyncProperty(user, email, team, async (user, email, team) => {
      gitHub.answers['/user'] = () => ({ body: user })
      gitHub.answers['/user/emails'] = () => ({ body: [email] })
      gitHub.answers['/user/teams'] = () => ({ body: [team] })
      await expectUserOrError(logIn())
    })
    await fc.assert(answers, RUNS)
  })
})
