import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Token } from '../../src/models/token.ts'
import { freePort } from '../support/free-port.ts'
import { porthorBackends } from '../support/porthor.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { basic, bearer, type GateServer, type Headers, STRANGER, startGate } from './gate-server.ts'

const SECRET = 'secret-of-the-proxy'
const NEW_SECRET = 'secret-that-comes-next'

describe('a gate with secrets', () => {
  let gate: GateServer
  let alice: Token

  beforeAll(async () => {
    const settings = { secrets: [SECRET, NEW_SECRET], listen: null, grpcListen: null, tokenHeader: null }
    gate = await startGate(porthorBackends[0], { config: { gate: settings } })
    alice = await gate.newToken('alice')
  })
  afterAll(() => gate.close())

  const parameters = { 'x-porthor-parameters': 'scope=read:all' }
  const forwarded = {
    ...{ 'x-forwarded-method': 'GET', 'x-forwarded-proto': 'https' },
    ...{ 'x-forwarded-host': 'example.com', 'x-forwarded-uri': '/' },
  }
  const paths = [
    '/ingress/auth?delegate_to=svc',
    '/ingress/auth?satisfy=x',
    '/ingress/anonymous',
    '/ingress/forward',
    '/ingress/envoy/x',
  ]

  it.each(paths)('does not answer who has none: %s', async (path) => {
    for (const secret of [null, '', 'wrong', `${SECRET}x`, [SECRET, SECRET], [SECRET, 'wrong']]) {
      const headers = { ...bearer(alice), ...parameters, ...forwarded, 'x-porthor-secret': secret }
      const reply = await gate.ask(path, headers)
      expect([reply.status, reply.type]).toEqual([403, 'unknown_proxy'])
      expect(reply.get('x-auth-request-token')).toBeUndefined()
      expect(gate.lines.at(-1)).toMatchObject({ level: 'warn', event: 'Not one of the gate’s proxies' })
      expect(JSON.stringify(gate.lines.at(-1))).not.toContain(SECRET)
    }
  })

  it.each([SECRET, NEW_SECRET])('answers who has any of them, and hands none on', async (secret) => {
    for (const path of ['', '/ingress/anonymous', '/ingress/forward', '/ingress/envoy/x']) {
      const headers = { ...bearer(alice), ...parameters, ...forwarded, 'x-porthor-secret': secret }
      const reply = await gate.ask(path, headers)
      expect(reply.status).toBe(200)
      expect(reply.rawHeaders.join()).not.toContain(secret)
    }
  })
})

describe('a header for tokens', () => {
  let gate: GateServer
  let alice: Token

  beforeAll(async () => {
    const settings = { secrets: [], listen: null, grpcListen: null, tokenHeader: 'x-api-key' }
    gate = await startGate(porthorBackends[0], { config: { gate: settings } })
    alice = await gate.newToken('alice')
  })
  afterAll(() => gate.close())

  const passes = async (headers: Headers) => {
    const reply = await gate.ask('', headers)
    expect(reply.get('x-api-key')).toBeUndefined()
    return reply.get('x-auth-request-user') ?? reply.type
  }

  it('is read with the token alone, or after Bearer, and beside what is none', async () => {
    expect(await passes({ 'x-api-key': `${alice}` })).toBe('alice')
    expect(gate.lines.at(-1)?.fields).toMatchObject({ token_source: 'token-header' })
    expect(await passes({ 'X-API-Key': `bearer  ${alice}` })).toBe('alice')
    expect(await passes({ ...basic('a', 'b'), 'x-api-key': `${alice}` })).toBe('alice')
    expect(await passes({ ...bearer(alice), 'x-api-key': `${alice}` })).toBe('alice')
  })

  it('does not contradict Authorization', async () => {
    expect(await passes({ ...bearer(STRANGER), 'x-api-key': `${alice}` })).toBe('invalid_request')
    expect(await passes({ 'x-api-key': `${STRANGER}` })).toBe('invalid_token')
  })

  it('that holds no token is the service’s', async () => {
    const reply = await gate.ask('', { ...bearer(alice), 'x-api-key': 'key-of-a-service' })
    expect([reply.status, reply.get('x-api-key')]).toEqual([200, 'key-of-a-service'])
    expect((await gate.ask('', { 'x-api-key': 'key-of-a-service' })).type).toBe('no_authorization')
    const anonymous = await gate.ask('/ingress/anonymous', { 'x-api-key': [`${alice}`, 'other'] })
    expect(anonymous.all('x-api-key')).toEqual(['other'])
  })

  it('is dropped by Envoy where it holds one', async () => {
    const headers = { 'x-porthor-parameters': 'scope=read:all', 'x-api-key': `${alice}` }
    const reply = await gate.ask('/ingress/envoy/x', headers)
    expect(reply.get('x-envoy-auth-headers-to-remove')?.split(',')).toContain('x-api-key')
  })
})

describe('a gate with an address of its own', { timeout: 90_000 }, () => {
  async function serve(listen: string, args: string[] = []) {
    const folder = await temporaryFolder('gate')
    const environment = { PORTHOR_DATA: join(folder.path, 'data'), PORTHOR_GATE_LISTEN: listen }
    return startServerProcess({ environment, args })
  }

  const forwarded = { 'x-forwarded-for': '192.0.2.1' }
  const original = { 'x-original-url': 'http://127.0.0.1/', 'x-original-method': 'GET' }

  it('is on its port, and nowhere else', async () => {
    const port = await freePort()
    const server = await serve(`127.0.0.1:${port}`)
    expect((await fetch(`http://127.0.0.1:${port}/ingress/anonymous`)).status).toBe(200)
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(404)
    for (const path of ['auth', 'anonymous', 'forward', 'envoy/x']) {
      expect((await fetch(`${server.url}/ingress/${path}`)).status).toBe(404)
    }
    await server.close()
  })

  it('is on its socket, where every peer is a proxy, also where a socket was left behind', async () => {
    const folder = await temporaryFolder('socket')
    const socketPath = join(folder.path, 'gate.sock')
    const ask = async (path: string, headers: Record<string, string>) => {
      const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
      request({ socketPath, path, headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
      return promise
    }
    const first = await serve(`unix:${socketPath}`)
    expect(await ask('/ingress/auth', original)).toBe(401)
    await first.program.end('SIGKILL')
    const second = await serve(`unix:${socketPath}`)
    expect(await ask('/ingress/auth', { ...original, ...forwarded })).toBe(401)
    expect(await ask('/ingress/auth?auth_type=x', { ...original, ...forwarded })).toBe(403)
    await second.program.waitForOutput('192.0.2.1')
    await expect(serve(`unix:${socketPath}`)).rejects.toThrow('The gate cannot listen on')
    await second.close()
    await folder.remove()
  })
})
