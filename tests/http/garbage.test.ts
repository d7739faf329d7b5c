import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '../../src/http/endpoints.ts'
import type { Token } from '../../src/models/token.ts'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'
import { openApi, sessionCookie, type TestApi } from './api.ts'

let api: TestApi
let alice: Token
let root: Token

beforeAll(async () => {
  api = await openApi()
  root = await api.newToken('rooty', ['admin:token'])
  await giveAliceToken()
})
afterAll(() => api.close())

/** Garbage now and then revokes it, or freezes her. */
async function giveAliceToken(): Promise<void> {
  await api.send('DELETE', '/auth/api/v1/users/alice/freeze', { token: BOOTSTRAP_TOKEN })
  alice = await api.newToken('alice')
}

/** The forms that an error may have (spec/rest-api.md §2; OpenID Connect Back-Channel Logout §2.8), and nothing else. */
function expectErrorShape({ statusCode, headers, body }: LightMyRequestResponse): void {
  expect(statusCode).toBeLessThan(500)
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-request-id': expect.any(String) })
  if (statusCode < 400 || body === '') return
  expect(headers['content-type']).toMatch('application/json')
  const { detail, error } = JSON.parse(body)
  if (error !== undefined) expect([statusCode, error]).toEqual([400, 'invalid_request'])
  else if (typeof detail === 'string') expect([404, 405]).toContain(statusCode)
  else {
    for (const finding of [detail].flat()) {
      expect(finding).toMatchObject({ type: expect.stringMatching(/^[a-z_]+$/), msg: expect.any(String) })
      if ('loc' in finding) expect(finding.loc[0]).toMatch(/^(path|query|body|header)$/)
    }
  }
}

const methods = fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'HEAD', 'PUT', 'OPTIONS')

/** What can stand in a URL, encoded or not, and what should not. */
const urlText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'a',
        '1',
        '-',
        '_',
        '.',
        '~',
        '%00',
        '%0A',
        '%2F',
        '%ff',
        '%zz',
        '%',
        '+',
        'é',
        '"',
        '<',
        ':',
        '..',
        ';',
      ),
      fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 3 })
        .map((text) => encodeURIComponent(text.toWellFormed())),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))

const username = fc.oneof({ weight: 6, arbitrary: fc.constantFrom('alice', 'bobby') }, urlText)

/** Mostly a method and a path that belong together. */
const target = fc
  .record({
    endpoint: fc.constantFrom(...endpoints.filter(({ unlisted }) => !unlisted)),
    other: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, methods),
    username,
    key: fc.oneof({ weight: 2, arbitrary: fc.constantFrom('AAAAAAAAAAAAAAAAAAAAAA', 'own') }, urlText),
  })
  .map(({ endpoint, other, username, key }) => ({
    method: other ?? endpoint.method,
    path: endpoint.path.replace('{username}', username).replace('{key}', key),
  }))

const parameterNames = [
  'cursor',
  'limit',
  'since',
  'until',
  'username',
  'actor',
  'key',
  'token_type',
  'ip_address',
  'action',
  'descendants',
  'format',
  'frozen',
  'others',
  'prefix',
  'sort',
  'subtree',
  '__proto__',
]
const query = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...parameterNames), urlText),
      fc.oneof(
        urlText,
        fc.integer().map(String),
        fc.constantFrom(
          '1_1',
          'p9999999999_2147483647',
          '253402300799_2147483648',
          '',
          '1e400',
          '-20000000000',
          '0x10',
          '::/0',
          '10.0.0.0/8',
          '1.2.3.4%00',
          '9999-12-31T23:59:59-23:59',
          '0001-01-01',
        ),
      ),
    ),
    { maxLength: 5 },
  )
  .map((parameters) => parameters.map(([name, value]) => `${name}=${value}`).join('&'))

const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom<unknown>(
    '',
    '\0',
    '\ud800',
    'x'.repeat(70),
    1e308,
    -1,
    2 ** 53,
    253402300800,
    '9999-12-31T23:59:59-23:59',
    '0001-01-01',
    [],
    {},
    [['read:all']],
    ['a'.repeat(600)],
    ['read:all\0'],
  ),
)
const fieldNames = [
  'username',
  'token_type',
  'token_name',
  'scopes',
  'expires',
  'name',
  'email',
  'uid',
  'gid',
  'groups',
  'overlap',
  '__proto__',
  'constructor',
  'toString',
]
const nearlyRight = fc
  .record({
    right: fc.constantFrom(
      {
        username: 'bobby',
        token_type: 'user',
        token_name: 'x',
        scopes: ['read:all'],
        groups: [{ name: 'g', id: 1 }],
      },
      { username: 'bot-x', token_type: 'service' },
      { token_name: 'garbage', scopes: [], expires: 4102444800 },
    ),
    wrong: fc.array(fc.tuple(fc.constantFrom(...fieldNames), strange), { maxLength: 3 }),
  })
  .map(({ right, wrong }) => ({ ...right, ...Object.fromEntries(wrong) }))

const body = fc.oneof(
  fc.constant(undefined),
  { weight: 6, arbitrary: nearlyRight.map((value) => Buffer.from(JSON.stringify(value))) },
  fc.json().map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom('[', '{', '"', '['.repeat(50_000), '{"a":'.repeat(50_000), '1e999999', '-', 'nul')
    .map((text) => Buffer.from(text)),
)

const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
})
const headers = fc
  .record(
    {
      'content-type': fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom('application/json', 'application/x+json; charset=x') },
        fc.constantFrom('text/plain', ';', 'a/b/c'),
        headerText,
      ),
      cookie: fc.oneof(
        headerText,
        headerText.map((text) => `gafaelfawr=${text}`),
        headerText.map((text) => `gafaelfawr="${text}`),
      ),
      'x-forwarded-for': fc.oneof(
        fc.constantFrom('unknown', '1.2.3.4, x', '::1%x', ',,,', '10.0.0.1:x'),
        headerText,
      ),
      'x-forwarded-proto': headerText,
      'x-csrf-token': headerText,
      host: headerText,
      'user-agent': headerText,
      'x-requested-with': fc.constant('XMLHttpRequest'),
      'x-request-id': headerText,
      accept: fc.oneof(fc.constantFrom('text/csv', 'text/csv;q=x, */*'), headerText),
      'if-match': fc.oneof(fc.constantFrom('*', '"x"', ',,"'), headerText),
      'if-none-match': headerText,
      [`__proto__`]: headerText,
    },
    { requiredKeys: [] },
  )
  .map((record) => ({ ...record }) as Record<string, string>)

const credential = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('root', 'root', 'alice', 'bootstrap', 'session', 'none') },
  headerText.map((text) => ({ authorization: text })),
  headerText.map((text) => ({ authorization: `Bearer ${text}` })),
  headerText.map((text) => ({ authorization: `Basic ${text}` })),
  headerText.map((text) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })),
)

function headersOf(chosen: string | { authorization: string }): Record<string, string> {
  if (typeof chosen !== 'string') return chosen
  if (chosen === 'session') return { ...sessionCookie({ token: `${alice}`, csrf: 'c' }), 'x-csrf-token': 'c' }
  const tokens: Record<string, string> = { root: `${root}`, alice: `${alice}`, bootstrap: BOOTSTRAP_TOKEN }
  return chosen in tokens ? { authorization: `Bearer ${tokens[chosen]}` } : {}
}

describe('garbage', () => {
  it('of every kind is answered with an error of the API’s form', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ target, query, headers, body, credential }),
        async ({ target: { method, path }, query, headers, body, credential }) => {
          const answer = await api.app.inject({
            method: method as 'GET',
            url: { pathname: path.replace('own', alice.key), query },
            headers: { ...headers, ...headersOf(credential) },
            ...(body && { payload: body }),
          })
          expectErrorShape(answer)
          if (method !== 'GET' && answer.statusCode < 300) await giveAliceToken()
        },
      ),
      { numRuns: 1_500 },
    )
    expect(api.lines.filter(({ level }) => level === 'error').map(({ event }) => event)).not.toContain(
      'Uncaught exception',
    )
  }, 120_000)

  it('on the wire is answered, or the connection ends', async () => {
    await api.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = api.app.server.address() as { port: number }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, isRequest) => {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => {})
        const chunks: Buffer[] = []
        socket.on('data', (chunk) => chunks.push(Buffer.from(chunk)))
        const before = isRequest
          ? 'GET /auth/api/v1/token-info HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
          : ''
        socket.end(Buffer.concat([Buffer.from(before), bytes, Buffer.from('\r\n\r\n')]))
        await once(socket, 'close')
        const answer = Buffer.concat(chunks).toString('latin1')
        expect(answer).toMatch(/^(HTTP\/1\.1 [234]\d\d |$)/)
      }),
      { numRuns: 100 },
    )
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
  }, 60_000)
})
