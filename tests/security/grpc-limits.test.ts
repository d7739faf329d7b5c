import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import {
  credentials,
  Metadata,
  makeGenericClientConstructor,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EnvoyServer, startEnvoyServer } from '../../src/grpc/envoy-server.ts'
import type { CheckResponse } from '../../src/grpc/messages.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { type GateServer, startGate } from '../gate/gate-server.ts'
import { porthorBackends } from '../support/porthor.ts'
import { converse } from './wire.ts'

const protoFile = fileURLToPath(new URL('../../src/grpc/authorization.proto', import.meta.url))
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

let gate: GateServer
let server: EnvoyServer

beforeAll(async () => {
  gate = await startGate(porthorBackends[0])
  server = await startEnvoyServer(gate.porthor, { kind: 'port', host: '127.0.0.1', port: 0 }, silentLog)
})
afterAll(async () => {
  await server?.close()
  await gate?.close()
})

interface Outcome {
  /** Of the call. */
  code: number
  /** Of what Envoy is to answer. */
  httpStatus: number | undefined
}

function check(
  headers: readonly [string, string][],
  { metadata = new Metadata(), path = '/' } = {},
): Promise<Outcome> {
  const service = loadSync(protoFile, { defaults: true })['envoy.service.auth.v3.Authorization']
  const Client = makeGenericClientConstructor(service as ServiceDefinition, 'Authorization')
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure())
  const headerMap = { headers: headers.map(([key, value]) => ({ key, rawValue: Buffer.from(value) })) }
  const http = { method: 'GET', host: 'example.com', path, scheme: 'https', headerMap }
  const request = { attributes: { request: { http }, contextExtensions: { parameters: 'scope=read:all' } } }
  return new Promise<Outcome>((resolve) => {
    client.Check?.(request, metadata, (error: { code: number } | null, response?: CheckResponse) =>
      resolve({ code: error?.code ?? 0, httpStatus: response?.deniedResponse?.status.code }),
    )
  }).finally(() => client.close())
}

const REFUSED: Outcome = { code: 0, httpStatus: 401 }

describe('the gate over gRPC', () => {
  it('refuses a message above a mebibyte, and answers one just below', async () => {
    expect(await check([['x-long', 'x'.repeat(1_100_000)]])).toEqual({
      code: status.RESOURCE_EXHAUSTED,
      httpStatus: undefined,
    })
    expect(await check([['x-long', 'x'.repeat(1_000_000)]])).toEqual(REFUSED)
  })

  it('takes tens of thousands of headers, cookies and scopes for what they are', async () => {
    expect(await check(Array.from({ length: 30_000 }, (_, index) => [`x-${index}`, '']))).toEqual(REFUSED)
    expect(await check([['cookie', 'gafaelfawr=x; '.repeat(50_000)]])).toEqual(REFUSED)
    const path = `/?${'scope=a&'.repeat(50_000)}`
    expect(await check([], { path })).toEqual(REFUSED)
  })

  it('breaks off a call whose metadata has no end', async () => {
    const metadata = new Metadata()
    metadata.add('x-long', 'x'.repeat(100_000))
    const { code, httpStatus } = await check([], { metadata })
    expect(code).not.toBe(0)
    expect(httpStatus).toBeUndefined()
    expect(await check([])).toEqual(REFUSED)
  })

  it.each([
    ['HTTP/1.1', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['another protocol', 'EHLO example.com\r\n\r\n'],
    [
      'a frame that is longer than any',
      Buffer.concat([Buffer.from(PREFACE), Buffer.from('ffffff000000000000', 'hex')]),
    ],
    [
      'headers that are none',
      Buffer.concat([Buffer.from(PREFACE), Buffer.from('000004010500000001ffffffff', 'hex')]),
    ],
  ])('closes a connection that speaks %s, and serves the others', async (_, bytes) => {
    expect(await converse(server.port, bytes)).toMatchObject({ ended: true, statuses: [] })
    expect(await check([])).toEqual(REFUSED)
  })

  it('serves others while hundreds of connections say nothing, or begin and go on with nothing', async () => {
    const sockets = Array.from({ length: 300 }, (_, index) => {
      const socket = connect(server.port, '127.0.0.1').on('error', () => {})
      if (index % 2 === 0) socket.write(PREFACE)
      return socket
    })
    expect(await check([])).toEqual(REFUSED)
    for (const socket of sockets) socket.destroy()
  })

  it('ends connections that ask for nothing for a while', { timeout: 20_000 }, async () => {
    const address = { kind: 'port', host: '127.0.0.1', port: 0 } as const
    const impatient = await startEnvoyServer(gate.porthor, address, silentLog, { idleMilliseconds: 100 })
    const client = connectHttp2(`http://127.0.0.1:${impatient.port}`)
    const silent = connect(impatient.port, '127.0.0.1').resume()
    await Promise.all([once(client, 'close'), once(silent, 'close')])
    await impatient.close()
  })
})
