import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '../../src/http/endpoints.ts'
import { ENVOY_PREFIX } from '../../src/http/gate/envoy.ts'
import { GateHeaderReader } from '../../src/http/gate/headers.ts'
import { buildOpenApiDocument } from '../../src/http/openapi.ts'
import { INGRESS_PATHS } from '../../src/http/routes/ingress.ts'
import { StoreUnavailableError } from '../../src/models/errors.ts'
import { gateQuery } from '../../src/models/gate-parameters.ts'
import { Token } from '../../src/models/token.ts'
import { errorTypes, openApi, type TestApi } from './api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api.close())

describe('paths and methods', () => {
  it.each([
    '/nothing',
    '/auth',
    '/ingress',
    '/auth/api/v1/TOKEN-INFO',
    '/auth/api/v1/users//tokens',
    '/auth/api/v1/nothing/',
  ])('that are not there are not found: %s', async (path) => {
    const answer = await api.send('GET', path)
    expect([answer.statusCode, answer.json()]).toEqual([404, { detail: 'Not Found' }])
  })

  it.each([
    ['DELETE', '/auth/api/v1/token-info', 'GET, HEAD'],
    ['DELETE', '/auth/api/v1/users/alice/tokens', 'GET, HEAD, POST'],
    ['POST', '/auth/api/v1/users/alice/tokens/x', 'GET, HEAD, PATCH, DELETE'],
    ['OPTIONS', '/auth/api/v1/tokens', 'POST'],
    ['PUT', '/', 'GET, HEAD'],
  ])('are named where a method is not allowed: %s %s', async (method, path, allow) => {
    const answer = await api.send(method, path)
    expect([answer.statusCode, answer.json(), answer.headers.allow]).toEqual([
      405,
      { detail: 'Method Not Allowed' },
      allow,
    ])
  })

  it('are found without a slash at the end', async () => {
    const to = async (path: string, headers = {}) => {
      const answer = await api.send('GET', path, { headers })
      return [answer.statusCode, answer.headers.location]
    }
    expect(await to('/auth/api/v1/token-info/?a=b')).toEqual([
      307,
      'http://example.com/auth/api/v1/token-info?a=b',
    ])
    expect(await to('/auth/api/v1/users/alice/tokens/')).toEqual([
      307,
      'http://example.com/auth/api/v1/users/alice/tokens',
    ])
    const proxied = { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https', host: 'evil.example/?' }
    expect(await to('/health/', proxied)).toEqual([307, 'https://example.com/health'])
  })

  it('answer HEAD as they answer GET', async () => {
    const answer = await api.send('HEAD', '/health')
    expect([answer.statusCode, answer.body]).toEqual([200, ''])
  })

  it('are refused where they cannot be decoded, or are too long', async () => {
    const broken = await api.send('GET', '/auth/api/v1/users/%zz/tokens')
    expect([broken.statusCode, errorTypes(broken)]).toEqual([400, ['bad_request']])
    const long = await api.send('GET', `/health?${'x'.repeat(9000)}`)
    expect([long.statusCode, errorTypes(long)]).toEqual([414, ['url_too_long']])
  })
})

describe('bodies', () => {
  const post = (payload: string | Buffer, headers: Record<string, string>) =>
    api.app.inject({ method: 'POST', url: '/auth/api/v1/tokens', payload, headers })

  it('that are too large are refused', async () => {
    const answer = await post(Buffer.alloc(1024 * 1024 + 1, 0x20), { 'content-type': 'application/json' })
    expect([answer.statusCode, errorTypes(answer)]).toEqual([413, ['body_too_large']])
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'nonsense', '; charset=utf-8'])(
    'of another type are refused: %s',
    async (type) => {
      const answer = await post('{}', { 'content-type': type })
      expect([answer.statusCode, errorTypes(answer)]).toEqual([415, ['unsupported_media_type']])
    },
  )
})

describe('the service', () => {
  it('says what it is', async () => {
    expect((await api.send('GET', '/')).json()).toMatchObject({
      name: 'porthor',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      documentation_url: 'https://example.com/auth/docs',
    })
  })

  it('says that it can serve, whoever asks', async () => {
    for (const path of ['/health', '/health?foo=bar', '/health/live']) {
      const answer = await api.send('GET', path, {
        headers: { cookie: 'gafaelfawr=x', 'x-forwarded-for': 'unknown' },
      })
      expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'healthy' }])
    }
  })

  it('lives on while a store is away, and says when to come back', async () => {
    const away = async () => {
      throw new StoreUnavailableError('Redis does not answer', { cause: new Error('ECONNREFUSED') })
    }
    const without = await openApi({
      change: ({ verifier }) => ({
        health: away,
        verifier: Object.assign(Object.create(verifier), { verify: away }),
      }),
    })
    const token = 'gt-AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA'
    for (const path of ['/health', '/auth/api/v1/token-info']) {
      const answer = await without.send('GET', path, { token })
      expect([answer.statusCode, errorTypes(answer), answer.headers['retry-after']]).toEqual([
        503,
        ['store_unavailable'],
        '5',
      ])
    }
    expect((await without.send('GET', '/health/live')).statusCode).toBe(200)
    expect(without.lines).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'Store unavailable' }),
    )
    await without.close()
  })

  it('says nothing of a defect but that there is one', async () => {
    const broken = await openApi({
      change: () => ({
        health: async () => {
          throw new Error('canary in the answer')
        },
      }),
    })
    const answer = await broken.send('GET', '/health')
    expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([
      500,
      'text/plain; charset=utf-8',
      'Internal Server Error',
    ])
    expect(broken.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        event: 'Uncaught exception',
        fields: expect.objectContaining({ exception: expect.stringContaining('canary') }),
      }),
    )
    await broken.close()
  })
})

describe.each([
  { slackAlerts: true, told: 'is told to operators, one kind once, without secrets' },
  { slackAlerts: false, told: 'is told to nobody where that is not wanted' },
])('a defect, with slackAlerts $slackAlerts', ({ slackAlerts, told }) => {
  it(told, async () => {
    const slack = await startSlack()
    const token = Token.generate()
    const broken = await openApi({
      config: { slackAlerts, slackWebhook: slack.url },
      change: () => ({
        health: async () => {
          throw new TypeError(`something is wrong with ${token}`)
        },
      }),
    })
    for (let count = 0; count < 3; count++) await broken.send('GET', '/health?code=very-secret')
    await broken.send('GET', '/auth/api/v1/token-info')
    await broken.close()
    await slack.close()
    const expected = expect.stringMatching(
      /^Error in Porthor: Uncaught exception in GET \S*\/health\S* \(request_id \S+\): TypeError: something is wrong with gt-/,
    )
    expect(slack.texts).toEqual(slackAlerts ? [expected] : [])
    expect(slack.texts.join()).not.toMatch(new RegExp(`very-secret|${token.secret}`))
  })
})

it('token data that cannot be read is told to operators, without slackAlerts too', async () => {
  const told: string[] = []
  const { alerts, database } = api.test.porthor
  alerts.report = (_kind, text) => told.push(text)
  const token = await api.newToken('alice')
  const changed = { value: 'nonsense' }
  await database.db.updateTable('porthor_token_data').set(changed).where('key', '=', token.key).execute()
  const answer = await api.send('GET', '/auth/api/v1/token-info', { token: `${token}` })
  expect(answer.statusCode).toBe(401)
  expect(told).toEqual([expect.stringContaining(`Cannot retrieve token ${token.key}: `)])
  expect(told.join()).not.toContain(token.secret)
})

describe('what is no HTTP', () => {
  async function answerTo(text: string): Promise<string> {
    const { port } = api.app.server.address() as { port: number }
    const socket = connect(port, '127.0.0.1')
    socket.write(text)
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(Buffer.from(chunk)))
    await once(socket, 'close')
    return Buffer.concat(chunks).toString()
  }

  beforeAll(async () => {
    await api.app.listen({ port: 0, host: '127.0.0.1' })
  })

  it('is told so in the form of the API', async () => {
    const answer = await answerTo('nonsense\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(answer).toMatch(/\{"detail":\[\{"msg":"[^"]+","type":"bad_request"\}\]\}$/)
  })

  it('includes headers without an end', async () => {
    const answer = await answerTo(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })

  it('and what never comes to an end is cut off', () => {
    expect(api.app.server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000 })
  })
})

describe('the description of the API', () => {
  const document = buildOpenApiDocument()
  const paths = document.paths as unknown as Record<string, Record<string, Operation>>

  interface Operation {
    tags: string[]
    operationId: string
    responses: Record<string, object>
    parameters?: { name: string; in: string; required: boolean }[]
  }

  it('is of version 3.1 and tells of every route that is for programs', () => {
    expect(document.openapi).toBe('3.1.0')
    const told = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    const listed = endpoints.filter(({ unlisted }) => !unlisted)
    const gate = [...INGRESS_PATHS, `${ENVOY_PREFIX}{path}`].map((path) => `get ${path}`)
    expect(told.toSorted()).toEqual(
      [...listed.map(({ method, path }) => `${method.toLowerCase()} ${path}`), ...gate].toSorted(),
    )
  })

  it('refers to nothing that is not in it', () => {
    const { schemas } = document.components as unknown as { schemas: object }
    const references = JSON.stringify(document).match(/#\/components\/schemas\/\w+/g) ?? []
    expect(references.length).toBeGreaterThan(20)
    for (const reference of references)
      expect(schemas).toHaveProperty(reference.slice(reference.lastIndexOf('/') + 1))
    expect(JSON.stringify(document)).not.toMatch(/\$defs|"\$schema"/)
  })

  it('says nothing that is only so in JavaScript, or only so far', () => {
    expect(JSON.stringify(document)).not.toMatch(/9007199254740991|"additionalProperties":false/)
  })

  it('names each operation once, and its errors', () => {
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
    const make = paths['/auth/api/v1/users/{username}/tokens']?.post
    expect(make).toMatchObject({
      tags: ['user'],
      parameters: [{ name: 'username', in: 'path', required: true }],
    })
    expect(Object.keys(make?.responses ?? {})).toEqual(['201', '400', '401', '403', '409', '422', '503'])
  })

  it('has the parameters of lists, none of them needed', () => {
    const { parameters } = paths['/auth/api/v1/history/token-changes']?.get ?? {}
    expect(parameters?.map(({ name }) => name).toSorted()).toEqual([
      'action',
      'actor',
      'cursor',
      'format',
      'ip_address',
      'key',
      'limit',
      'since',
      'subtree',
      'token_type',
      'until',
      'username',
    ])
    expect(parameters?.some(({ required }) => required)).toBe(false)
    const list = paths['/auth/api/v1/users/{username}/tokens']?.get?.parameters
    expect(list?.map(({ name }) => name)).toEqual([
      ...['username', 'cursor', 'limit', 'token_type', 'service', 'expired', 'parent', 'search', 'sort'],
    ])
  })

  it('has the gate with all of its parameters, and the headers that it needs', () => {
    const { parameters = [], responses } = paths['/ingress/auth']?.get ?? {}
    const named = (place: string) => parameters.filter((one) => one.in === place).map(({ name }) => name)
    expect(named('query')).toEqual(Object.keys(gateQuery.shape))
    expect(parameters.filter(({ required }) => required).map(({ name }) => name)).toEqual([
      'X-Original-URL',
      'X-Original-Method',
    ])
    expect(Object.keys(responses ?? {})).toEqual(['200', '401', '403', '500', '503'])
    expect(responses?.[200]).toMatchObject({
      headers: { 'X-Auth-Request-User': {}, 'X-Auth-Request-Token': {} },
    })
    const reader = new GateHeaderReader(null)
    for (const name of named('header')) expect(reader.read([name, 'x'])).not.toEqual(reader.read([]))
  })

  it('is served as it is', async () => {
    const answer = await api.send('GET', '/auth/openapi.json')
    expect(answer.headers['content-type']).toMatch('application/json')
    expect(answer.json()).toEqual(JSON.parse(JSON.stringify(document)))
  })

  it.each(['/auth/docs', '/auth/redoc'])(
    'can be browsed, with nothing but what comes from here: %s',
    async (path) => {
      const page = await api.send('GET', path)
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
      const policy = String(page.headers['content-security-policy'])
      expect(policy).toMatch("default-src 'none'")
      expect(policy).not.toMatch(/unsafe|https?:|\*/)
      expect(page.body).not.toMatch(/<style|style=|<script>|onload=/)
      const parts = [...page.body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, part = '']) => part)
      expect(parts.length).toBeGreaterThan(3)
      for (const part of parts) expect((await api.send('GET', part)).statusCode).toBe(200)
    },
  )
})

/** Takes what is posted to Slack. */
async function startSlack() {
  const texts: string[] = []
  const server = createServer(async (request, response) => {
    texts.push(((await json(request)) as { text: string }).text)
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    texts,
    url: `http://127.0.0.1:${port}/hook`,
    close: () => new Promise((closed) => server.close(closed)),
  }
}
