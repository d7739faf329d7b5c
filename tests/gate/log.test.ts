import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Token } from '../../src/models/token.ts'
import { porthorBackends } from '../support/porthor.ts'
import { bearer, cookie, type GateServer, type Headers, STRANGER, startGate } from './gate-server.ts'

let gate: GateServer
let alice: Token

beforeAll(async () => {
  const quota = { api: { limited: 1 }, notebook: null, tap: {} }
  gate = await startGate(porthorBackends[0], {
    config: { quota: { default: quota, groups: {}, bypass: [] }, proxies: ['127.0.0.0/8'] },
  })
  alice = await gate.newToken('alice')
})
afterAll(() => gate.close())

async function linesOf(path: string, headers: Headers) {
  const from = gate.lines.length
  await gate.ask(path, headers)
  return gate.lines.slice(from)
}

const everyLine = {
  httpRequest: expect.objectContaining({ requestMethod: 'GET', remoteIp: '127.0.0.1' }),
  request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
}

describe('the log', () => {
  it('has one line for a request that passes: what was wanted, and who came', async () => {
    const headers = { ...bearer(alice), 'x-forwarded-for': '192.0.2.1', 'user-agent': 'curl/8' }
    const path = '?scope=read:all&satisfy=any&service=svc'
    for (const from of ['the store', 'memory']) {
      expect(await linesOf(path, headers), from).toEqual([
        {
          level: 'info',
          event: 'Token authorized',
          fields: {
            ...everyLine,
            httpRequest: {
              requestMethod: 'GET',
              requestUrl: `/ingress/auth${path}`,
              remoteIp: '192.0.2.1',
              userAgent: 'curl/8',
            },
            auth_uri: 'https://example.com/svc',
            required_scopes: ['read:all'],
            satisfy: 'any',
            service: 'svc',
            token_source: 'bearer',
            token: alice.key,
            user: 'alice',
            scopes: ['read:all', 'user:token'],
          },
        },
      ])
    }
  })

  it('says where the token stood, and for whom alone the gate is open', async () => {
    const [line] = await linesOf('?username=alice&only_service=a', cookie(alice))
    expect(line?.fields).toMatchObject({
      token_source: 'cookie',
      required_user: 'alice',
      only_services: ['a'],
    })
  })

  it.each([
    ['?scope=no:such', null, 'Permission denied', 'info', { rule: 'scope', user: 'alice' }],
    ['?username=bobby', null, 'Permission denied', 'info', { rule: 'username' }],
    ['', bearer(STRANGER), 'Invalid token', 'info', { required_scopes: [] }],
    ['', { authorization: 'x' }, 'Invalid request', 'info', {}],
    ['', {}, 'Authentication required', 'debug', {}],
    ['?satisfy=x', null, 'Invalid parameters of the gate', 'warn', { auth_uri: 'https://example.com/svc' }],
    ['?auth_type=x', {}, 'Invalid parameters of the gate', 'warn', {}],
    ['', { 'x-original-method': 'OPTIONS' }, 'Non-CORS OPTIONS requests not supported', 'info', {}],
  ] satisfies [string, Headers | null, string, string, object][])(
    'has one line for a refusal: %s, %j',
    async (path, headers, event, level, fields) => {
      expect(await linesOf(path, headers ?? bearer(alice))).toEqual([
        {
          level,
          event,
          fields: expect.objectContaining({ ...everyLine, ...fields, error: expect.any(String) }),
        },
      ])
    },
  )

  it('tells how a quota stands', async () => {
    const reset = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/)
    const quota = { limit: 1, used: 1, reset }
    expect(await linesOf('?service=limited', bearer(alice))).toMatchObject([
      { event: 'Token authorized', fields: { quota } },
    ])
    expect(await linesOf('?service=limited', bearer(alice))).toMatchObject([
      { level: 'info', event: 'Request rejected due to rate limits', fields: { quota } },
    ])
  })

  it('names the request where a token is delegated', async () => {
    const [made, passed] = await linesOf('?notebook=true', bearer(alice))
    expect(made).toMatchObject({ event: 'Created new notebook token', fields: everyLine })
    expect(passed?.event).toBe('Token authorized')
    expect(made?.fields.request_id).toBe(passed?.fields.request_id)
  })

  it('says once that a secret is wrong, whether the token is in memory or not', async () => {
    const token = await gate.newToken('alice')
    const wrong = bearer(Token.withKey(token.key))
    for (const from of ['the store', 'memory']) {
      const lines = await linesOf('', wrong)
      expect(
        lines.map(({ event }) => event),
        from,
      ).toEqual(['Cannot retrieve token data', 'Invalid token'])
      expect(lines[0]?.fields).toMatchObject({ token: token.key, error: 'Secret mismatch' })
    }
  })

  it('names a session that cannot be read, and goes on without', async () => {
    const lines = await linesOf('', { cookie: 'gafaelfawr=nonsense' })
    expect(lines.map(({ event }) => event)).toEqual([
      'Discarding invalid state cookie',
      'Authentication required',
    ])
  })

  it('holds no secret', async () => {
    const secrets = {
      'x-original-url': `https://user:password1@example.com/?token=${alice}`,
      'user-agent': `Bearer ${alice}`,
      cookie: `a=${alice}; gafaelfawr=x`,
    }
    for (const path of [`?scope=${alice}`, `?username=${alice}`, `?satisfy=${alice}`, `?foo=${alice}`]) {
      for (const headers of [bearer(alice), { authorization: `Token ${alice}` }, {}]) {
        const text = JSON.stringify(await linesOf(path, { ...headers, ...secrets }))
        expect(text).not.toContain(alice.secret)
        expect(text).not.toContain('password1')
      }
    }
  })
})
