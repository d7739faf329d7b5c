import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONNECTION_LIMITS } from '../../src/http/limits.ts'
import { openApi } from '../http/api.ts'
import { freePort } from '../support/free-port.ts'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describe('the server', () => {
  let server: ServerProcess
  let gatePort: number
  let metricsPort: number

  beforeAll(async () => {
    const folder = await temporaryFolder('limits')
    gatePort = await freePort()
    metricsPort = await freePort()
    const environment = {
      ...{ PORTHOR_DATA: folder.path, PORTHOR_BOOTSTRAP_TOKEN: BOOTSTRAP_TOKEN },
      PORTHOR_GATE_LISTEN: `127.0.0.1:${gatePort}`,
      PORTHOR_METRICS_LISTEN: `127.0.0.1:${metricsPort}`,
    }
    server = await startServerProcess({ environment })
  }, 120_000)
  afterAll(() => server?.close())

  const ask = (path: string, headers: Record<string, string> = {}, body?: string) =>
    fetch((path.startsWith('/ingress') ? `http://127.0.0.1:${gatePort}` : server.url) + path, {
      headers,
      ...(body !== undefined && { method: 'POST', body }),
    })
  const typeOf = async (answer: Response) =>
    ((await answer.json()) as { detail: { type: string }[] }).detail[0]?.type

  it.each([
    ['a header', 431, 'headers_too_large', '/auth/api/v1/token-info', { 'x-long': 'x'.repeat(20_000) }],
    [
      'a cookie',
      431,
      'headers_too_large',
      '/auth/api/v1/token-info',
      { cookie: `gafaelfawr=${'x'.repeat(20_000)}` },
    ],
    [
      'a cookie for the gate',
      431,
      'headers_too_large',
      '/ingress/auth?scope=a',
      { cookie: 'x'.repeat(20_000) },
    ],
    [
      'an Authorization',
      431,
      'headers_too_large',
      '/ingress/auth?scope=a',
      { authorization: `Bearer ${'x'.repeat(20_000)}` },
    ],
    ['a URL', 414, 'url_too_long', `/auth/api/v1/token-info?x=${'x'.repeat(9_000)}`, {}],
  ] as const)('refuses %s that is too long, and says so', async (_what, status, type, path, headers) => {
    const answer = await ask(path, headers)
    expect([answer.status, await typeOf(answer)]).toEqual([status, type])
  })

  it('refuses a body that is too large, and says so', async () => {
    const headers = { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' }
    const answer = await ask('/auth/api/v1/tokens', headers, JSON.stringify({ x: 'x'.repeat(1_100_000) }))
    expect([answer.status, await typeOf(answer)]).toEqual([413, 'body_too_large'])
  })

  it('takes what is just short enough', async () => {
    const cookie = `gafaelfawr=${'x'.repeat(12_000)}`
    expect((await ask('/auth/api/v1/token-info', { cookie })).status).toBe(401)
    expect((await ask(`/health?x=${'x'.repeat(7_900)}`)).status).toBe(200)
  })

  it('lets go of those who send headers as slowly as they can, and serves the others meanwhile', async () => {
    const ports = [server.port, gatePort, metricsPort]
    const clients = (count: number, begin: string) =>
      ports.flatMap((port) => Array.from({ length: count }, () => new SlowClient(port, begin)))
    const slow = clients(100, 'GET /ingress/auth HTTP/1.1\r\nHost: x\r\n')
    const silent = clients(50, '')
    const { headersTimeout, connectionsCheckingInterval } = CONNECTION_LIMITS
    const waiting = untilEnded([...slow, ...silent], headersTimeout + connectionsCheckingInterval)
    for (const [path, port, status] of [
      ['/health', server.port, 200],
      ['/ingress/auth?scope=a', gatePort, 401],
      ['/metrics', metricsPort, 200],
    ] as const) {
      const headers = { 'x-original-url': 'https://example.com/', 'x-original-method': 'GET' }
      expect((await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status).toBe(status)
    }
    expect(await waiting).toBe(0)
    for (const client of slow) expect(client.answer).toMatch(/^HTTP\/1\.1 408 /)
    expect((await ask('/health')).status).toBe(200)
  }, 60_000)

  it('lets go of those who send bodies as slowly as they can', async () => {
    const api = await openApi()
    try {
      await api.app.listen({ host: '127.0.0.1', port: 0 })
      expect(api.app.server.requestTimeout).toBe(CONNECTION_LIMITS.requestTimeout)
      // Half a minute is much for a test.
      api.app.server.headersTimeout = 500
      api.app.server.requestTimeout = 1_000
      const { port } = api.app.server.address() as AddressInfo
      const head = 'POST /auth/api/v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
      const clients = Array.from(
        { length: 50 },
        () => new SlowClient(port, `${head}Content-Length: 10000\r\n\r\n{`),
      )
      expect(await untilEnded(clients, 1_000 + CONNECTION_LIMITS.connectionsCheckingInterval)).toBe(0)
      for (const client of clients) expect(client.answer).toMatch(/^HTTP\/1\.1 408 /)
    } finally {
      await api.close()
    }
  }, 60_000)
})

/** Has them drip until all have ended, or the time and some more is over. @returns How many have not ended. */
async function untilEnded(clients: readonly SlowClient[], milliseconds: number): Promise<number> {
  const begun = performance.now()
  while (clients.some((client) => !client.ended) && performance.now() - begun < milliseconds + 20_000) {
    for (const client of clients) client.drip()
    await sleep(250)
  }
  return clients.filter((client) => !client.ended).length
}

/** Sends a beginning, and then a byte now and then. */
class SlowClient {
  readonly #socket: Socket
  readonly #drips: boolean
  ended = false
  answer = ''

  constructor(port: number, begin: string) {
    this.#drips = begin !== ''
    this.#socket = connect(port, '127.0.0.1')
    this.#socket.write(begin)
    this.#socket.setEncoding('latin1').on('data', (text: string) => {
      this.answer += text
    })
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      this.ended = true
    })
  }

  drip(): void {
    if (this.#drips && !this.ended) this.#socket.write('x')
  }
}
