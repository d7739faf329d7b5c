import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe } from 'vitest'
import type { Porthor } from '../../src/composition.ts'
import type { Config } from '../../src/config/index.ts'
import { withRequestFields } from '../../src/http/request-log.ts'
import { createHttpServer } from '../../src/http/server.ts'
import { Token } from '../../src/models/token.ts'
import type { LoginProvider } from '../../src/services/login/login-provider.ts'
import type { Log } from '../../src/services/token-log.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import {
  BOOTSTRAP_TOKEN,
  type PorthorBackend,
  porthorBackends,
  SESSION_SECRET,
  type TestPorthor,
} from '../support/porthor.ts'

export interface LogLine {
  level: keyof Log
  event: string
  fields: Record<string, unknown>
}

export interface RequestOptions {
  /** Sent as a Bearer token. */
  token?: string
  /** Sent as JSON. */
  body?: unknown
  headers?: Record<string, string>
}

/** The API over a Porthor of a test's own. */
export interface TestApi {
  test: TestPorthor
  app: FastifyInstance
  /** What was logged so far. */
  lines: LogLine[]
  send(method: string, path: string, options?: RequestOptions): Promise<LightMyRequestResponse>
  /** Makes a user token by the bootstrap token; its name is a new one each time. */
  newToken(username: string, scopes?: readonly string[], fields?: object): Promise<Token>
  close(): Promise<void>
}

export const TRUSTED_PROXIES = ['127.0.0.0/8', '10.0.0.0/8']

const config: Partial<Config> = {
  baseUrl: 'https://example.com/',
  realm: 'example.com',
  afterLogoutUrl: 'https://example.com/logged-out',
  proxies: TRUSTED_PROXIES,
}

export interface ApiOptions {
  config?: Partial<Config>
  /** Replaces parts of the Porthor that requests reach. */
  change?: (porthor: Porthor) => Partial<Porthor>
  loginProvider?: LoginProvider
  /** On which stores; the embedded ones unless given. */
  backend?: PorthorBackend
}

export async function openApi(options: ApiOptions = {}): Promise<TestApi> {
  const { backend = porthorBackends[0], loginProvider } = options
  if (!backend) throw new Error('There is no embedded backend')
  const lines: LogLine[] = []
  const log = memoryLog(lines)
  const test = await backend.open({
    log: withRequestFields(log),
    config: { ...config, ...options.config },
    ...(loginProvider && { loginProvider }),
  })
  const app = createHttpServer({ ...test.porthor, ...options.change?.(test.porthor) }, { log })

  const send: TestApi['send'] = (method, path, { token, body, headers = {} } = {}) =>
    app.inject({
      method: method as 'GET',
      url: path,
      headers: {
        host: 'example.com',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    })

  let made = 0
  return {
    test,
    app,
    lines,
    send,
    async newToken(username, scopes = ['user:token', 'read:all'], fields = {}) {
      const wanted = { username, token_type: 'user', token_name: `token ${made++}`, scopes, ...fields }
      const answer = await send('POST', '/auth/api/v1/tokens', { token: BOOTSTRAP_TOKEN, body: wanted })
      if (answer.statusCode !== 201) throw new Error(answer.body)
      return Token.parse(answer.json().token)
    },
    async close() {
      await app.close()
      await test.close()
    },
  }
}

/** Declares a suite once for each combination of stores, each with an API of its own. */
export function onEachApi(what: string, suite: (api: () => TestApi) => void, options: ApiOptions = {}): void {
  for (const backend of porthorBackends) {
    describe.skipIf(backend.available !== true)(`${backend.name}: ${what}`, () => {
      let api: TestApi
      beforeAll(async () => {
        api = await openApi({ ...options, backend })
      })
      afterAll(() => api?.close())
      suite(() => api)
    })
  }
}

/** The header of a browser whose session has such a state. */
export function sessionCookie(state: object): { cookie: string } {
  return { cookie: `gafaelfawr="${sessionValue(state)}"` }
}

/** The value of the cookie itself. */
export function sessionValue(state: object): string {
  return new Fernet([SESSION_SECRET]).encrypt(JSON.stringify(state))
}

/** The types of the errors in an answer. */
export function errorTypes(answer: LightMyRequestResponse): string[] {
  return [answer.json().detail].flat().map(({ type }: { type: string }) => type)
}

/** A log whose lines go into a list. */
export function memoryLog(lines: LogLine[]): Log {
  const at = (level: keyof Log) => (fields: object, event: string) => {
    lines.push({ level, event, fields: { ...fields } })
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
