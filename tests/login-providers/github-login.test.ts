import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { GitHubProviderConfig } from '../../src/config/index.ts'
import { systemClock } from '../../src/models/clock.ts'
import { gitHubTeam, teamGroupName } from '../../src/models/github-team.ts'
import { createLoginProvider } from '../../src/services/login/create-login-provider.ts'
import { type LogLine, memoryLog, openApi, type TestApi } from '../http/api.ts'
import { TestBrowser } from '../http/browser.ts'
import { porthorBackends } from '../support/porthor.ts'
import { GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET, GitHubServer, problem } from './github-server.ts'
import { ProviderBrowser } from './provider-browser.ts'

const WANTED = 'https://example.com/portal'
const GRANT = `/applications/${GITHUB_CLIENT_ID}/grant`

let gitHub: GitHubServer
beforeAll(async () => {
  gitHub = await GitHubServer.start()
})
afterAll(() => gitHub.close())

const team = gitHubTeam('Example-Org', 'A-Team')
const longTeam = gitHubTeam('other-org', 'team-with-very-long-name')
const provider: GitHubProviderConfig = {
  kind: 'github',
  clientId: GITHUB_CLIENT_ID,
  clientSecret: GITHUB_CLIENT_SECRET,
  mappedTeams: [team, longTeam],
  teamGidOffset: 0,
}
const groupMapping = [
  { scope: 'exec:test', groups: [teamGroupName(longTeam)] },
  { scope: 'read:all', groups: [teamGroupName(team)] },
]

/** What the provider logs by itself. */
const lines: LogLine[] = []

describe.each(porthorBackends)('$name: a login by GitHub', (backend) => {
  describe.skipIf(backend.available !== true)('over HTTP', () => {
    let api: TestApi
    beforeAll(async () => {
      const loginProvider = createLoginProvider(
        { baseUrl: 'https://example.com/', provider },
        {
          clock: systemClock,
          log: memoryLog(lines),
          gitHub: { webUrl: gitHub.url, apiUrl: gitHub.url },
        },
      )
      if (!loginProvider) throw new Error('There is no provider')
      api = await openApi({ backend, config: { provider, groupMapping }, loginProvider })
    })
    beforeEach(() => {
      lines.length = 0
      gitHub.reset({
        login: 'Octo-Cat',
        id: 583_231,
        name: 'The Octocat',
        teams: [
          ['example-org', 'a-team', 41],
          ['other-org', 'team-with-very-long-name', 42],
        ],
      })
    })
    afterAll(() => api?.close())

    async function logIn(browser = new TestBrowser(api)) {
      const begun = await browser.visit(`/login?rd=${encodeURIComponent(WANTED)}`)
      const back = await new ProviderBrowser().follow(String(begun.headers.location), 'https://example.com/')
      expect(back.pathname).toBe('/login')
      return { browser, answer: await browser.visit(back.pathname + back.search), back }
    }
    const ask = async (path: string, token: string | undefined) =>
      api.send('GET', `/auth/api/v1/${path}`, { token: token ?? '' })

    it('ends in a session with the scopes of one’s teams, whose logout ends the grant', async () => {
      const { browser, answer } = await logIn()
      expect([answer.statusCode, answer.headers.location]).toEqual([307, WANTED])
      const { token, github, ...others } = browser.session()
      expect(others).toEqual({})
      expect(gitHub.grantedTokens).toEqual([github])

      const info = await ask('token-info', token)
      expect(info.json()).toMatchObject({
        username: 'octo-cat',
        token_type: 'session',
        scopes: ['exec:test', 'read:all', 'user:token'],
      })
      const user = await ask('user-info', token)
      expect(user.json()).toMatchObject({
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
      })

      const left = await browser.visit('/logout')
      expect(left.statusCode).toBe(307)
      expect(browser.session()).toEqual({})
      expect(gitHub.grantedTokens).toEqual([])
      expect((await ask('token-info', token)).statusCode).toBe(401)
    })

    it('is logged out of even where GitHub does not end the grant', async () => {
      const { browser } = await logIn()
      const { token } = browser.session()
      gitHub.answers[GRANT] = () => problem(503, 'Service unavailable')
      expect((await browser.visit('/logout')).statusCode).toBe(307)
      expect((await ask('token-info', token)).statusCode).toBe(401)
      expect(lines.map(({ event }) => event)).toContain('Unable to revoke GitHub OAuth authorization')
    })

    it('of somebody in none of the teams is refused, and the grant ended', async () => {
      gitHub.reset({ login: 'stranger', id: 7, teams: [['example-org', 'b-team', 43]] })
      const { browser, answer } = await logIn()
      expect(answer.statusCode).toBe(403)
      expect(answer.body).toContain('User unauthorized: stranger is not a member of any authorized groups')
      expect(browser.session()).toEqual({})
      expect(gitHub.grantedTokens).toEqual([])
    })

    it('gives nothing for a team of another organisation that comes out under the same name', async () => {
      gitHub.reset({ login: 'impostor', id: 8, teams: [['example', 'org-a-team', 44]] })
      const { browser, answer } = await logIn()
      expect(answer.statusCode).toBe(403)
      expect(browser.session()).toEqual({})
    })

    it('gives nothing to a user who is named like the group of a team', async () => {
      gitHub.reset({ login: 'example-org-a-team', id: 9 })
      const { browser, answer } = await logIn()
      expect(answer.statusCode).toBe(403)
      expect(browser.session()).toEqual({})
    })

    it('of somebody whose name can be no username is refused, and the grant ended', async () => {
      gitHub.person = { ...gitHub.person, login: '1234' }
      const { browser, answer } = await logIn()
      expect(answer.statusCode).toBe(403)
      expect(answer.body).toContain('Cannot authenticate: Invalid username: 1234')
      expect(browser.session()).toEqual({})
      expect(gitHub.grantedTokens).toEqual([])
    })

    it('cannot be had twice of one return', async () => {
      const browser = new TestBrowser(api)
      const begun = await browser.visit(`/login?rd=${encodeURIComponent(WANTED)}`)
      const before = browser.cookie
      const { search } = await new ProviderBrowser().follow(
        String(begun.headers.location),
        'https://example.com/',
      )
      await browser.visit(`/login${search}`)
      const thief = new TestBrowser(api)
      thief.cookie = before
      const answer = await thief.visit(`/login${search}`)
      expect(answer.statusCode).toBe(500)
      expect(answer.body).toContain(
        'Authentication provider failed: GitHub gave no access token: bad_verification_code',
      )
      expect(thief.session()).toEqual({})
    })

    it('that fails at GitHub leaves an earlier session as it was', async () => {
      const { browser } = await logIn()
      const before = browser.session()
      gitHub.answers['/user/teams'] = () => problem(500, 'Server Error')
      const { answer } = await logIn(browser)
      expect(answer.statusCode).toBe(500)
      expect(answer.body).toContain(
        'Cannot contact authentication provider: GitHub answered with the status 500',
      )
      expect(browser.session()).toEqual(before)
      expect((await ask('token-info', before.token)).statusCode).toBe(200)
    })
  })
})
