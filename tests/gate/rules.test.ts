import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nowSeconds } from '../../src/models/clock.ts'
import { Token } from '../../src/models/token.ts'
import { internalCaller } from '../../src/services/caller.ts'
import { createChild } from '../../src/services/operations/create.ts'
import { porthorBackends } from '../support/porthor.ts'
import { basic, bearer, cookie, type GateServer, type Headers, STRANGER, startGate } from './gate-server.ts'

let gate: GateServer
let alice: Token
let bob: Token

beforeAll(async () => {
  gate = await startGate(porthorBackends[0])
  alice = await gate.newToken('alice', { scopes: ['exec:test', 'read:all', 'user:token'] })
  bob = await gate.newToken('bobby', { scopes: ['read:some'] })
})
afterAll(() => gate.close())

async function statusOf(path: string, headers: Headers = bearer(alice)): Promise<number | string> {
  const reply = await gate.ask(path, headers)
  return reply.status === 403 ? `403 for ${reply.get('x-error-status')}` : reply.status
}

describe('a credential', () => {
  it.each([
    ['Bearer', () => bearer(alice)],
    ['Bearer in another case, with blanks', () => ({ authorization: `bEARER  \t ${alice}` })],
    ['Basic as user', () => basic(`${alice}`, 'x-oauth-basic')],
    ['Basic as password', () => basic('someone', `${alice}`)],
    ['Basic as both', () => basic(`${alice}`, `${alice}`)],
    ['a cookie', () => cookie(alice)],
    ['a cookie in quotes', () => ({ cookie: cookie(alice).cookie.replace(/=(.*)/, '="$1"') })],
    ['the last of two cookies', () => ({ cookie: `${cookie(bob).cookie};${cookie(alice).cookie}` })],
    ['a cookie in a second header', () => ({ cookie: ['a=b', cookie(alice).cookie] })],
    [
      'a header beside another that is none of ours',
      () => ({ authorization: ['Basic eDp5', `Bearer ${alice}`] }),
    ],
    ['a header beside one that is unusable', () => ({ authorization: ['Digest x', `Bearer ${alice}`] })],
    ['the same header twice', () => ({ authorization: [`Bearer ${alice}`, `Bearer ${alice}`] })],
    ['a cookie beside another’s header', () => ({ ...bearer(bob), ...cookie(alice) })],
    ['a cookie beside an unusable header', () => ({ authorization: 'token x', ...cookie(alice) })],
    ['a header beside a cookie that is dead', () => ({ ...bearer(alice), ...cookie(STRANGER) })],
    ['a header beside a cookie that is nonsense', () => ({ ...bearer(alice), cookie: 'gafaelfawr=x' })],
  ] satisfies [string, () => Headers][])('is found: %s', async (_, headers) => {
    const reply = await gate.ask('', headers())
    expect(reply.status).toBe(200)
    expect(reply.get('x-auth-request-user')).toBe('alice')
  })

  it.each([
    ['nothing', {}, 401, 'no_authorization'],
    ['an empty header', { authorization: '' }, 401, 'no_authorization'],
    ['Basic without a token', basic('a', 'b'), 401, 'no_authorization'],
    ['a dead cookie', cookie(STRANGER), 401, 'no_authorization'],
    [
      'a dead cookie and a dead header',
      { ...cookie(STRANGER), ...bearer(STRANGER) },
      401,
      'no_authorization',
    ],
    ['an unknown token', bearer(STRANGER), 401, 'invalid_token'],
    ['no token', { authorization: 'Bearer nonsense' }, 401, 'invalid_token'],
    ['a scheme alone', { authorization: 'Bearer' }, 403, 'invalid_request'],
    ['another scheme', { authorization: `Token ${STRANGER}` }, 403, 'invalid_request'],
    [
      'two tokens in Basic',
      basic(`${STRANGER}`, `gt-${'A'.repeat(22)}.${'A'.repeat(22)}`),
      403,
      'invalid_request',
    ],
    [
      'two headers with different tokens',
      { authorization: [`Bearer ${STRANGER}`, `Bearer gt-${'A'.repeat(22)}.${'A'.repeat(22)}`] },
      403,
      'invalid_request',
    ],
  ] satisfies [string, Headers, number, string][])('is missed in %s', async (_, headers, status, type) => {
    const reply = await gate.ask('', headers)
    expect([reply.status, reply.type]).toEqual([status, type])
  })

  it('is not the bootstrap token', async () => {
    const { config } = gate.porthor
    expect((await gate.ask('', { authorization: `Bearer ${config.bootstrapToken}` })).type).toBe(
      'invalid_token',
    )
  })

  it('is no cookie where none is allowed', async () => {
    expect(await statusOf('?allow_cookies=false', cookie(alice))).toBe(401)
    const reply = await gate.ask('?allow_cookies=false', { ...cookie(alice), ...bearer(bob) })
    expect(reply.get('x-auth-request-user')).toBe('bobby')
    expect((await gate.ask('?allow_cookies=0', { ...cookie(alice), ...bearer(STRANGER) })).type).toBe(
      'invalid_token',
    )
  })

  it('of a frozen user is refused with 403', async () => {
    const token = await gate.newToken('frosty')
    expect(await statusOf('', bearer(token))).toBe(200)
    await gate.porthor.users.freeze(internalCaller, 'frosty')
    const reply = await gate.ask('', bearer(token))
    expect([reply.status, reply.type]).toEqual([403, 'user_frozen'])
    await gate.porthor.users.unfreeze(internalCaller, 'frosty')
    expect(await statusOf('', bearer(token))).toBe(200)
  })

  it('that was revoked is refused at the next request', async () => {
    const token = await gate.newToken('alice')
    for (let index = 0; index < 2; index++) expect(await statusOf('', bearer(token))).toBe(200)
    await gate.porthor.tokens.revokeToken(internalCaller, 'alice', token.key)
    expect(await statusOf('', bearer(token))).toBe(401)
  })

  it('of a client of OpenID Connect opens nothing', async () => {
    const verification = await gate.porthor.verifier.verify(alice)
    if (verification.kind !== 'valid') throw new Error('alice is not valid')
    const wish = { ...verification.data, tokenType: 'oidc' as const, scopes: [], token: Token.generate() }
    const expires = nowSeconds(gate.porthor.clock) + 3_600
    const { token } = await createChild(gate.porthor.operations, {
      wish: { ...wish, expires },
      parent: alice.key,
      history: { actor: 'alice', ipAddress: null },
    })
    const reply = await gate.ask('', bearer(token))
    expect([reply.status, reply.type]).toEqual([403, 'insufficient_scope'])
    expect(gate.lines.at(-1)?.fields).toMatchObject({ rule: 'token_type' })
  })
})

describe('scopes', () => {
  it.each([
    ['', true],
    ['?scope=read:all', true],
    ['?scope=read%3Aall', true],
    ['?scope=read:all&scope=exec:test', true],
    ['?scope=read:all&scope=read:some', false],
    ['?scope=read:some&scope=read:all&satisfy=any', true],
    ['?scope=read:some&scope=no:such&satisfy=any', false],
    ['?scope=read:all&satisfy=any', true],
    ['?scope=', false],
    ['?scope=read:all,exec:test', false],
    ['?scope=READ:ALL', false],
    ['?scope=read:all&foo=bar&Scope=no:such', true],
    ['?scope=read:some&scope=read:all&satisfy=all&satisfy=any', true],
  ])('%s: %s', async (path, passes) => {
    expect(await statusOf(path)).toBe(passes ? 200 : '403 for 403')
  })

  it('that are missed are named in order in the challenge', async () => {
    const reply = await gate.ask('?scope=read:some&scope=admin:token&scope=exec:admin', bearer(alice))
    expect(reply.get('www-authenticate')).toMatch(
      /^Bearer realm="example.com", error="insufficient_scope", error_description=".+", scope="admin:token exec:admin read:some"$/,
    )
  })

  it('any of none is a mistake, not a gate that nobody may pass', async () => {
    expect(await statusOf('?satisfy=any')).toBe('403 for 422')
  })
})

describe('services, users and hosts', () => {
  it('only_service lets pass what was delegated to one of them, whoever the user is', async () => {
    const child = await delegated('portal')
    expect(await statusOf('?only_service=portal', bearer(child))).toBe(200)
    expect(await statusOf('?only_service=tap&only_service=portal', bearer(child))).toBe(200)
    for (const path of ['?only_service=tap', '?only_service=', '?only_service=portal&username=bobby']) {
      expect(await statusOf(path, bearer(child))).toBe('403 for 403')
    }
    expect(await statusOf('?only_service=portal')).toBe('403 for 403')
    expect(await statusOf('?only_service=portal', cookie(alice))).toBe('403 for 403')
  })

  it.each([
    ['?username=alice', 200],
    ['?username=', 200],
    ['?username=bobby', '403 for 403'],
    ['?username=ALICE', '403 for 403'],
  ])('%s: %s', async (path, status) => {
    expect(await statusOf(path)).toBe(status)
  })

  it.each([
    ['https://alice.example.com/', true],
    ['https://alice.example.com:8443/a?b=c#d', true],
    ['https://ALICE.EXAMPLE.COM/', true],
    ['https://alice.nb.example.com/', true],
    ['https://nb.alice.example.com/', false],
    ['https://bobby.example.com/', false],
    ['https://xalice.example.com/', false],
    ['https://example.com/', false],
    ['https://alice.notexample.com/', false],
    ['https://alice.example.com@127.0.0.1/', false],
    ['https://bobby@alice.example.com/', false],
    ['https://alice.example.com./', false],
    ['https://127.0.0.1/', false],
    ['/svc', false],
    ['https://[/', false],
    ['', false],
  ])('user_domain at %s: %s', async (url, passes) => {
    const headers = { ...bearer(alice), 'x-original-url': url }
    expect(await statusOf('?user_domain=true', headers)).toBe(passes ? 200 : '403 for 403')
    expect(await statusOf('?user_domain=false', headers)).toBe(200)
  })

  it('user_domain does not give the base host to a user named like its first label', async () => {
    const example = await gate.newToken('example')
    const at = (url: string) => statusOf('?user_domain=1', { ...bearer(example), 'x-original-url': url })
    expect(await at('https://example.com/')).toBe('403 for 403')
    expect(await at('https://example.example.com/')).toBe(200)
  })

  it('of several rules the scopes are told first, of those of users none in particular', async () => {
    const reply = await gate.ask('?username=bobby&scope=read:some', bearer(alice))
    expect(reply.get('www-authenticate')).toContain('scope="read:some"')
    expect((await gate.ask('?username=bobby', bearer(alice))).get('www-authenticate')).not.toContain('scope=')
  })
})

describe('a lifetime', () => {
  it('that is too short sends a browser to log in, whatever else is amiss', async () => {
    const short = await gate.newToken('alice', { expires: nowSeconds(gate.porthor.clock) + 500 })
    expect(await statusOf('?minimum_lifetime=400', bearer(short))).toBe(200)
    expect(await statusOf('?minimum_lifetime=300.5', bearer(short))).toBe(200)
    const reply = await gate.ask('?minimum_lifetime=600&scope=read:some', bearer(short))
    expect([reply.status, reply.type, reply.get('x-error-status')]).toEqual([401, 'invalid_token', undefined])
    expect(await statusOf('?minimum_lifetime=600')).toBe(200)
  })

  it('of five minutes is wanted where a token is delegated', async () => {
    const short = await gate.newToken('alice', { expires: nowSeconds(gate.porthor.clock) + 310 })
    for (const path of ['?notebook=true', '?delegate_to=svc']) {
      expect(await statusOf(path, bearer(short))).toBe(200)
    }
    gate.test.advance(20)
    expect(await statusOf('', bearer(short))).toBe(200)
    for (const path of ['?notebook=true', '?delegate_to=svc']) {
      expect(await statusOf(path, bearer(short))).toBe(401)
    }
  })

  it('longer than any token’s is a mistake, told to who has authenticated', async () => {
    const most = gate.porthor.config.tokenLifetimeSeconds - 300
    expect(await statusOf(`?minimum_lifetime=${most}`)).toBe(200)
    const reply = await gate.ask(`?minimum_lifetime=${most + 1}`, bearer(alice))
    expect([reply.get('x-error-status'), reply.type]).toEqual(['422', 'invalid_minimum_lifetime'])
    expect(await statusOf(`?minimum_lifetime=${most + 1}`, {})).toBe(401)
  })
})

describe('a wrong parameter', () => {
  const late = [
    ...['satisfy=some', 'satisfy=ANY', 'satisfy=', 'allow_options=', 'allow_options=2', 'notebook=x'],
    ...['user_domain=x', 'use_authorization=x', 'minimum_lifetime=', 'minimum_lifetime=x'],
    ...['minimum_lifetime=299', 'minimum_lifetime=-600', 'minimum_lifetime=PT10M', 'minimum_lifetime=1e999'],
    ...['delegate_to=a%00b', `delegate_to=${'x'.repeat(65)}`, 'service=a%0Ab'],
  ]
  it.each(late)('%s is told to who has authenticated', async (query) => {
    expect(await statusOf(`?${query}`)).toBe('403 for 422')
    expect(await statusOf(`?${query}`, {})).toBe(401)
    expect(await statusOf(`?${query}`, bearer(STRANGER))).toBe(401)
  })

  const early = [
    ...['auth_type=digest', 'auth_type=Basic', 'allow_cookies=perhaps', 'notebook=true&delegate_to=svc'],
    ...['service=one&delegate_to=two', 'auth_type=digest&satisfy=some'],
  ]
  it.each(early)('%s is told to anybody', async (query) => {
    for (const headers of [bearer(alice), {}, bearer(STRANGER)]) {
      expect(await statusOf(`?${query}`, headers)).toBe('403 for 422')
    }
  })

  it.each([
    ['no URL', { 'x-original-url': null }, ['x-original-url']],
    ['no method', { 'x-original-method': null }, ['x-original-method']],
    [
      'neither',
      { 'x-original-url': null, 'x-original-method': null },
      ['x-original-url', 'x-original-method'],
    ],
  ] satisfies [string, Headers, string[]][])(
    '%s of the guarded request is told to anybody',
    async (_, headers, names) => {
      const reply = await gate.ask('', headers)
      expect([reply.status, reply.get('x-error-status')]).toEqual([403, '422'])
      expect(JSON.parse(reply.text).detail).toMatchObject(
        names.map((name) => ({ type: 'missing', loc: ['header', name], input: null })),
      )
    },
  )

  it('is named with all others at once', async () => {
    const reply = await gate.ask('?satisfy=x&notebook=x&minimum_lifetime=1', bearer(alice))
    expect(JSON.parse(reply.text).detail).toHaveLength(3)
    expect(JSON.parse(reply.get('x-error-body') ?? '').detail).toHaveLength(3)
  })
})

describe('a method', () => {
  it.each(['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s is not there', async (method) => {
    for (const path of ['', '/ingress/anonymous']) {
      const reply = await gate.ask(path, bearer(alice), method)
      expect([reply.status, reply.get('allow')]).toEqual([405, 'GET'])
    }
  })

  it.each(['HEAD', 'POST', 'PROPFIND', 'options', 'x', ''])(
    '%s of the guarded request is no matter',
    async (method) => {
      expect(await statusOf('?scope=read:all', { ...bearer(alice), 'x-original-method': method })).toBe(200)
    },
  )

  it('paths beside those of the gate are not there', async () => {
    expect((await gate.ask('/ingress/other')).status).toBe(404)
    expect((await gate.ask('/ingress/authx')).status).toBe(404)
    const reply = await gate.ask('/ingress/auth/')
    expect([reply.status, reply.get('location')]).toEqual([307, 'http://example.com/ingress/auth'])
  })
})

describe('OPTIONS', () => {
  const options = (headers: Headers = {}) => ({ 'x-original-method': 'OPTIONS', ...headers })
  const preflight = (origin: string) => options({ origin, 'access-control-request-method': 'POST' })

  it.each([
    ['nothing else', '', options(), '403 for 404'],
    ['nothing else, allowed', '?allow_options=yes', options(), 200],
    ['scopes are not asked for', '?allow_options=on&scope=no:such', options(), 200],
    ['an origin alone', '', options({ origin: 'https://example.com' }), '403 for 404'],
    [
      'an origin alone, allowed',
      '?allow_options=t',
      options({ origin: 'https://example.com' }),
      '403 for 404',
    ],
    [
      'a method alone, allowed',
      '?allow_options=1',
      options({ 'access-control-request-method': 'x' }),
      '403 for 404',
    ],
    ['an empty origin', '', preflight(''), '403 for 404'],
    ['a preflight of the base host', '', preflight('https://example.com'), 200],
    ['a preflight of a host below', '?delegate_to=svc', preflight('https://nb.example.com'), 200],
    ['a preflight over http', '', preflight('http://example.com'), '403 for 403'],
    ['a preflight from another port', '', preflight('https://example.com:8443'), '403 for 403'],
    [
      'a preflight of a foreign host, allowed',
      '?allow_options=1',
      preflight('https://127.0.0.1'),
      '403 for 403',
    ],
    ['a preflight of a host that ends alike', '', preflight('https://notexample.com'), '403 for 403'],
    ['a preflight of null', '', preflight('null'), '403 for 403'],
    ['a preflight of nonsense', '', preflight('https://['), '403 for 403'],
    ['a wrong parameter', '?allow_options=maybe', options(), '403 for 422'],
  ] satisfies [string, string, Headers, number | string][])('%s', async (_, path, headers, status) => {
    expect(await statusOf(path, headers)).toBe(status)
  })

  it('refusals carry no challenge', async () => {
    for (const headers of [options(), preflight('null')]) {
      expect((await gate.ask('', headers)).get('www-authenticate')).toBeUndefined()
    }
  })
})

async function delegated(service: string): Promise<Token> {
  const reply = await gate.ask(`?delegate_to=${service}&delegate_scope=read:all`, bearer(alice))
  return Token.parse(reply.get('x-auth-request-token') ?? '')
}
