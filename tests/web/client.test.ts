import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ApiError, answer, answerWithHeaders, createClient, nextCursor } from '../../src/client/index.ts'
import type { Token } from '../../src/models/token.ts'
import { openApi, sessionCookie, type TestApi } from '../http/api.ts'

/** Requests reach the API without a network. */
function through(app: FastifyInstance, headers: Record<string, string> = {}) {
  return async (request: Request): Promise<Response> => {
    const {
      statusCode,
      body,
      headers: answered,
    } = await app.inject({
      method: request.method as 'GET',
      url: request.url,
      headers: { ...Object.fromEntries(request.headers), ...headers },
      payload: Buffer.from(await request.arrayBuffer()),
    })
    const hasBody = statusCode !== 204
    return new Response(hasBody ? body : null, {
      status: statusCode,
      headers: Object.entries(answered).map(([name, value]): [string, string] => [name, String(value)]),
    })
  }
}

describe('porthor/client', () => {
  let api: TestApi
  let token: Token
  const baseUrl = 'https://example.com'

  beforeAll(async () => {
    api = await openApi()
    token = await api.newToken('alice', ['user:token', 'read:all'])
  })
  afterAll(() => api.close())

  it('calls the API with a token, and gives data with types', async () => {
    const client = createClient({ baseUrl, token: `${token}`, fetch: through(api.app) })
    const path = { username: 'alice' }
    const body = { token_name: 'made by a program', scopes: ['read:all'] }
    const made = await answer(client.POST('/auth/api/v1/users/{username}/tokens', { params: { path }, body }))
    expect(made.token).toMatch(/^gt-/)
    const info = await answer(client.GET('/auth/api/v1/token-info'))
    const username: string = info.username
    expect(username).toBe('alice')
  })

  it('throws what the API refuses, with its code and the field', async () => {
    const client = createClient({ baseUrl, token: `${token}`, fetch: through(api.app) })
    const body = { token_name: 'too much', scopes: ['admin:token'] }
    const call = answer(
      client.POST('/auth/api/v1/users/{username}/tokens', { params: { path: { username: 'alice' } }, body }),
    )
    const error = await call.catch((reason) => reason)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 422, code: 'invalid_scopes' })
    expect(error.findings[0].loc).toEqual(['body', 'scopes'])
  })

  it('throws with a message of its own where something else than the API answered', async () => {
    const client = createClient({
      ...{ baseUrl, token: `${token}` },
      fetch: async () => new Response('<h1>Bad gateway</h1>', { status: 502 }),
    })
    const error = await answer(client.GET('/auth/api/v1/token-info')).catch((reason) => reason)
    expect(error).toMatchObject({
      status: 502,
      code: undefined,
      message: 'The server answered with status 502',
    })
  })

  it('goes from page to page of a list', async () => {
    const client = createClient({ baseUrl, token: `${token}`, fetch: through(api.app) })
    const names: (string | undefined)[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { data, headers } = await answerWithHeaders(
        client.GET('/auth/api/v1/users/{username}/tokens', {
          params: { path: { username: 'alice' }, query: { cursor, limit: 1 } },
        }),
      )
      expect(data).toHaveLength(1)
      names.push(...data.map((one) => one.token_name))
      cursor = nextCursor(headers)
    }
    expect(names).toHaveLength(2)
    expect(names).toContain('made by a program')
  })

  it('sends the value against forged requests with what changes something, and only then', async () => {
    const session = await api.test.porthor.tokens.createSession(
      { username: 'bob', name: null, email: null, uid: null, gid: null, groups: null },
      ['user:token'],
      null,
    )
    const csrf = 'AAAAAAAAAAAAAAAAAAAAAA'
    const cookie = sessionCookie({ token: `${session}`, csrf })
    let asked = 0
    const client = createClient({
      baseUrl,
      fetch: through(api.app, cookie),
      csrf: async () => {
        asked++
        return csrf
      },
    })
    expect((await answer(client.GET('/auth/api/v1/token-info'))).username).toBe('bob')
    expect(asked).toBe(0)
    const params = { path: { username: 'bob' } }
    const body = { token_name: 'from a page' }
    await answer(client.POST('/auth/api/v1/users/{username}/tokens', { params, body }))
    expect(asked).toBe(1)
  })
})
