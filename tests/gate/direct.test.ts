import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import { porthorBackends } from '../support/porthor.ts'
import { basic, bearer, cookie, type GateServer, type Headers, STRANGER, startGate } from './gate-server.ts'

let gate: GateServer
let alice: Token

beforeAll(async () => {
  gate = await startGate(porthorBackends[0], { config: { quota: barred } })
  alice = await gate.newToken({
    username: 'alice',
    email: 'alice@example.com',
    groups: [
      { name: 'astronomers', id: 1001n },
      { name: 'guests', id: 1002n },
    ],
  })
})
afterAll(() => gate.close())

const noQuota = { api: {}, notebook: null, tap: {} }
const barred = {
  default: { ...noQuota, api: { closed: 0, narrow: 1 } },
  groups: {},
  bypass: [],
}

const page = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

/** As Traefik and Caddy ask about `https://svc.example.com/a/b?c=d&e`. */
const forwarded: Headers = {
  'x-original-url': null,
  'x-original-method': null,
  'x-forwarded-method': 'GET',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'svc.example.com',
  'x-forwarded-uri': '/a/b?c=d&e',
}
const guardedUrl = 'https://svc.example.com/a/b?c=d&e'
const loginUrl = `https://example.com/login?rd=${encodeURIComponent(guardedUrl)}`

const forward = (query: string, headers: Headers = {}) =>
  gate.ask(`/ingress/forward${query}`, { ...forwarded, ...headers })

/** As Envoy asks about the same. */
const envoy = (parameters: string | null, headers: Headers = {}, method = 'GET') =>
  gate.ask(
    '/ingress/envoy/a/b?c=d&e',
    {
      'x-original-url': null,
      'x-original-method': null,
      'x-forwarded-proto': 'https',
      host: 'svc.example.com',
      'x-porthor-parameters': parameters,
      ...headers,
    },
    method,
  )

describe.each([
  ['/ingress/forward', (query: string, headers?: Headers) => forward(`?${query}`, headers)],
  ['/ingress/envoy', envoy],
])('%s', (_, ask) => {
  it('sends a browser to log in and come back', async () => {
    for (const headers of [
      page,
      { ...page, ...cookie(STRANGER) },
      { ...page, 'sec-fetch-mode': 'navigate' },
    ]) {
      const reply = await ask('scope=read:all', headers)
      expect([reply.status, reply.get('location'), reply.text]).toEqual([302, loginUrl, ''])
      expect(reply.get('cache-control')).toBe('no-cache, no-store')
    }
  })

  it.each([
    ['a program', '', {}],
    ['a script in a page', '', { ...page, 'x-requested-with': 'XMLHttpRequest' }],
    ['a part of a page', '', { ...page, 'sec-fetch-mode': 'no-cors' }],
    ['who cannot log in with a cookie', '&allow_cookies=false', page],
    ['who is to use the Basic scheme', '&auth_type=basic', page],
  ] satisfies [string, string, Headers][])(
    'tells %s which credential is wanted',
    async (_who, query, headers) => {
      const reply = await ask(`scope=read:all${query}`, headers)
      expect([reply.status, reply.get('location')]).toEqual([401, undefined])
      const scheme = query.includes('basic') ? 'Basic' : 'Bearer'
      expect(reply.get('www-authenticate')).toBe(`${scheme} realm="example.com"`)
    },
  )

  it.each([
    ['a bad token', 'scope=read:all', bearer(STRANGER), 401, 'invalid_token'],
    ['what is no credential', '', { authorization: 'x' }, 400, 'invalid_request'],
    ['a missing scope', 'scope=exec:test', null, 403, 'insufficient_scope'],
    ['a barred service', 'service=closed', null, 403, 'insufficient_scope'],
    ['parameters that make no sense', 'minimum_lifetime=1', null, 422, 'greater_than_equal'],
  ] satisfies [string, string, Headers | null, number, string][])(
    'answers to %s under the status that it has',
    async (_what, query, headers, status, type) => {
      for (const accept of ['application/json', '*/*']) {
        const reply = await ask(query, { ...(headers ?? bearer(alice)), accept })
        expect([reply.status, reply.type]).toEqual([status, type])
        expect(reply.get('content-type')).toBe('application/json')
        for (const name of ['x-error-status', 'x-error-body']) expect(reply.get(name)).toBeUndefined()
      }
      const seen = await ask(query, { ...(headers ?? bearer(alice)), ...page })
      expect([seen.status, seen.get('content-type')]).toEqual([status, 'text/html; charset=utf-8'])
      expect(seen.text).toContain(`<h1>${status} `)
    },
  )

  it('says when to try again once a quota is used up', async () => {
    const token = await gate.newToken(`user${Math.random().toString(36).slice(2, 8)}`)
    expect((await ask('service=narrow', bearer(token))).status).toBe(200)
    const reply = await ask('service=narrow', bearer(token))
    expect([reply.status, reply.type]).toEqual([429, 'rate_limited'])
    expect(Date.parse(reply.get('retry-after') ?? '')).toBeGreaterThan(0)
    expect(reply.get('x-ratelimit-remaining')).toBe('0')
  })

  it('explains to the holder of a token which scopes are wanted, and to nobody else', async () => {
    const query = 'scope=exec:test&scope=read:all'
    const reply = await ask(query, bearer(alice))
    expect(JSON.parse(reply.text)).toMatchObject({
      reason: 'scope',
      wanted_scopes: ['exec:test', 'read:all'],
      satisfy: 'all',
      held_scopes: ['read:all', 'user:token'],
    })
    const seen = await ask(query, { ...bearer(alice), ...page })
    expect(seen.text).toContain('exec:test, read:all')
    const stranger = await ask(query, bearer(STRANGER))
    expect(stranger.text).not.toContain('exec:test')
  })

  it('names each refusal, so that the log can be asked about it', async () => {
    const reply = await ask('scope=exec:test', bearer(alice))
    const { request_id: id } = JSON.parse(reply.text)
    expect(gate.lines.some(({ fields }) => fields.request_id === id)).toBe(true)
    expect(reply.all('x-request-id')).toEqual([id])
  })

  it('puts nothing on a page that somebody else has chosen', async () => {
    const forgery = { authorization: `<script> & "${'x'.repeat(5)}"`, ...page }
    const reply = await ask('', forgery)
    expect(reply.status).toBe(400)
    expect(reply.text).not.toContain('<script')
    expect(reply.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('tells the groups where that is wanted', async () => {
    expect((await ask('groups=true', bearer(alice))).get('x-auth-request-groups')).toBe('astronomers,guests')
    expect((await ask('', bearer(alice))).get('x-auth-request-groups')).toBeUndefined()
  })

  it('delegates, and keeps its own credentials back', async () => {
    const reply = await ask('delegate_to=svc', { cookie: `a=b; ${cookie(alice).cookie}`, ...basic('x', 'y') })
    expect(reply.status).toBe(200)
    expect(reply.get('x-auth-request-token')).toMatch(/^gt-/)
    expect(reply.get('cookie')).toBe('a=b')
    expect(reply.get('authorization')).toBe(basic('x', 'y').authorization)
  })

  it('judges by the URL and the method of the guarded request', async () => {
    const elsewhere = await ask('user_domain=true', bearer(alice))
    expect([elsewhere.status, elsewhere.type]).toEqual([403, 'insufficient_scope'])
    const own = { 'x-forwarded-host': 'alice.example.com', host: 'alice.example.com' }
    expect((await ask('user_domain=true', { ...bearer(alice), ...own })).status).toBe(200)
    expect(gate.lines.at(-1)?.fields.auth_uri).toBe('https://alice.example.com/a/b?c=d&e')
  })

  it('believes nothing that is for nginx to say', async () => {
    const forged: Headers = {
      'x-original-method': 'OPTIONS',
      'x-original-url': 'https://alice.example.com/',
      origin: 'https://example.com',
      'access-control-request-method': 'GET',
    }
    expect((await ask('', forged)).status).toBe(401)
    expect((await ask('user_domain=true', { ...bearer(alice), ...forged })).status).toBe(403)
  })
})

describe('/ingress/forward', () => {
  const preflight = { origin: 'https://example.com', 'access-control-request-method': 'PUT' }

  it('lets preflights of its own site pass, by the method that the proxy tells', async () => {
    const asked = { ...preflight, 'x-forwarded-method': 'OPTIONS' }
    expect((await forward('', asked)).status).toBe(200)
    const other = await forward('', { ...asked, origin: 'https://evil.example' })
    expect([other.status, other.type]).toEqual([403, 'cors_preflight_rejected'])
    const none = await forward('', { 'x-forwarded-method': 'OPTIONS' })
    expect([none.status, none.type]).toEqual([404, 'options_not_supported'])
  })

  it.each(['x-forwarded-method', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-uri'])(
    'is closed to a proxy that does not send %s',
    async (name) => {
      const reply = await forward('', { ...bearer(alice), [name]: null })
      expect(reply.status).toBe(422)
      expect(JSON.parse(reply.text).detail[0].loc).toEqual(['header', name])
    },
  )

  it('is asked by GET alone', async () => {
    for (const method of ['POST', 'HEAD', 'OPTIONS']) {
      expect((await gate.ask('/ingress/forward', forwarded, method)).status).toBe(405)
    }
  })
})

describe('/ingress/envoy', () => {
  it('is asked by the method of the guarded request', async () => {
    const preflight = { origin: 'https://example.com', 'access-control-request-method': 'PUT' }
    expect((await envoy('', preflight, 'OPTIONS')).status).toBe(200)
    for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'PATCH']) {
      expect((await envoy('', preflight, method)).status).toBe(401)
      expect((await envoy('', bearer(alice), method)).status).toBe(200)
    }
  })

  it('is closed to a proxy that does not say what is wanted, or twice', async () => {
    expect((await envoy(null, bearer(alice))).status).toBe(422)
    const twice = await envoy(null, { ...bearer(alice), 'x-porthor-parameters': ['scope=exec:test', ''] })
    expect(twice.status).toBe(422)
  })

  it('takes no parameters from the path or the query of the guarded request', async () => {
    const headers = { ...bearer(alice), 'x-porthor-parameters': 'scope=exec:test', host: 'svc.example.com' }
    for (const path of ['/?scope=read:all', '/scope=read:all/', '/anonymous']) {
      expect((await gate.ask(`/ingress/envoy${path}`, headers)).status).toBe(403)
    }
  })

  it('is not to be reached by a path that other paths of Porthor look like to a proxy', async () => {
    const headers = { ...bearer(alice), 'x-porthor-parameters': '', host: 'svc.example.com' }
    for (const path of [
      '../../auth/x',
      '%2e%2e/%2E./auth/x',
      '..%2f..%2fauth',
      'a/../../../login',
      '/..//../auth',
    ]) {
      expect((await gate.ask(`/ingress/envoy/${path}`, headers)).status).toBe(404)
    }
    for (const path of ['a/../b', 'a..b/c', '?a=/../../auth', 'a/b/..%2f..', '%2e/a']) {
      expect((await gate.ask(`/ingress/envoy/${path}`, headers)).status).toBe(200)
    }
  })

  it('names the headers that only Porthor may set, and has not, for Envoy to drop', async () => {
    const forged = {
      'X-Auth-Request-Email': 'x',
      'X-Auth-Request-Preferred-Username': 'x',
      X_Auth_Request_User: 'x',
      'X.Auth.Request.User': 'x',
      'X-Authority': 'kept',
    }
    const reply = await envoy('', { ...bearer(alice), ...forged })
    const removed = (reply.get('x-envoy-auth-headers-to-remove') ?? '').split(',')
    expect(removed.toSorted()).toEqual([
      'authorization',
      'cookie',
      'x-auth-request-groups',
      'x-auth-request-preferred-username',
      'x-auth-request-service',
      'x-auth-request-token',
      'x.auth.request.user',
      'x_auth_request_user',
    ])
  })

  it('keeps Porthor’s credentials from services that are open to everybody', async () => {
    const reply = await envoy('anonymous', { ...bearer(alice), cookie: `a=b; ${cookie(alice).cookie}` })
    expect([reply.status, reply.get('cookie'), reply.get('authorization')]).toEqual([200, 'a=b', undefined])
    expect(reply.get('x-envoy-auth-headers-to-remove')).toContain('authorization')
    expect((await envoy('anonymous')).status).toBe(200)
  })
})

describe('/ingress/auth', () => {
  it('names the login that a browser is to be sent to', async () => {
    const headers = { 'x-original-url': guardedUrl }
    expect((await gate.ask('', headers)).get('x-login-url')).toBe(loginUrl)
    expect((await gate.ask('?allow_cookies=false', headers)).get('x-login-url')).toBeUndefined()
    expect((await gate.ask('', { ...headers, ...bearer(STRANGER) })).get('x-login-url')).toBeUndefined()
  })
})
