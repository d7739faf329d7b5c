import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OidcProviderConfig } from '../../src/config/index.ts'
import { withRequestFields } from '../../src/http/request-log.ts'
import { createHttpServer } from '../../src/http/server.ts'
import type { LoginEvent } from '../../src/services/activity.ts'
import { Alerts } from '../../src/services/alerts/alerts.ts'
import { LoginSecrets } from '../../src/services/login/login-secrets.ts'
import { LoginService } from '../../src/services/login/login-service.ts'
import { OidcProvider } from '../../src/services/login/oidc-provider.ts'
import { memoryLog, openApi, type TestApi } from '../http/api.ts'
import { TestBrowser } from '../http/browser.ts'
import { OIDC_CLIENT_SECRET, OidcServer } from '../support/oidc-server.ts'
import { porthorBackends } from '../support/porthor.ts'
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type Claims,
  CODE,
  ForgedProvider,
  newKey,
  type TestKey,
} from './forged-provider.ts'
import { type LoopbackServer, startLoopback } from './loopback.ts'
import { ProviderBrowser } from './provider-browser.ts'

const REDIRECT_URL = 'https://example.com/login'
const WANTED = 'https://example.com/portal?tab=1'

let server: OidcServer
beforeAll(async () => {
  server = await OidcServer.start({ redirectUrl: REDIRECT_URL })
})
afterAll(() => server.close())

const groupMapping = [
  { scope: 'exec:test', groups: ['operators'] },
  { scope: 'read:all', groups: ['astronomers', 'operators'] },
  { scope: 'read:some', groups: ['visitors'] },
]

const settings = (changes: Partial<OidcProviderConfig> = {}): OidcProviderConfig => ({
  kind: 'oidc',
  ...server.settings,
  enrollmentUrl: null,
  ...changes,
})

const ALICE = {
  uid: 'alice',
  name: 'Alice Ångström',
  email: 'alice@example.com',
  uid_number: 4001,
  gid_number: 4001,
  groups: [{ name: 'astronomers', id: 5001 }, { name: 'visitors' }],
}

/** Sends a browser to log in, and tells where the provider sends it back to. */
async function returnOf(porthor: TestBrowser, provider = new ProviderBrowser()): Promise<string> {
  const begun = await porthor.visit(`/login?rd=${encodeURIComponent(WANTED)}`)
  expect(begun.statusCode).toBe(307)
  const back = await provider.follow(String(begun.headers.location), REDIRECT_URL)
  return back.pathname + back.search
}

const withToken = (api: TestApi, path: string, token: string | undefined) =>
  api.send('GET', path, { token: token ?? '' })

describe.each(porthorBackends)('$name: a login by OpenID Connect', (backend) => {
  describe.skipIf(backend.available !== true)('over HTTP', () => {
    let api: TestApi
    beforeAll(async () => {
      api = await openApi({ backend, config: { provider: settings(), groupMapping } })
    })
    beforeEach(() => server.willLogIn('alice-1', ALICE))
    afterAll(() => api?.close())

    it('ends in a session of whom the provider says, with the scopes of their groups', async () => {
      const browser = new TestBrowser(api)
      const answer = await browser.visit(await returnOf(browser))
      expect([answer.statusCode, answer.headers.location]).toEqual([307, WANTED])
      expect(Object.keys(browser.session())).toEqual(['token'])

      const { token } = browser.session()
      const info = await withToken(api, '/auth/api/v1/token-info', token)
      expect(info.json()).toMatchObject({
        username: 'alice',
        token_type: 'session',
        scopes: ['read:all', 'read:some', 'user:token'],
      })
      const user = await withToken(api, '/auth/api/v1/user-info', token)
      expect(user.json()).toMatchObject({
        username: 'alice',
        name: 'Alice Ångström',
        email: 'alice@example.com',
        uid: 4001,
        gid: 4001,
        groups: expect.arrayContaining([{ name: 'astronomers', id: 5001 }]),
      })
      const history = await withToken(api, '/auth/api/v1/users/alice/token-change-history', token)
      expect(history.json()[0]).toMatchObject({
        action: 'create',
        actor: 'alice',
        token_type: 'session',
        ip_address: '127.0.0.1',
      })
      expect(api.lines.map(({ event, fields }) => [event, fields.login_url])).toEqual(
        expect.arrayContaining([
          ['Redirecting user for authentication', server.loginUrl],
          ['Successfully authenticated user alice', undefined],
        ]),
      )
      expect(JSON.stringify(api.lines)).not.toContain(OIDC_CLIENT_SECRET)
    })

    it('is counted, whether it succeeds or not', async () => {
      const { logins } = api.test.porthor.activity
      const before = new Map(logins)
      const grown = (event: LoginEvent) => (logins.get(event) ?? 0) - (before.get(event) ?? 0)
      const browser = new TestBrowser(api)
      await browser.visit(await returnOf(browser))
      expect([grown('begun'), grown('succeeded'), grown('refused'), grown('failed')]).toEqual([1, 1, 0, 0])
      server.willLogIn('nobody-1', { ...ALICE, uid: 'nobody', groups: [] })
      const other = new TestBrowser(api)
      expect((await other.visit(await returnOf(other))).statusCode).toBe(403)
      expect([grown('succeeded'), grown('refused'), grown('failed')]).toEqual([1, 1, 0])
    })

    it('cannot be had twice of one return: not in the same browser, not from an older cookie', async () => {
      const browser = new TestBrowser(api)
      const back = await returnOf(browser)
      const before = browser.cookie
      await browser.visit(back)
      const { token } = browser.session()

      const again = await browser.visit(back)
      expect(again.statusCode).toBe(307)
      expect(browser.session().token).toBe(token)

      const thief = new TestBrowser(api)
      thief.cookie = before
      const refused = await thief.visit(back)
      expect(refused.statusCode).toBe(500)
      expect(refused.body).toContain(
        'Authentication provider failed: Error retrieving ID token: invalid_grant',
      )
      expect(thief.session()).toEqual({})
    })

    it('that one has begun cannot be finished in another’s browser', async () => {
      const attacker = new TestBrowser(api)
      const back = await returnOf(attacker)
      const stranger = new TestBrowser(api)
      const nothing = await stranger.visit(back)
      expect(nothing.statusCode).toBe(307)
      expect(stranger.session()).toEqual({})
      expect(api.lines.map(({ event }) => event)).toContain(
        'Login state missing, redirecting without authentication',
      )

      const victim = new TestBrowser(api)
      await returnOf(victim)
      const refused = await victim.visit(back)
      expect(refused.statusCode).toBe(403)
      expect(refused.body).toContain('Authentication state mismatch, please start over')
      expect(victim.session().token).toBeUndefined()
    })

    /** A browser at the same Porthor with other settings of the provider. */
    function browserWith(changes: Partial<OidcProviderConfig>): TestBrowser {
      const { porthor, config } = api.test
      const provider = settings(changes)
      const { clock, sessions, userInfo } = porthor
      const log = withRequestFields(memoryLog(api.lines))
      const login = new LoginService({
        ...{ sessions, userInfo, groupMapping, log },
        db: porthor.database.db,
        provider: new OidcProvider({ ...provider, clock, log }),
        secrets: new LoginSecrets(config.sessionSecrets),
        alerts: new Alerts({ webhook: null, clock, log }),
      })
      const changed = { ...porthor, login, config: { ...config, provider } }
      return new TestBrowser({ ...api, app: createHttpServer(changed, { log }) })
    }

    it('of somebody who has no username yet leads to where they get one', async () => {
      server.willLogIn('newcomer', { name: 'New Comer', email: 'new@example.com' })
      const browser = browserWith({ enrollmentUrl: 'https://registry.example/enroll' })
      const answer = await browser.visit(await returnOf(browser))
      expect([answer.statusCode, answer.headers.location]).toEqual([307, 'https://registry.example/enroll'])
      expect(answer.headers['cache-control']).toBe('no-cache, no-store')
      expect(browser.session()).toEqual({})
      const redirecting = api.lines.find(({ event }) => event === 'Redirecting user to enrollment URL')
      expect(redirecting?.fields.url).toBe('https://registry.example/enroll')
      const warning = api.lines.find(({ event }) => event === 'No uid claim in token')
      expect(warning?.fields.claims).toEqual(
        expect.arrayContaining(['aud', 'email', 'exp', 'iat', 'iss', 'name', 'nonce', 'sub']),
      )
      expect(JSON.stringify(api.lines)).not.toContain('new@example.com')
    })

    it('of somebody who has no username says so, where there is no such place', async () => {
      server.willLogIn('newcomer', {})
      const browser = new TestBrowser(api)
      const answer = await browser.visit(await returnOf(browser))
      expect(answer.statusCode).toBe(403)
      expect(answer.body).toContain('User is not enrolled: No uid claim in token')
      expect(browser.session()).toEqual({})
    })

    it.each([
      [
        'none of the groups that count',
        { uid: 'bob', groups: [] },
        'User unauthorized: bob is not a member of any authorized groups',
      ],
      [
        'a name that cannot be a username',
        { uid: 'Bob <b>', groups: ['operators'] },
        'Cannot authenticate: Invalid username in uid claim in token: Bob &lt;b&gt;',
      ],
    ])('of somebody with %s ends in a page that says so', async (_, claims, text) => {
      server.willLogIn('bob-1', claims)
      const browser = new TestBrowser(api)
      const answer = await browser.visit(await returnOf(browser))
      expect(answer.statusCode).toBe(403)
      expect(answer.body).toContain(text)
      expect(browser.session()).toEqual({})
    })

    it('of somebody who declines ends in a page that says so', async () => {
      server.person = null
      const browser = new TestBrowser(api)
      const answer = await browser.visit(await returnOf(browser))
      expect(answer.statusCode).toBe(403)
      expect(answer.body).toContain('Authentication provider refused the login: access_denied')
      expect(browser.session()).toEqual({})
    })

    it('at a provider that is away ends in a page that says so, and tells the operators why', async () => {
      const browser = browserWith({ tokenUrl: 'http://127.0.0.1:1/token' })
      const answer = await browser.visit(await returnOf(browser))
      expect(answer.statusCode).toBe(500)
      expect(answer.body).toContain('Cannot contact authentication provider: No answer from 127.0.0.1:1')
      expect(browser.session()).toEqual({})
      const line = api.lines.find(({ event }) => event === 'Cannot contact authentication provider')
      expect(line).toMatchObject({ level: 'error', fields: { error: 'No answer from 127.0.0.1:1' } })
    })

    it('by an ID token that is forged, stale or another’s ends in no session', async () => {
      const forged = await ForgedProvider.start()
      const { issuer } = forged
      const browser = browserWith({
        ...{ issuer, loginUrl: `${issuer}/authorize`, tokenUrl: `${issuer}/token` },
        ...{ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, audience: CLIENT_ID },
      })
      const stranger = await newKey('RS256', forged.key.kid)
      const hour = 3600
      const now = Math.floor(forged.now / 1000)
      const attempts: [claims: Claims, key: TestKey, reason: string | null][] = [
        [{}, stranger, 'Wrong signature'],
        [{ aud: 'another' }, forged.key, 'Invalid aud claim in token'],
        [{ iss: 'https://elsewhere.example' }, forged.key, 'Unknown issuer'],
        [{ exp: now - hour }, forged.key, 'Token has expired'],
        [{ nonce: 'of an earlier login' }, forged.key, 'Invalid nonce claim in token'],
        // So that it is these that it fails for.
        [{}, forged.key, null],
      ]
      for (const [changes, key, reason] of attempts) {
        const begun = await browser.visit(`/login?rd=${encodeURIComponent(WANTED)}`)
        const { searchParams } = new URL(String(begun.headers.location))
        const claims = forged.claims({ nonce: searchParams.get('nonce'), ...changes })
        forged.willGive(await forged.sign({ ...claims, groups: ['operators'] }, {}, key))
        const query = new URLSearchParams({ code: CODE, state: searchParams.get('state') ?? '' })
        const answer = await browser.visit(`/login?${query}`)
        if (reason === null) expect(answer.headers.location).toBe(WANTED)
        else expect(answer.body).toContain(`OpenID Connect token verification failed: ${reason}`)
        expect(browser.session().token === undefined).toBe(reason !== null)
      }
      await forged.close()
    })

    it('with a username of another claim, as of CILogon', async () => {
      server.willLogIn('http://cilogon.example/users/1', {
        ...ALICE,
        uid: 'http://cilogon.example/users/1',
        name: 'alice',
      })
      const browser = browserWith({ usernameClaim: 'name' })
      await browser.visit(await returnOf(browser))
      const info = await withToken(api, '/auth/api/v1/token-info', browser.session().token)
      expect(info.json().username).toBe('alice')
    })

    describe('is undone by the provider over the back channel:', () => {
      /** Passes logout tokens on to Porthor, and keeps them. */
      let channel: LoopbackServer
      let porthorUrl: string
      const sendOn = async (text: string) => {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' }
        return fetch(porthorUrl, { method: 'POST', headers, body: text })
      }
      beforeAll(async () => {
        const address = await api.app.listen({ host: '127.0.0.1', port: 0 })
        porthorUrl = `${address}/logout/back-channel`
        channel = await startLoopback(async ({ text }) => ({ status: (await sendOn(text)).status }))
      })
      afterAll(() => channel?.close())

      const logIn = async () => {
        const provider = new ProviderBrowser()
        const browser = new TestBrowser(api)
        await browser.visit(await returnOf(browser, provider))
        return { provider, token: browser.session().token }
      }
      const statusOf = async (token: string | undefined) =>
        (await withToken(api, '/auth/api/v1/token-info', token)).statusCode

      it('the session that has ended there, and no other of the person’s', async () => {
        server.sendLogouts({ url: channel.url, bySession: true })
        const one = await logIn()
        const other = await logIn()
        await one.provider.logOut(server.logoutUrl)
        expect([await statusOf(one.token), await statusOf(other.token)]).toEqual([401, 200])
      })

      it('all sessions of the person, where it names none; a later one is not ended by the same token', async () => {
        server.sendLogouts({ url: channel.url, bySession: false })
        const sessions = [await logIn(), await logIn()]
        server.willLogIn('bob-1', { ...ALICE, uid: 'bob' })
        const bob = await logIn()
        server.willLogIn('alice-1', ALICE)
        await sessions[0]?.provider.logOut(server.logoutUrl)
        for (const { token } of sessions) expect(await statusOf(token)).toBe(401)
        expect(await statusOf(bob.token)).toBe(200)

        const later = await logIn()
        const replayed = await sendOn(channel.requests.at(-1)?.text ?? '')
        expect(replayed.status).toBe(400)
        expect(await replayed.json()).toEqual({
          error: 'invalid_request',
          error_description: 'The logout token was used before',
        })
        expect(await statusOf(later.token)).toBe(200)
      })

      it('nothing, where it has ended here already', async () => {
        server.sendLogouts({ url: channel.url, bySession: true })
        const provider = new ProviderBrowser()
        const browser = new TestBrowser(api)
        await browser.visit(await returnOf(browser, provider))
        const other = await logIn()
        await browser.visit('/logout')
        const before = channel.requests.length
        await provider.logOut(server.logoutUrl)
        expect(channel.requests).toHaveLength(before + 1)
        expect(api.lines.findLast(({ event }) => /^Ended sessions/.test(event))?.fields.count).toBe(0)
        expect(await statusOf(other.token)).toBe(200)
      })

      it('nothing, where somebody else has signed', async () => {
        const { token } = await logIn()
        const [header, claims = '', signature] = (channel.requests.at(-1)?.text ?? '').split('.')
        const { jti: _, ...others } = JSON.parse(Buffer.from(claims, 'base64url').toString())
        const changed = Buffer.from(JSON.stringify({ ...others, jti: 'another' })).toString('base64url')
        const forged = await sendOn(`${header}.${changed}.${signature}`)
        expect(forged.status).toBe(400)
        expect(await forged.json()).toEqual({
          error: 'invalid_request',
          error_description: 'Invalid logout token: Wrong signature',
        })
        expect(await statusOf(token)).toBe(200)
      })
    })
  })
})
