import { fileURLToPath } from 'node:url'
import {
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EnvoyServer, startEnvoyServer } from '../../src/grpc/envoy-server.ts'
import type { CheckResponse, HeaderValueOption } from '../../src/grpc/messages.ts'
import type { Token } from '../../src/models/token.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { porthorBackends } from '../support/porthor.ts'
import { bearer, cookie, type GateServer, STRANGER, startGate } from './gate-server.ts'

const anyPort = { kind: 'port', host: '127.0.0.1', port: 0 } as const
const secret = '0123456789abcdef'
const protoFile = fileURLToPath(new URL('../../src/grpc/authorization.proto', import.meta.url))

let gate: GateServer
let server: EnvoyServer
let guarded: EnvoyServer
let withHeader: EnvoyServer
let alice: Token

beforeAll(async () => {
  gate = await startGate(porthorBackends[0])
  server = await startEnvoyServer(gate.porthor, anyPort, silentLog)
  const { porthor } = gate
  const withSecret = {
    ...porthor,
    config: { ...porthor.config, gate: { ...porthor.config.gate, secrets: [secret] } },
  }
  guarded = await startEnvoyServer(withSecret, anyPort, silentLog)
  const gateConfig = { ...porthor.config.gate, tokenHeader: 'x-api-key' }
  const withTokenHeader = { ...porthor, config: { ...porthor.config, gate: gateConfig } }
  withHeader = await startEnvoyServer(withTokenHeader, anyPort, silentLog)
  alice = await gate.newToken('alice')
})
afterAll(async () => {
  await server.close()
  await guarded.close()
  await withHeader.close()
  await gate.close()
})

interface Asked {
  /** Names and values, several of one name as several pairs. */
  headers?: readonly (readonly [string, string])[]
  /** Null: the route says none. */
  parameters?: string | null
  method?: string
  host?: string
  /** As Envoy sends headers unless its filter says `encode_raw_headers`: several of one name joined by commas. */
  joined?: boolean
  metadata?: Metadata
  port?: number
}

async function check(asked: Asked): Promise<CheckResponse> {
  const { headers = [], parameters = '', method = 'GET', host = 'svc.example.com', joined = false } = asked
  const sent = [[':path', '/a/b?c=d'] as const, ['x-forwarded-proto', 'https'] as const, ...headers]
  const http = {
    method,
    host,
    path: '/a/b?c=d',
    scheme: 'http',
    ...(joined
      ? { headers: join(sent) }
      : {
          headerMap: {
            headers: sent.map(([key, value]) => ({ key, rawValue: Buffer.from(value, 'latin1') })),
          },
        }),
  }
  const contextExtensions = parameters === null ? {} : { parameters }
  return call(
    { attributes: { request: { http }, contextExtensions } },
    asked.port ?? server.port,
    asked.metadata,
  )
}

function join(headers: readonly (readonly [string, string])[]): Record<string, string> {
  const grouped = Map.groupBy(headers, ([name]) => name)
  return Object.fromEntries(
    [...grouped].map(([name, pairs]) => [name, pairs.map(([, value]) => value).join(',')]),
  )
}

async function call(request: object, port: number, metadata = new Metadata()): Promise<CheckResponse> {
  const loaded = loadPackageDefinition(loadSync(protoFile, { defaults: true, arrays: true, oneofs: true }))
  const Client = serviceAt(loaded, ['envoy', 'service', 'auth', 'v3', 'Authorization'])
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  try {
    return await new Promise((resolve, reject) => {
      client.Check?.(request, metadata, (error: Error | null, response: CheckResponse) => {
        if (error) reject(error)
        else resolve(response)
      })
    })
  } finally {
    client.close()
  }
}

function serviceAt(loaded: GrpcObject, path: readonly string[]): ServiceClientConstructor {
  return path.reduce((at, step) => at[step] as GrpcObject, loaded) as unknown as ServiceClientConstructor
}

function valuesOf(options: readonly HeaderValueOption[], name: string): string[] {
  return options.filter(({ header }) => header.key === name).map(({ header }) => header.value)
}

const authorization = (value: string) => ['authorization', value] as const

describe('authorization over gRPC', () => {
  it('lets a good token pass, and sets what the service is to see', async () => {
    const { status, okResponse } = await check({
      headers: [authorization(bearer(alice).authorization), ['cookie', 'a=b']],
      parameters: 'scope=read:all&delegate_to=svc',
    })
    expect(status.code).toBe(0)
    const headers = okResponse?.headers ?? []
    expect(valuesOf(headers, 'x-auth-request-user')).toEqual(['alice'])
    expect(valuesOf(headers, 'x-auth-request-token')[0]).toMatch(/^gt-/)
    expect(valuesOf(headers, 'cookie')).toEqual(['a=b'])
    expect(headers.every(({ append }) => append.value === false)).toBe(true)
    expect(okResponse?.headersToRemove).toContain('authorization')
    expect(okResponse?.headersToRemove).not.toContain('cookie')
  })

  it('names the headers that only Porthor may set, for Envoy to drop', async () => {
    const { okResponse } = await check({
      headers: [
        authorization(bearer(alice).authorization),
        ['x-auth-request-email', 'x'],
        ['x_auth_request_user', 'x'],
        ['x.auth.request.user', 'x'],
      ],
    })
    for (const name of ['x-auth-request-email', 'x_auth_request_user', 'x.auth.request.user']) {
      expect(okResponse?.headersToRemove).toContain(name)
    }
  })

  it('names the further header for tokens, for Envoy to drop', async () => {
    const headers = [['x-api-key', `${alice}`] as const]
    const { status, okResponse } = await check({ headers, port: withHeader.port })
    expect(status.code).toBe(0)
    expect(okResponse?.headersToRemove).toContain('x-api-key')
  })

  it.each([
    ['no credential', [], '', 401, 'no_authorization'],
    ['a bad token', [authorization(bearer(STRANGER).authorization)], '', 401, 'invalid_token'],
    ['no credential of a known kind', [authorization('x')], '', 400, 'invalid_request'],
    ['parameters that make no sense', [], 'auth_type=x', 422, 'enum'],
    ['a route that does not say what is wanted', [], null, 422, 'missing'],
  ] as const)('answers to %s under the status that it has', async (_, headers, parameters, code, type) => {
    const { status, deniedResponse } = await check({ headers, parameters })
    expect(status.code).not.toBe(0)
    expect(deniedResponse?.status.code).toBe(code)
    expect(JSON.parse(deniedResponse?.body ?? '').detail[0].type).toBe(type)
    expect(valuesOf(deniedResponse?.headers ?? [], 'cache-control')).toEqual(['no-cache, no-store'])
  })

  it('refuses a token without the wanted scope', async () => {
    const headers = [authorization(bearer(alice).authorization)]
    const { deniedResponse } = await check({ headers, parameters: 'scope=exec:test' })
    expect(deniedResponse?.status.code).toBe(403)
    expect(valuesOf(deniedResponse?.headers ?? [], 'www-authenticate')[0]).toContain('scope="exec:test"')
  })

  it('sends a browser to log in', async () => {
    const { deniedResponse } = await check({ headers: [['accept', 'text/html']] })
    expect(deniedResponse?.status.code).toBe(302)
    const url = 'https://svc.example.com/a/b?c=d'
    expect(valuesOf(deniedResponse?.headers ?? [], 'location')).toEqual([
      `https://example.com/login?rd=${encodeURIComponent(url)}`,
    ])
  })

  it('judges by the method and the host of the request', async () => {
    const preflight = [
      ['origin', 'https://example.com'] as const,
      ['access-control-request-method', 'PUT'] as const,
    ]
    expect((await check({ method: 'OPTIONS', headers: preflight })).status.code).toBe(0)
    expect((await check({ headers: preflight })).status.code).not.toBe(0)
    const headers = [authorization(bearer(alice).authorization)]
    const parameters = 'user_domain=true'
    expect((await check({ headers, parameters })).status.code).not.toBe(0)
    expect((await check({ headers, parameters, host: 'alice.example.com' })).status.code).toBe(0)
    // The host is Envoy's to say, not a header's.
    const forged = [...headers, ['host', 'alice.example.com'] as const]
    expect((await check({ headers: forged, parameters })).status.code).not.toBe(0)
  })

  it('finds the credentials that Envoy has joined with others, and hands none on', async () => {
    const session = cookie(alice).cookie
    const cases = [
      [['cookie', 'a=b'] as const, ['cookie', session] as const],
      [authorization('token x'), authorization(bearer(alice).authorization)],
    ]
    for (const headers of cases) {
      for (const joined of [true, false]) {
        const { status, okResponse } = await check({ headers, joined })
        expect([status.code, joined]).toEqual([0, joined])
        const handedOn = JSON.stringify(okResponse?.headers)
        expect(handedOn).not.toContain(alice.secret)
        expect(handedOn).not.toContain(session)
        expect(handedOn).toMatch(/a=b|token x/)
      }
    }
  })

  it('leaves commas alone that belong to a header', async () => {
    const digest = 'Digest username="x", realm="y", nonce="z"'
    const { okResponse } = await check({
      headers: [['cookie', cookie(alice).cookie], authorization(digest)],
      joined: true,
    })
    expect(valuesOf(okResponse?.headers ?? [], 'authorization')).toEqual([digest])
  })

  it('wants the proxy’s secret from the call, not from the request', async () => {
    const headers = [authorization(bearer(alice).authorization), ['x-porthor-secret', secret] as const]
    expect((await check({ headers, port: guarded.port })).status.code).not.toBe(0)
    const metadata = new Metadata()
    metadata.set('x-porthor-secret', secret)
    expect((await check({ headers, port: guarded.port, metadata })).status.code).toBe(0)
  })

  it('is closed to a call about nothing', async () => {
    const { status, deniedResponse } = await call({}, server.port)
    expect([status.code === 0, deniedResponse?.status.code]).toEqual([false, 500])
  })
})
