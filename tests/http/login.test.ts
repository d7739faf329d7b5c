import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { StoreUnavailableError } from '../../src/models/errors.ts'
import { NotEnrolledError } from '../../src/models/login-errors.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { SESSION_SECRET } from '../support/porthor.ts'
import { errorTypes, onEachApi, openApi, sessionValue, type TestApi } from './api.ts'
import { TestBrowser } from './browser.ts'
import { ScriptedProvider } from './scripted-provider.ts'

const BACK = 'https://example.com/back?a=b#c'
const provider = new ScriptedProvider()
const config = {
  groupMapping: [
    { scope: 'read:all', groups: ['readers'] },
    { scope: 'exec:test', groups: ['testers', 'others'] },
    ...Array.from({ length: 30 }, (_, index) => ({
      scope: `read:something-else-${index + 10}`,
      groups: ['everywhere'],
    })),
  ],
}
const options = { loginProvider: provider, config }

async function begin(browser: TestBrowser, returnUrl = BACK): Promise<string> {
  const answer = await browser.visit(`/login?rd=${encodeURIComponent(returnUrl)}`)
  expect(answer.statusCode).toBe(307)
  return new URL(String(answer.headers.location)).searchParams.get('state') ?? ''
}

const finish = (browser: TestBrowser, code: string, state: string) =>
  browser.visit(`/login?${new URLSearchParams({ code, state })}`)

async function logIn(browser: TestBrowser, username: string, groups = ['readers'], sessionId?: string) {
  const code = `code of ${username}`
  provider.willLogIn(code, username, groups, sessionId)
  const answer = await finish(browser, code, await begin(browser))
  expect([answer.statusCode, answer.headers.location]).toEqual([307, BACK])
}

onEachApi(
  'a login',
  (api) => {
    const newBrowser = () => new TestBrowser(api())
    const tokenInfo = (browser: TestBrowser) =>
      api().send('GET', '/auth/api/v1/token-info', {
        headers: { cookie: `gafaelfawr="${browser.cookie}"` },
      })

    it('leads to the provider and back, into a session with the scopes of one’s groups', async () => {
      const browser = newBrowser()
      await logIn(browser, 'alice', ['readers', 'others'])
      const info = (await tokenInfo(browser)).json()
      expect(info).toMatchObject({
        username: 'alice',
        token_type: 'session',
        scopes: ['exec:test', 'read:all', 'user:token'],
      })
      expect(browser.session()).toEqual({ token: expect.stringMatching(/^gt-/) })
    })

    it('of somebody in none of the groups ends in no session', async () => {
      const browser = newBrowser()
      provider.willLogIn('nobody', 'nobody', ['strangers'])
      const answer = await finish(browser, 'nobody', await begin(browser))
      expect(answer.statusCode).toBe(403)
      expect(answer.body).toContain('nobody is not a member of any authorized groups')
      expect(browser.session()).toEqual({})
    })

    it('whose scopes are too many for a token says so, and ends in no session', async () => {
      const browser = newBrowser()
      provider.willLogIn('omnipresent', 'omnipresent', ['everywhere'])
      const answer = await finish(browser, 'omnipresent', await begin(browser))
      expect(answer.statusCode).toBe(403)
      expect(answer.body).toContain('The scopes have more than 512 characters together')
      expect(browser.session()).toEqual({})
    })

    it('of somebody who is frozen says so, and ends in no session', async () => {
      const { porthor } = api().test
      await porthor.users.freeze(
        { username: 'admin', scopes: ['admin:token'], tokenKey: null, ipAddress: null },
        'frosty',
      )
      const browser = newBrowser()
      provider.willLogIn('frosty', 'frosty', ['readers'])
      const answer = await finish(browser, 'frosty', await begin(browser))
      expect(answer.statusCode).toBe(403)
      expect(answer.body).toContain('The account frosty has been frozen')
      expect(browser.session()).toEqual({})
    })

    it('replaces the session that the browser had, which ends', async () => {
      const browser = newBrowser()
      await logIn(browser, 'first')
      const before = browser.cookie
      await logIn(browser, 'second')
      const old = newBrowser()
      old.cookie = before
      expect((await tokenInfo(old)).statusCode).toBe(401)
      expect((await tokenInfo(browser)).json().username).toBe('second')
    })

    it('cannot be finished twice by the same state, nor by the same code in another browser', async () => {
      const browser = newBrowser()
      provider.willLogIn('once', 'carol', ['readers'])
      const state = await begin(browser)
      const begun = browser.cookie
      await finish(browser, 'once', state)
      const session = browser.cookie

      const again = await finish(browser, 'once', state)
      expect([again.statusCode, again.headers.location]).toEqual([307, 'https://example.com/logged-out'])
      expect(browser.cookie).toBe(session)

      const thief = newBrowser()
      thief.cookie = begun
      expect((await finish(thief, 'once', state)).statusCode).toBe(500)
      expect(thief.session()).toEqual({})
    })

    it('that somebody else has begun cannot be finished here', async () => {
      const attacker = newBrowser()
      provider.willLogIn('attack', 'mallory', ['readers'])
      const state = await begin(attacker)

      const withoutLogin = newBrowser()
      const landed = await finish(withoutLogin, 'attack', state)
      expect([landed.statusCode, withoutLogin.cookie]).toEqual([307, null])

      const victim = newBrowser()
      await begin(victim)
      const refused = await finish(victim, 'attack', state)
      expect(refused.statusCode).toBe(403)
      expect(refused.body).toContain('Authentication state mismatch')
      expect(victim.session()).toEqual({})
      expect(provider.attempts.map((attempt) => attempt.state)).not.toContain(state)
    })

    it('takes half an hour at most', async () => {
      const browser = newBrowser()
      provider.willLogIn('late', 'late', ['readers'])
      const state = await begin(browser)
      api().test.advance(1_801)
      const answer = await finish(browser, 'late', state)
      expect(answer.statusCode).toBe(403)
      expect(answer.body).toContain('took too long')
      expect(browser.session()).toEqual({})
    })

    it('in two tabs is one login, that goes where the last one wanted to', async () => {
      const browser = newBrowser()
      provider.willLogIn('tabs', 'tabby', ['readers'])
      const first = await begin(browser, 'https://example.com/first')
      expect(await begin(browser, 'https://example.com/second')).toBe(first)
      const answer = await finish(browser, 'tabs', first)
      expect(answer.headers.location).toBe('https://example.com/second')
    })

    it('that a page asks for by itself changes nothing in the cookie', async () => {
      const browser = newBrowser()
      const polls = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }
      provider.willLogIn('patient', 'patient', ['readers'])
      const state = await begin(browser)
      const poll = await browser.visit('/login?rd=https://example.com/poll', polls)
      expect([poll.statusCode, poll.headers['set-cookie']]).toEqual([307, undefined])
      const answer = await finish(browser, 'patient', state)
      expect(answer.headers.location).toBe(BACK)
      expect((await browser.visit('/login?rd=https://example.com/poll', polls)).statusCode).toBe(307)
      expect(browser.session()).toEqual({ token: expect.stringMatching(/^gt-/) })
    })

    it('that is begun anew has time enough, however old one is that was left', async () => {
      const browser = newBrowser()
      provider.willLogIn('slow', 'slow', ['readers'])
      await begin(browser)
      api().test.advance(1_740)
      const state = await begin(browser)
      api().test.advance(90)
      expect((await finish(browser, 'slow', state)).statusCode).toBe(307)
    })

    it('holds where the session that it replaces cannot be ended', async () => {
      const browser = newBrowser()
      await logIn(browser, 'twice')
      const before = browser.session().token
      const { sessions } = api().test.porthor
      vi.spyOn(sessions, 'logOut').mockRejectedValueOnce(new StoreUnavailableError('away'))
      await logIn(browser, 'twice')
      expect(browser.session()).toEqual({ token: expect.stringMatching(/^gt-/) })
      expect(browser.session().token).not.toBe(before)
      expect((await tokenInfo(browser)).json().username).toBe('twice')
    })

    it('ends by logout, with everything derived from it, everywhere', async () => {
      const browser = newBrowser()
      await logIn(browser, 'leaver')
      const token = browser.session().token ?? ''
      const gate = await api().send('GET', '/ingress/auth?scope=read:all&notebook=true', {
        token,
        headers: { 'x-original-url': BACK },
      })
      const notebook = String(gate.headers['x-auth-request-token'])
      const answer = await browser.visit('/logout')
      expect([answer.statusCode, answer.headers.location]).toEqual([307, 'https://example.com/logged-out'])
      expect(browser.session()).toEqual({})
      for (const ended of [token, notebook]) {
        expect((await api().send('GET', '/auth/api/v1/token-info', { token: ended })).statusCode).toBe(401)
      }
    })

    it('is ended by the provider over the back channel, once by each logout token', async () => {
      const [one, other] = [newBrowser(), newBrowser()]
      await logIn(one, 'backie', ['readers'], 'session one')
      await logIn(other, 'backie', ['readers'], 'session two')
      provider.willLogOut('ends one', { subject: 'backie', sessionId: 'session one' })
      const end = () => newBrowser().submit('/logout/back-channel', { logout_token: 'ends one' })

      const answer = await end()
      expect([answer.statusCode, answer.body, answer.headers['cache-control']]).toEqual([200, '', 'no-store'])
      expect((await tokenInfo(one)).statusCode).toBe(401)
      expect((await tokenInfo(other)).statusCode).toBe(200)

      const replayed = await end()
      expect([replayed.statusCode, replayed.json().error]).toEqual([400, 'invalid_request'])
      const forged = await newBrowser().submit('/logout/back-channel', { logout_token: 'forged' })
      expect(forged.statusCode).toBe(400)
    })
  },
  options,
)

describe('the login', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await openApi(options)
  })
  afterAll(() => api.close())

  it('that fails at the provider ends in a page that says what to do, without what is secret', async () => {
    const browser = new TestBrowser(api)
    const state = await begin(browser)
    const answer = await finish(browser, 'no such code', state)
    expect(answer.statusCode).toBe(500)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.body).toContain('Authentication provider failed')
    expect(answer.body).toContain('Try again')
    expect(answer.body).not.toContain('no such code')
    expect(JSON.stringify(api.lines)).not.toContain('no such code')
    expect(JSON.stringify(api.lines)).not.toContain(state)
    expect(browser.session()).toEqual({})
  })

  it.each(['access_denied', 'login_required'])('that the provider refuses (%s) is over', async (error) => {
    const browser = new TestBrowser(api)
    const state = await begin(browser)
    const answer = await browser.visit(`/login?${new URLSearchParams({ error, state })}`)
    expect(answer.statusCode).toBe(403)
    expect(answer.body).toContain(error)
    expect(browser.session()).toEqual({})
  })

  it('shows nothing of an error code that the provider has not made', async () => {
    const browser = new TestBrowser(api)
    const state = await begin(browser)
    const error = '<script>alert(1)</script>'
    const answer = await browser.visit(`/login?${new URLSearchParams({ error, state })}`)
    expect(answer.statusCode).toBe(403)
    expect(answer.body).not.toContain('alert')
  })

  it('of somebody who has no username is an error, where there is no place to enrol', async () => {
    const browser = new TestBrowser(api)
    provider.willFail('unknown', new NotEnrolledError('No uid claim in token'))
    const answer = await finish(browser, 'unknown', await begin(browser))
    expect(answer.statusCode).toBe(403)
    expect(answer.body).toContain('User is not enrolled')
  })

  it.each([
    'https://elsewhere.example/',
    '//elsewhere.example/',
    '\\\\elsewhere.example/',
    'https:\\\\elsewhere.example',
    '/relative',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://example.com/',
    'https://example.com:8443/',
    'https://user:password@example.com/',
    'https://example.com@elsewhere.example/',
    'https://exаmple.com/',
    `https://example.com/${'a'.repeat(3_000)}`,
  ])('does not begin with the return URL %j', async (url) => {
    for (const path of [`/login?rd=${encodeURIComponent(url)}`, `/logout?rd=${encodeURIComponent(url)}`]) {
      const browser = new TestBrowser(api)
      browser.setSession({ csrf: 'some-csrf' })
      const answer = await browser.visit(path)
      expect(answer.statusCode).toBe(422)
      expect(answer.headers.location).toBeUndefined()
      expect(browser.session()).toEqual({ csrf: 'some-csrf' })
      const program = await api.send('GET', path)
      expect([program.statusCode, errorTypes(program)]).toEqual([422, ['invalid_return_url']])
    }
  })

  it('without a return URL asks in which way, and offers the page of one’s tokens afterwards', async () => {
    const answer = await new TestBrowser(api).visit('/login')
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain(
      'href="https://example.com/login?rd=https%3A%2F%2Fexample.com%2Fauth%2Ftokens"',
    )
  })

  it('keeps to a strict policy on its pages, and out of caches', async () => {
    const answer = await new TestBrowser(api).visit('/login')
    expect(answer.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    )
    expect(answer.headers['referrer-policy']).toBe('no-referrer')
    expect(answer.headers['cache-control']).toBe('no-cache, no-store')
    expect(answer.body).not.toMatch(/<script|javascript:|\son\w+=/i)
  })
})

describe('a session cookie', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await openApi(options)
  })
  afterAll(() => api.close())

  const fullState = {
    return_url: BACK,
    state: 'c29tZS1sb2dpbi1zdGF0ZQ==',
    login_start: new Date().toISOString(),
  }
  const foreign = new Fernet(['ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=']).encrypt(
    JSON.stringify(fullState),
  )

  it.each([
    ['that is no cookie of ours', 'nonsense'],
    ['that is empty', ''],
    ['of another installation', foreign],
    ['that was cut', sessionValue(fullState).slice(0, -20)],
    [
      'with a changed character',
      `${sessionValue(fullState).slice(0, 40)}${sessionValue(fullState)[40] === 'A' ? 'B' : 'A'}${sessionValue(fullState).slice(41)}`,
    ],
    ['that is as long as a request may be', `gAAAAA${'A'.repeat(12_000)}`],
    ['that encrypts no JSON', new Fernet([SESSION_SECRET]).encrypt('not JSON')],
    ['that encrypts a forged token', sessionValue({ token: 'gt-short' })],
    [
      'with a token that nobody made',
      sessionValue({ token: 'gt-AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA' }),
    ],
  ])('%s gives no session, and no error other than the usual ones', async (_what, value) => {
    const browser = new TestBrowser(api)
    browser.cookie = value
    const info = await api.send('GET', '/auth/api/v1/token-info', {
      headers: { cookie: `gafaelfawr=${value}` },
    })
    expect(info.statusCode).toBe(401)
    const begun = await browser.visit(`/login?rd=${encodeURIComponent(BACK)}`)
    expect(begun.statusCode).toBe(307)
    // A login is possible all the same.
    expect(browser.session().state).toMatch(/^[\w-]{22}==$/)
    const finished = new TestBrowser(api)
    finished.cookie = value
    const answer = await finish(finished, 'some code', fullState.state)
    expect([307, 403]).toContain(answer.statusCode)
    expect(JSON.stringify(api.lines)).not.toContain(value.slice(0, 60) || 'no value')
  })

  it('is replayed in vain after its session has ended', async () => {
    const browser = new TestBrowser(api)
    await logIn(browser, 'replayed')
    const { cookie } = browser
    await browser.visit('/logout')
    const thief = await api.send('GET', '/auth/api/v1/token-info', {
      headers: { cookie: `gafaelfawr="${cookie}"` },
    })
    expect(thief.statusCode).toBe(401)
  })

  it('of an older key still counts, and is not written anew for that alone', async () => {
    const oldKey = 'ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8='
    const rotated = await openApi({
      ...options,
      config: { ...config, sessionSecrets: [SESSION_SECRET, oldKey] },
    })
    const browser = new TestBrowser(rotated)
    await logIn(browser, 'rotated')
    const state = JSON.stringify(browser.session())
    const old = new Fernet([oldKey]).encrypt(state)
    const answer = await rotated.send('GET', '/auth/api/v1/token-info', {
      headers: { cookie: `gafaelfawr="${old}"` },
    })
    expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([200, undefined])
    await rotated.close()
  })
})

describe('a logout', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await openApi(options)
  })
  afterAll(() => api.close())

  const elsewhere = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' }

  it('that another site causes asks first, and is done by the form of that page alone', async () => {
    const browser = new TestBrowser(api)
    await logIn(browser, 'asked')
    const { token } = browser.session()
    const asked = await browser.visit('/logout', elsewhere)
    expect(asked.statusCode).toBe(200)
    expect(browser.session().token).toBe(token)
    const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(asked.body) ?? []
    expect(csrf).not.toBe('')

    const forged = await browser.submit('/logout', { csrf: 'x'.repeat(22) })
    expect(forged.statusCode).toBe(403)
    expect(browser.session().token).toBe(token)
    const without = await browser.submit('/logout', {})
    expect(without.statusCode).toBe(403)

    const done = await browser.submit('/logout', { csrf })
    expect([done.statusCode, browser.session()]).toEqual([303, {}])
  })

  it('by an image or a frame of any site does nothing', async () => {
    for (const destination of ['image', 'iframe', 'empty']) {
      const browser = new TestBrowser(api)
      await logIn(browser, 'framed')
      const { token = '' } = browser.session()
      const headers = { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': destination }
      await browser.visit('/logout', headers)
      expect((await api.send('GET', '/auth/api/v1/token-info', { token })).statusCode).toBe(200)
    }
  })

  it('of somebody who is logged out already leads to the same place', async () => {
    const answer = await new TestBrowser(api).visit('/logout?rd=https://example.com/bye')
    expect([answer.statusCode, answer.headers.location]).toEqual([307, 'https://example.com/bye'])
  })

  it('lands on a page that says so', async () => {
    const answer = await new TestBrowser(api).visit('/logged-out')
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain('You are logged out')
  })
})

describe('without a login provider', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await openApi()
  })
  afterAll(() => api.close())

  it('the login says how people get in', async () => {
    const answer = await new TestBrowser(api).visit('/login')
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain('porthor login-link USERNAME')
    const program = await api.send('GET', '/login')
    expect([program.statusCode, errorTypes(program)]).toEqual([404, ['not_supported']])
  })

  it('no provider can end sessions', async () => {
    const answer = await new TestBrowser(api).submit('/logout/back-channel', { logout_token: 'x' })
    expect(answer.statusCode).toBe(400)
  })
})
