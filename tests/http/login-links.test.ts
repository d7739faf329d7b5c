import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { errorTypes, onEachApi, openApi } from './api.ts'
import { TestBrowser } from './browser.ts'

const SECRET = /^https:\/\/example\.com(\/login\/link\/([\w-]{43}))$/

onEachApi('a one-time login link', (api) => {
  const newLink = async (username = 'alice', scopes: string[] = ['read:all'], seconds = 600) => {
    const { url } = await api().test.porthor.loginLinks.create(username, scopes, seconds)
    const [, path = '', secret = ''] = SECRET.exec(url) ?? []
    return { path, secret }
  }
  const csrfOf = (page: string) => /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const use = async (browser: TestBrowser, path: string) => {
    const page = await browser.visit(path)
    return browser.submit(path, { csrf: csrfOf(page.body) })
  }

  it('opens a session by the button on its page, once', async () => {
    const { path } = await newLink()
    const browser = new TestBrowser(api())
    const answer = await use(browser, path)
    expect([answer.statusCode, answer.headers.location]).toEqual([303, 'https://example.com/auth/tokens'])
    const info = await api().send('GET', '/auth/api/v1/token-info', { token: browser.session().token ?? '' })
    expect(info.json()).toMatchObject({
      username: 'alice',
      token_type: 'session',
      scopes: ['read:all', 'user:token'],
    })

    const other = new TestBrowser(api())
    expect((await use(other, path)).statusCode).not.toBe(303)
    expect(other.session().token).toBeUndefined()
  })

  it('is not used up by whatever looks ahead at it', async () => {
    const { path } = await newLink()
    for (let look = 0; look < 3; look++)
      expect((await new TestBrowser(api()).visit(path)).statusCode).toBe(200)
    expect((await use(new TestBrowser(api()), path)).statusCode).toBe(303)
  })

  it('of an administrator opens a session that may administrate', async () => {
    const { path } = await newLink('admin', [])
    const browser = new TestBrowser(api())
    await use(browser, path)
    const info = await api().send('GET', '/auth/api/v1/token-info', { token: browser.session().token ?? '' })
    expect(info.json().scopes).toEqual(['admin:token', 'user:token'])
  })

  it('used by many at once opens one session', async () => {
    const { path } = await newLink('racer')
    const browsers = Array.from({ length: 8 }, () => new TestBrowser(api()))
    const pages = await Promise.all(browsers.map((browser) => browser.visit(path)))
    const answers = await Promise.all(
      browsers.map((browser, index) => browser.submit(path, { csrf: csrfOf(pages[index]?.body ?? '') })),
    )
    expect(answers.filter(({ statusCode }) => statusCode === 303)).toHaveLength(1)
  })

  it('is too old after its time', async () => {
    const { path } = await newLink('slow', [], 60)
    const browser = new TestBrowser(api())
    const page = await browser.visit(path)
    api().test.advance(61)
    const answer = await browser.submit(path, { csrf: csrfOf(page.body) })
    expect(answer.statusCode).toBe(404)
    expect(answer.body).toContain('This link cannot be used')
    expect(browser.session().token).toBeUndefined()
  })

  it('is not used by a form of another site', async () => {
    const { path } = await newLink('target')
    const victim = new TestBrowser(api())
    for (const fields of [{}, { csrf: 'x'.repeat(22) }] as Record<string, string>[]) {
      expect((await victim.submit(path, fields)).statusCode).toBe(403)
      expect(victim.session().token).toBeUndefined()
    }
    expect((await use(victim, path)).statusCode).toBe(303)
  })

  it('for somebody who is frozen opens nothing', async () => {
    const { path } = await newLink('icy')
    const admin = { username: 'admin', scopes: ['admin:token'], tokenKey: null, ipAddress: null }
    await api().test.porthor.users.freeze(admin, 'icy')
    const browser = new TestBrowser(api())
    const answer = await use(browser, path)
    expect(answer.statusCode).toBe(403)
    expect(answer.body).toContain('frozen')
    expect(browser.session().token).toBeUndefined()
  })

  it('is neither stored nor logged, nor passed on as a referrer', async () => {
    const { path, secret } = await newLink('quiet')
    const page = await new TestBrowser(api()).visit(path)
    expect(page.headers['referrer-policy']).toBe('no-referrer')
    expect(page.headers['cache-control']).toContain('no-store')
    await new TestBrowser(api()).submit(path, { csrf: 'wrong' })
    await use(new TestBrowser(api()), path)
    await new TestBrowser(api()).visit(path)
    expect(JSON.stringify(api().lines)).not.toContain(secret)

    const { path: kept, secret: unused } = await newLink('quiet')
    expect(kept).not.toBe(path)
    const { rows } = await sql<{
      row: string
    }>`SELECT porthor_login_link::text AS row FROM porthor_login_link`.execute(api().test.porthor.database.db)
    expect(rows).not.toEqual([])
    expect(JSON.stringify(rows)).not.toContain(unused)
  })
})

onEachApi('the sessions of a user', (api) => {
  const path = '/auth/api/v1/users/alice/sessions'
  const logIn = async (userAgent: string, username = 'alice') => {
    const { porthor } = api().test
    const { url } = await porthor.loginLinks.create(username, [], 600)
    const opened = await porthor.loginLinks.use(url.slice(url.lastIndexOf('/') + 1), {
      ipAddress: '192.0.2.7',
      userAgent,
    })
    const browser = new TestBrowser(api())
    browser.setSession({ token: String(opened?.token), csrf: 'csrf-of-a-session' })
    return browser
  }
  const send = (browser: TestBrowser, method: string, at: string, headers = {}) =>
    api().send(method, at, { headers: { cookie: `gafaelfawr="${browser.cookie}"`, ...headers } })
  const csrf = { 'x-csrf-token': 'csrf-of-a-session' }
  const keyOf = (browser: TestBrowser) => browser.session().token?.slice(3, 25) ?? ''
  const isAlive = async (browser: TestBrowser) =>
    (await send(browser, 'GET', '/auth/api/v1/token-info')).statusCode === 200

  it('are listed with time, address and browser', async () => {
    const browser = await logIn('Firefox "of" <alice>')
    const [session, ...others] = (await send(browser, 'GET', path)).json()
    expect(others).toEqual([])
    expect(session).toEqual({
      token: keyOf(browser),
      created: expect.any(Number),
      expires: expect.any(Number),
      ip_address: '192.0.2.7',
      user_agent: 'Firefox "of" <alice>',
      current: true,
    })
  })

  it('are ended one by one, all others, or all', async () => {
    const [mine, one, two] = [await logIn('mine'), await logIn('one'), await logIn('two')]
    expect((await send(mine, 'DELETE', `${path}/${keyOf(one)}`, csrf)).statusCode).toBe(204)
    expect([await isAlive(mine), await isAlive(one), await isAlive(two)]).toEqual([true, false, true])
    expect((await send(mine, 'DELETE', `${path}?keep=current`, csrf)).statusCode).toBe(200)
    expect([await isAlive(mine), await isAlive(two)]).toEqual([true, false])
    expect((await send(mine, 'DELETE', path, csrf)).statusCode).toBe(200)
    expect(await isAlive(mine)).toBe(false)
  })

  it('are all that ends there: a token of another type goes on', async () => {
    const browser = await logIn('alice')
    const laptop = await api().newToken('alice')
    const answer = await send(browser, 'DELETE', `${path}/${laptop.key}`, csrf)
    expect([answer.statusCode, errorTypes(answer)]).toEqual([404, ['not_found']])
    const info = await api().send('GET', '/auth/api/v1/token-info', { token: String(laptop) })
    expect(info.statusCode).toBe(200)
  })

  it('are ended neither by others nor by forged requests', async () => {
    const [alice, mallory] = [await logIn('alice'), await logIn('mallory', 'mallory')]
    const forged = await send(alice, 'DELETE', `${path}/${keyOf(alice)}`)
    expect([forged.statusCode, errorTypes(forged)]).toEqual([403, ['invalid_csrf']])
    for (const at of [path, `${path}/${keyOf(alice)}`]) {
      expect((await send(mallory, 'DELETE', at, csrf)).statusCode).toBe(403)
    }
    expect((await send(mallory, 'GET', path)).statusCode).toBe(403)
    const notMine = await send(mallory, 'DELETE', `/auth/api/v1/users/mallory/sessions/${keyOf(alice)}`, csrf)
    expect([notMine.statusCode, errorTypes(notMine)]).toEqual([404, ['not_found']])
    expect(await isAlive(alice)).toBe(true)
  })
})

describe('a browser’s cookie', () => {
  it('is for TLS alone, but on one’s own machine without TLS', async () => {
    for (const [baseUrl, isSecure] of [
      ['https://example.com/', true],
      ['http://127.0.0.1:8080/', false],
    ] as const) {
      const api = await openApi({ config: { baseUrl } })
      const { url } = await api.test.porthor.loginLinks.create('alice', [], 600)
      const page = await api.send('GET', new URL(url).pathname)
      const cookie = String(page.headers['set-cookie'])
      expect(cookie.includes('; Secure')).toBe(isSecure)
      expect(cookie).toContain('; HttpOnly; Path=/; SameSite=lax')
      await api.close()
    }
  })
})
