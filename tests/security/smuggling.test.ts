import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'
import { bodyOf, converse } from './wire.ts'

/** Each server of Porthor's that speaks HTTP/1.1, and what it answers to a request that is in order. */
const servers = [
  { name: 'the API', path: '/health', status: 200 },
  { name: 'the gate', path: '/ingress/auth?scope=read:all', status: 401 },
  { name: 'the metrics', path: '/metrics', status: 200 },
] as const
type Server = (typeof servers)[number]

let folder: TemporaryFolder
let server: ServerProcess
const ports = new Map<Server['name'], number>()

beforeAll(async () => {
  folder = await temporaryFolder('smuggling')
  const [gate, metrics] = [await freePort(), await freePort()]
  server = await startServerProcess({
    environment: {
      PORTHOR_DATA: folder.path,
      PORTHOR_BOOTSTRAP_TOKEN: BOOTSTRAP_TOKEN,
      PORTHOR_GATE_LISTEN: `127.0.0.1:${gate}`,
      PORTHOR_METRICS_LISTEN: `127.0.0.1:${metrics}`,
    },
  })
  ports.set('the API', server.port).set('the gate', gate).set('the metrics', metrics)
}, 120_000)
afterAll(async () => {
  await server?.close()
  await folder?.remove()
})

const portOf = ({ name }: Server) => ports.get(name) ?? 0
const ORIGINAL = 'X-Original-URL: https://example.com/\r\nX-Original-Method: GET\r\n'
/** A second request, which must not be taken for one where the first has no certain end. */
const next = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`

/** What is wrong with each, after the first line. `SMUGGLED` stands for another request. */
const malformed: readonly [what: string, method: string, rest: string][] = [
  [
    'a length and chunks',
    'POST',
    'Host: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nSMUGGLED',
  ],
  [
    'chunks and a length',
    'POST',
    'Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nSMUGGLED',
  ],
  ['an unknown coding', 'POST', 'Host: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nSMUGGLED'],
  [
    'chunks that are not the last coding',
    'POST',
    'Host: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\nSMUGGLED',
  ],
  [
    'chunks twice',
    'POST',
    'Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\nSMUGGLED',
  ],
  ['two lengths', 'POST', 'Host: x\r\nContent-Length: 0\r\nContent-Length: 40\r\n\r\nSMUGGLED'],
  ['a list of lengths', 'POST', 'Host: x\r\nContent-Length: 0, 40\r\n\r\nSMUGGLED'],
  ['a length with a sign', 'POST', 'Host: x\r\nContent-Length: +0\r\n\r\nSMUGGLED'],
  ['a negative length', 'POST', 'Host: x\r\nContent-Length: -1\r\n\r\nSMUGGLED'],
  ['a hexadecimal length', 'POST', 'Host: x\r\nContent-Length: 0x0\r\n\r\nSMUGGLED'],
  ['a length beyond all numbers', 'POST', `Host: x\r\nContent-Length: ${'9'.repeat(30)}\r\n\r\nSMUGGLED`],
  ['a chunk without a size', 'POST', 'Host: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nSMUGGLED'],
  [
    'a chunk beyond all numbers',
    'POST',
    'Host: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nSMUGGLED',
  ],
  [
    'a chunk that is longer than it says',
    'POST',
    'Host: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\nSMUGGLED',
  ],
  ['bare line feeds', 'GET', 'Host: x\nX-A: b\n\nSMUGGLED'],
  ['a blank before the colon', 'GET', 'Host : x\r\nContent-Length : 40\r\n\r\nSMUGGLED'],
  ['a header over two lines', 'GET', 'Host: x\r\nX-A: b\r\n  Content-Length: 40\r\n\r\nSMUGGLED'],
  ['a NUL in a header', 'GET', 'Host: x\r\nX-A: b\0c\r\n\r\nSMUGGLED'],
  ['a carriage return in a header', 'GET', 'Host: x\r\nX-A: b\rContent-Length: 40\r\n\r\nSMUGGLED'],
  ['a header without a name', 'GET', 'Host: x\r\n: b\r\n\r\nSMUGGLED'],
  ['no host', 'GET', 'X-A: b\r\n\r\nSMUGGLED'],
]

describe.each(servers)('$name', (which) => {
  it.each(malformed)('refuses %s, and takes nothing after it for a request', async (_, method, rest) => {
    const text = rest.replace('SMUGGLED', next(which.path))
    const answer = await converse(portOf(which), `${method} ${which.path} HTTP/1.1\r\n${text}`)
    expect(answer).toMatchObject({ ended: true })
    // The request itself may have been answered before its fault came; nothing else is.
    expect(answer.statuses.at(-1)).toBe(400)
    expect(answer.statuses.length).toBeLessThanOrEqual(2)
    if (answer.statuses.length === 1 && answer.text.includes('{')) {
      expect(bodyOf(answer)).toEqual({
        detail: [{ type: 'bad_request', msg: 'The request is malformed' }],
      })
    }
  })

  it.each([
    ['another protocol', 'EHLO example.com\r\n\r\n'],
    ['HTTP/2 without being asked', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', Buffer.from('16030100a5010000a10303', 'hex')],
    ['nothing but line ends', `${'\r\n'.repeat(1_000)}x\r\n\r\n`],
  ])('answers %s with an error of its own form, and closes', async (_, bytes) => {
    const answer = await converse(portOf(which), bytes)
    expect(answer).toMatchObject({ statuses: [400], ended: true })
    expect(bodyOf(answer)).toEqual({ detail: [{ type: 'bad_request', msg: 'The request is malformed' }] })
  })

  it('answers a hundred requests that come at once, in their order', async () => {
    const own = `GET ${which.path} HTTP/1.1\r\nHost: x\r\n${ORIGINAL}\r\n`
    const other = 'GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n'
    const { statuses } = await converse(portOf(which), `${own}${other}`.repeat(50))
    expect(statuses).toEqual(Array.from({ length: 100 }, (_, index) => (index % 2 ? 404 : which.status)))
  })

  it('reads all headers of a request, or refuses it: none is left out', async () => {
    const withMany = (count: number) => {
      const head = `GET ${which.path} HTTP/1.1\r\n${'a:\r\n'.repeat(count)}Host: x\r\n${ORIGINAL}\r\n`
      return converse(portOf(which), head)
    }
    expect((await withMany(600)).statuses).toEqual([which.status])
    const more = await withMany(2_400)
    expect(more).toMatchObject({ statuses: [431], ended: true })
    expect(bodyOf(more)).toMatchObject({ detail: [{ type: 'headers_too_large' }] })
  })

  it('serves others while hundreds of connections say nothing', async () => {
    const silent = Array.from({ length: 300 }, () =>
      connect(portOf(which), '127.0.0.1').on('error', () => {}),
    )
    const answer = await converse(portOf(which), `GET ${which.path} HTTP/1.1\r\nHost: x\r\n${ORIGINAL}\r\n`)
    expect(answer.statuses).toEqual([which.status])
    for (const socket of silent) socket.destroy()
  })
})

describe('the API', () => {
  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/auth/api/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json', ...headers },
      body: body as Uint8Array<ArrayBuffer> | string,
    })
  const typesOf = async (answer: Response) =>
    ((await answer.json()) as { detail: { type: string }[] }).detail.map(({ type }) => type)

  it('refuses bodies of a hundred thousand levels as often as they come, and lives', async () => {
    for (const piece of ['[1,', '{"a":1,"b":', '[']) {
      for (let times = 0; times < 60; times++) {
        const answer = await post(`${piece.repeat(90_000)}"`, { authorization: '' })
        expect([answer.status, await typesOf(answer)]).toEqual([422, ['json_invalid']])
      }
    }
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
  }, 60_000)

  it('reads a number of half a million digits that is none in no time', async () => {
    const begun = performance.now()
    const body = {
      username: 'alice',
      token_type: 'user',
      token_name: 'x',
      expires: `${'1'.repeat(500_000)}x`,
    }
    const answer = await post(JSON.stringify(body))
    expect([answer.status, await typesOf(answer)]).toEqual([422, ['datetime_from_date_parsing']])
    expect(performance.now() - begun).toBeLessThan(10_000)
  })

  it('refuses a hundred thousand scopes, and a thousand groups', async () => {
    const token = { username: 'alice', token_type: 'user', token_name: 'x' }
    const scopes = Array.from({ length: 100_000 }, (_, index) => `s${index}`)
    const many = await post(JSON.stringify({ ...token, scopes }))
    expect([many.status, await typesOf(many)]).toEqual([422, ['too_long']])
    const groups = Array.from({ length: 900 }, () => ({ name: `${'a'.repeat(1_000)}!`, id: 1 }))
    expect((await post(JSON.stringify({ ...token, scopes: [], groups }))).status).toBe(422)
  })

  it('unpacks nothing: what is packed is no JSON', async () => {
    const packed = gzipSync(JSON.stringify({ username: 'alice', token_type: 'user', token_name: 'packed' }))
    const answer = await post(packed, { 'content-encoding': 'gzip' })
    expect([answer.status, await typesOf(answer)]).toEqual([422, ['json_invalid']])
  })

  it('takes thousands of query parameters and cookies for what they are', async () => {
    const query = 'limit=1&'.repeat(1_000)
    expect((await fetch(`${server.url}/auth/api/v1/history/token-changes?${query}`)).status).toBe(401)
    const cookie = 'gafaelfawr=x; '.repeat(1_000)
    const answer = await fetch(`${server.url}/auth/api/v1/token-info`, { headers: { cookie } })
    expect(answer.status).toBe(401)
  })
})

describe('the gate', () => {
  it('takes thousands of scopes and cookies for what they are', async () => {
    const url = `http://127.0.0.1:${ports.get('the gate')}/ingress/auth?`
    const headers = { 'x-original-url': 'https://example.com/', 'x-original-method': 'GET' }
    const scopes = 'scope=a:b&'.repeat(1_200)
    expect((await fetch(url + scopes, { headers })).status).toBe(401)
    const cookie = 'gafaelfawr=x; '.repeat(1_000)
    expect((await fetch(`${url}scope=a`, { headers: { ...headers, cookie } })).status).toBe(401)
  })

  it('reads a lifetime of twelve thousand digits in no time', async () => {
    const begun = performance.now()
    const url = `http://127.0.0.1:${ports.get('the gate')}/ingress/auth?scope=a&minimum_lifetime=`
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => fetch(`${url}${'1'.repeat(12_000 + index)}x`)),
    )
    for (const { status } of answers) expect(status).toBe(403)
    expect(performance.now() - begun).toBeLessThan(3_000)
  })
})
