import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Token } from '../../src/models/token.ts'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'
import { openApi, sessionCookie, type TestApi } from './api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api.close())

async function linesOf(work: () => Promise<unknown>) {
  const from = api.lines.length
  await work()
  // The line about an answer is written when it has been sent.
  await new Promise((resolve) => setImmediate(resolve))
  return api.lines.slice(from)
}

describe('the log', () => {
  it('has a line for each request: what, from where, by whom', async () => {
    const token = await api.newToken('alice')
    const headers = { 'user-agent': 'curl/8', 'x-forwarded-for': '192.0.2.1' }
    const path = '/auth/api/v1/users/alice/token-change-history?limit=5&code=x'
    const lines = await linesOf(() => api.send('GET', path, { token: `${token}`, headers }))
    expect(lines).toEqual([
      {
        level: 'info',
        event: 'Answered request',
        fields: {
          httpRequest: {
            requestMethod: 'GET',
            requestUrl: '/auth/api/v1/users/alice/token-change-history?limit=5&code=(redacted)',
            remoteIp: '192.0.2.1',
            userAgent: 'curl/8',
            status: 200,
            latency: expect.stringMatching(/^\d+\.\d{6}s$/),
          },
          request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          token_source: 'bearer',
          token: token.key,
          user: 'alice',
          scopes: ['read:all', 'user:token'],
        },
      },
    ])
  })

  it('names the request in what the services write', async () => {
    const lines = await linesOf(() => api.newToken('bobby'))
    expect(lines.map(({ event }) => event)).toEqual([
      'Authenticated with bootstrap token',
      'Created new user token as administrator',
      'Answered request',
    ])
    const ids = new Set(lines.map(({ fields }) => fields.request_id))
    expect(ids.size).toBe(1)
    expect(lines[1]?.fields).toMatchObject({
      user: '<bootstrap>',
      token: '<bootstrap>',
      token_username: 'bobby',
    })
  })

  it('tells what users and clients do wrong', async () => {
    const token = await api.newToken('alice')
    const events = async (...request: Parameters<TestApi['send']>) =>
      (await linesOf(() => api.send(...request))).map(({ level, event }) => `${level}: ${event}`)
    const info = '/auth/api/v1/token-info'
    expect(await events('GET', info)).toEqual(['info: Answered request'])
    expect(await events('GET', info, { token: 'nonsense' })).toContain('warn: Invalid token')
    expect(await events('GET', info, { headers: { authorization: 'Digest x' } })).toContain(
      'warn: Invalid request',
    )
    expect(await events('GET', '/auth/api/v1/admins', { token: `${token}` })).toContain(
      'warn: Permission denied',
    )
    const cookie = sessionCookie({ token: `${token}` })
    expect(await events('POST', '/auth/api/v1/users/alice/tokens', { body: {}, headers: cookie })).toContain(
      'error: CSRF verification failed',
    )
  })

  it('is quiet about probes', async () => {
    expect((await linesOf(() => api.send('GET', '/health'))).map(({ level }) => level)).toEqual(['debug'])
  })

  it('never has a secret, nor has an answer one that was not asked for', async () => {
    const token = await api.newToken('alice')
    const canary = Token.generate()
    const cookie = sessionCookie({ token: `${token}`, csrf: 'csrf-canary-0123456789' })
    const secrets = [
      token.secret,
      canary.secret,
      BOOTSTRAP_TOKEN.slice(26),
      'csrf-canary',
      cookie.cookie.slice(20, 60),
      'p4ssw0rd',
    ]
    const from = api.lines.length
    const answers = [
      await api.send('GET', '/auth/api/v1/token-info', { token: `${token}` }),
      await api.send('GET', '/auth/api/v1/token-info', { token: `${canary}` }),
      await api.send('GET', '/auth/api/v1/token-info', { token: `${canary}x` }),
      await api.send('GET', '/auth/api/v1/token-info', { headers: { authorization: `Basic ${canary}` } }),
      await api.send('GET', '/auth/api/v1/token-info', { headers: { authorization: `${canary}` } }),
      await api.send('GET', '/auth/api/v1/token-info', {
        headers: { ...cookie, 'user-agent': `x ${canary}` },
      }),
      await api.send('GET', `/auth/api/v1/users/alice/tokens/${canary}?key=${canary}&x=p4ssw0rd`, {
        token: `${token}`,
      }),
      await api.send('GET', `/${canary}`),
      await api.send('GET', `/auth/api/v1/users/${canary}/tokens`, { token: `${token}` }),
      await api.send('GET', `/auth/api/v1/users/alice/token-change-history?cursor=${canary}&key=${canary}`, {
        token: `${token}`,
      }),
      await api.send('POST', '/auth/api/v1/users/alice/tokens', {
        token: `${token}`,
        body: { token_name: [`${canary}`], [`${canary}`]: 1 },
      }),
      await api.send('POST', '/auth/api/v1/users/alice/tokens', {
        token: `${token}`,
        body: { token: `${canary}` },
      }),
      await api.send('POST', '/auth/api/v1/users/alice/tokens', { token: `${token}`, body: `${canary}` }),
      await api.send('POST', '/auth/api/v1/users/alice/tokens', {
        headers: { ...cookie, 'x-csrf-token': 'csrf-canary-wrong' },
        body: {},
      }),
      await api.send('POST', '/auth/api/v1/tokens', {
        token: BOOTSTRAP_TOKEN,
        body: { username: `${canary}` },
      }),
      await api.app.inject({
        method: 'POST',
        url: '/auth/api/v1/tokens',
        payload: `{"x":"${canary}"`,
        headers: { 'content-type': 'application/json' },
      }),
    ]
    const text = JSON.stringify([
      api.lines.slice(from),
      answers.map(({ statusCode, headers, body }) => ({ statusCode, headers, body })),
    ])
    for (const secret of secrets) expect(text).not.toContain(secret)
  })
})
