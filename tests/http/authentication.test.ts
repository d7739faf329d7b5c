import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'
import { errorTypes, openApi, sessionCookie, type TestApi } from './api.ts'

const TOKEN_INFO = '/auth/api/v1/token-info'
const LOGIN = '/auth/api/v1/login'
const UNKNOWN = 'gt-AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA'

let api: TestApi
let alice: Token
let bob: Token
let dead: Token

beforeAll(async () => {
  api = await openApi()
  alice = await api.newToken('alice')
  bob = await api.newToken('bobby')
  dead = await api.newToken('alice')
  await api.send('DELETE', `/auth/api/v1/users/alice/tokens/${dead.key}`, { token: `${alice}` })
})
afterAll(() => api.close())

const bearer = (token: Token | string) => ({ authorization: `Bearer ${token}` })
const session = (token: Token | string, more: object = {}) =>
  sessionCookie({ csrf: 'right', token: `${token}`, ...more })

describe('whose request it is', () => {
  it('is said by the header', async () => {
    const answer = await api.send('GET', TOKEN_INFO, { headers: bearer(alice) })
    expect(answer.json()).toMatchObject({ username: 'alice', token: alice.key })
  })

  it('is said by the cookie rather than by the header', async () => {
    const headers = { ...bearer(bob), ...session(alice) }
    expect((await api.send('GET', TOKEN_INFO, { headers })).json().username).toBe('alice')
  })

  it('is said by the cookie beside a header that cannot be used', async () => {
    for (const authorization of ['Digest x', 'Bearer nonsense', 'token abc']) {
      const answer = await api.send('GET', TOKEN_INFO, { headers: { authorization, ...session(alice) } })
      expect(answer.json().username).toBe('alice')
    }
  })

  it('is said by the header where the cookie’s token is not valid', async () => {
    for (const token of [dead, UNKNOWN, `gt-${alice.key}.AAAAAAAAAAAAAAAAAAAAAA`]) {
      const headers = { ...bearer(bob), ...session(token) }
      expect((await api.send('GET', TOKEN_INFO, { headers })).json().username).toBe('bobby')
    }
  })

  it('is not known where neither serves, and then it is as if none had been given', async () => {
    for (const headers of [
      session(dead),
      { ...session(dead), ...bearer(dead) },
      { ...session(dead), authorization: 'Digest x' },
    ]) {
      const answer = await api.send('GET', TOKEN_INFO, { headers })
      expect([answer.statusCode, errorTypes(answer)]).toEqual([401, ['no_authorization']])
    }
  })

  it('is asked of the cookie alone by the route for browsers', async () => {
    const attempts = [bearer(alice), { ...bearer(alice), ...session(dead) }]
    for (const headers of attempts) {
      expect(errorTypes(await api.send('GET', LOGIN, { headers }))).toEqual(['no_authorization'])
    }
    expect((await api.send('GET', LOGIN, { headers: session(alice) })).statusCode).toBe(200)
  })

  it('is not known by a token of another form, or one that is not valid', async () => {
    for (const token of ['nonsense', `${alice} extra`, UNKNOWN, dead]) {
      const answer = await api.send('GET', TOKEN_INFO, { headers: bearer(token) })
      expect([answer.statusCode, errorTypes(answer)]).toEqual([401, ['invalid_token']])
    }
  })

  it('is refused, not guessed, from two headers that differ', async () => {
    const { promise, resolve } = Promise.withResolvers<number | undefined>()
    const url = await api.app.listen({ port: 0, host: '127.0.0.1' })
    const { request } = await import('node:http')
    const headers = [
      'Host',
      'example.com',
      'Authorization',
      `Bearer ${alice}`,
      'Authorization',
      `Bearer ${bob}`,
    ]
    request(`${url}${TOKEN_INFO}`, { headers }, (answer) => resolve(answer.resume().statusCode)).end()
    expect(await promise).toBe(400)
  })

  it('is told with 403 where the user is frozen', async () => {
    const carol = await api.newToken('carol')
    await api.send('POST', '/auth/api/v1/users/carol/freeze', { token: BOOTSTRAP_TOKEN })
    for (const headers of [bearer(carol), session(carol), { ...session(carol), ...bearer(alice) }]) {
      const answer = await api.send('GET', TOKEN_INFO, { headers })
      expect([answer.statusCode, errorTypes(answer)]).toEqual([403, ['user_frozen']])
    }
  })
})

describe('the bootstrap token', () => {
  it('counts on the routes for it, in either scheme', async () => {
    const basic = { authorization: `Basic ${Buffer.from(`x:${BOOTSTRAP_TOKEN}`).toString('base64')}` }
    for (const headers of [bearer(BOOTSTRAP_TOKEN), basic]) {
      expect((await api.send('GET', '/auth/api/v1/admins', { headers })).statusCode).toBe(200)
    }
  })

  it('is an unknown token elsewhere', async () => {
    for (const path of [TOKEN_INFO, '/auth/api/v1/user-info', '/auth/api/v1/users/alice/tokens']) {
      const answer = await api.send('GET', path, { headers: bearer(BOOTSTRAP_TOKEN) })
      expect([answer.statusCode, errorTypes(answer)]).toEqual([401, ['invalid_token']])
    }
  })

  it('needs its own secret', async () => {
    const token = `${BOOTSTRAP_TOKEN.slice(0, 26)}AAAAAAAAAAAAAAAAAAAAAA`
    expect((await api.send('GET', '/auth/api/v1/admins', { headers: bearer(token) })).statusCode).toBe(401)
  })
})

describe('the value against forged requests', () => {
  const path = '/auth/api/v1/users/alice/tokens'
  let names = 0
  const make = (headers: Record<string, string>) =>
    api.send('POST', path, { headers, body: { token_name: `csrf ${names++}` } })

  it('is needed where the cookie counts and something changes', async () => {
    for (const headers of [session(alice), { ...session(alice), 'x-csrf-token': '' }]) {
      const answer = await make(headers)
      expect([answer.statusCode, errorTypes(answer)]).toEqual([403, ['invalid_csrf']])
      expect(answer.json().detail[0]).toMatchObject({ loc: ['header', 'X-CSRF-Token'] })
      expect(answer.json().detail[0].msg).toMatch(/required/)
    }
  })

  it('must be the cookie’s', async () => {
    for (const headers of [session(alice), session(alice, { csrf: undefined })]) {
      const answer = await make({ ...headers, 'x-csrf-token': 'wrong' })
      expect([answer.statusCode, answer.json().detail[0].msg]).toEqual([403, 'Invalid CSRF token'])
    }
    expect((await make({ ...session(alice), 'x-csrf-token': 'right' })).statusCode).toBe(201)
  })

  it('is needed beside a header token, as long as the cookie’s token is valid', async () => {
    expect((await make({ ...session(alice), ...bearer(alice) })).statusCode).toBe(403)
  })

  it('is not needed where the header counts', async () => {
    const without = [
      bearer(alice),
      { ...sessionCookie({ csrf: 'right' }), ...bearer(alice) },
      { ...session(dead), ...bearer(alice) },
    ]
    for (const headers of without) expect((await make(headers)).statusCode).toBe(201)
  })

  it('is not needed to look', async () => {
    for (const method of ['GET', 'HEAD']) {
      expect((await api.send(method, path, { headers: session(alice) })).statusCode).toBe(200)
    }
  })

  it('comes before the token is looked up', async () => {
    expect(errorTypes(await make(session(dead)))).toEqual(['invalid_csrf'])
    expect(errorTypes(await make({ ...session(dead), 'x-csrf-token': 'right' }))).toEqual([
      'no_authorization',
    ])
  })
})

describe('the session cookie', () => {
  it('gets a value against forged requests when it is asked for one, and only then', async () => {
    const headers = sessionCookie({ token: `${alice}` })
    expect((await api.send('GET', TOKEN_INFO, { headers })).headers).not.toHaveProperty('set-cookie')

    const first = await api.send('GET', LOGIN, { headers })
    const [cookie = ''] = String(first.headers['set-cookie']).split(';', 1)
    expect(first.json()).toMatchObject({ csrf: expect.stringMatching(/^[\w-]{22}$/), username: 'alice' })
    expect(first.json().config.scopes[0]).toEqual({ name: 'admin:token', description: 'May admin:token' })

    const again = await api.send('GET', LOGIN, { headers: { cookie } })
    expect(again.json().csrf).toBe(first.json().csrf)
    expect(again.headers).not.toHaveProperty('set-cookie')
    const made = await api.send('POST', '/auth/api/v1/users/alice/tokens', {
      headers: { cookie, 'x-csrf-token': first.json().csrf },
      body: { token_name: 'by browser' },
    })
    expect(made.statusCode).toBe(201)
  })

  it('that cannot be read counts as none, and is warned about', async () => {
    const from = api.lines.length
    const answer = await api.send('GET', TOKEN_INFO, {
      headers: { cookie: 'gafaelfawr=gAAAAABl', ...bearer(alice) },
    })
    expect(answer.statusCode).toBe(200)
    expect(api.lines.slice(from)).toContainEqual(
      expect.objectContaining({ level: 'warn', event: 'Discarding invalid state cookie' }),
    )
  })
})

describe('the order of checks', () => {
  const path = '/auth/api/v1/users/alice/tokens'
  const raw = (payload: string, headers: Record<string, string> = {}) =>
    api.app.inject({
      method: 'POST',
      url: path,
      payload,
      headers: { 'content-type': 'application/json', ...headers },
    })

  it('puts broken JSON before everything', async () => {
    expect(errorTypes(await raw('{'))).toEqual(['json_invalid'])
  })

  it('puts a known address before credentials', async () => {
    const answer = await api.app.inject({ url: TOKEN_INFO, remoteAddress: 'nowhere' })
    expect([answer.statusCode, answer.json().detail.type]).toEqual([422, 'missing_client_ip'])
  })

  it('puts credentials before the form of a request', async () => {
    expect(errorTypes(await raw('{}'))).toEqual(['no_authorization'])
    expect(errorTypes(await api.send('POST', '/auth/api/v1/users/No/tokens', { body: {} }))).toEqual([
      'no_authorization',
    ])
  })

  it('puts the route’s scope before the form of a request', async () => {
    const answer = await api.send('POST', '/auth/api/v1/tokens', { token: `${alice}`, body: {} })
    expect(errorTypes(answer)).toEqual(['permission_denied'])
  })

  it('puts the form of a request, path, query and body together, before what the service says', async () => {
    const answer = await api.send('POST', '/auth/api/v1/users/No/tokens', { token: `${alice}`, body: {} })
    expect(answer.json().detail.map(({ loc }: { loc: string[] }) => loc.join('.'))).toEqual([
      'path.username',
      'body.token_name',
    ])
    const others = await api.send('POST', '/auth/api/v1/users/bobby/tokens', { token: `${alice}`, body: {} })
    expect(errorTypes(others)).toEqual(['missing'])
  })
})
