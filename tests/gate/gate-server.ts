import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Porthor } from '../../src/composition.ts'
import type { Config } from '../../src/config/index.ts'
import { withRequestFields } from '../../src/http/request-log.ts'
import { createHttpServer } from '../../src/http/server.ts'
import { Token } from '../../src/models/token.ts'
import { bareUserInfo, type TokenUserInfo } from '../../src/models/token-data.ts'
import { internalCaller } from '../../src/services/caller.ts'
import type { Log } from '../../src/services/token-log.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { type PorthorBackend, SESSION_SECRET, type TestPorthor } from '../support/porthor.ts'

export interface LogLine {
  level: keyof Log
  event: string
  fields: Record<string, unknown>
}

/** Headers of a request; several values: sent several times; null: not sent, though it is by default. */
export type Headers = Record<string, string | readonly string[] | null>

export class GateReply {
  readonly status: number
  /** Names and values by turns, as they came. */
  readonly rawHeaders: readonly string[]
  readonly text: string

  constructor(status: number, rawHeaders: readonly string[], text: string) {
    this.status = status
    this.rawHeaders = rawHeaders
    this.text = text
  }

  /** All values of a header. */
  all(name: string): string[] {
    const { rawHeaders } = this
    return rawHeaders.filter(
      (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name.toLowerCase(),
    )
  }

  /** The value of a header; undefined: there is none. */
  get(name: string): string | undefined {
    const values = this.all(name)
    return values.length > 0 ? values.join(' & ') : undefined
  }

  /** The `type` of the first thing that is wrong, as the body says. */
  get type(): string {
    return JSON.parse(this.text).detail[0].type
  }
}

/** A gate that listens, over stores of a test's own. */
export interface GateServer {
  test: TestPorthor
  porthor: Porthor
  app: FastifyInstance
  lines: LogLine[]
  /** `GET`, with the headers of a proxy; `path` begins after `/ingress/auth`, unless it begins with a slash. */
  ask(path: string, headers?: Headers, method?: string): Promise<GateReply>
  newToken(user: string | Partial<TokenUserInfo>, options?: NewToken): Promise<Token>
  close(): Promise<void>
}

interface NewToken {
  scopes?: readonly string[]
  expires?: number | null
}

const config: Partial<Config> = {
  baseUrl: 'https://example.com/',
  realm: 'example.com',
  allowSubdomains: true,
}

export async function startGate(
  backend: PorthorBackend | undefined,
  options: { config?: Partial<Config> } = {},
): Promise<GateServer> {
  if (!backend) throw new Error('There is no such backend')
  const lines: LogLine[] = []
  const log = memoryLog(lines)
  const test = await backend.open({ log: withRequestFields(log), config: { ...config, ...options.config } })
  const served = await serveGate(test.porthor, log)
  let made = 0
  return {
    ...served,
    test,
    porthor: test.porthor,
    lines,
    async newToken(user, { scopes = ['read:all', 'user:token'], expires = null } = {}) {
      const info = typeof user === 'string' ? bareUserInfo(user) : { ...bareUserInfo('alice'), ...user }
      const { uid, gid, groups, ...rest } = info
      return test.porthor.tokens.createTokenAsAdmin(internalCaller, {
        ...rest,
        uid: uid === null ? null : Number(uid),
        gid: gid === null ? null : Number(gid),
        groups: groups?.map(({ name, id }) => ({ name, id: Number(id) })) ?? null,
        tokenType: 'user',
        tokenName: `token ${made++}`,
        scopes,
        expires,
      })
    },
    async close() {
      await served.close()
      await test.close()
    },
  }
}

/** The gate of one more process over the same stores. */
export async function serveGate(porthor: Porthor, log: Log) {
  const app = createHttpServer(porthor, { log })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return {
    app,
    ask: (path: string, headers: Headers = {}, method = 'GET') =>
      send(port, method, path.startsWith('/') ? path : `/ingress/auth${path}`, headers),
    close: () => app.close(),
  }
}

async function send(port: number, method: string, path: string, headers: Headers): Promise<GateReply> {
  const all: Headers = {
    host: 'example.com',
    'x-original-url': 'https://example.com/svc',
    'x-original-method': 'GET',
    ...headers,
  }
  const flat = Object.entries(all).flatMap(([name, value]) =>
    value === null ? [] : [value].flat().flatMap((one) => [name, one]),
  )
  const sent = request({ host: '127.0.0.1', port, method, path, headers: flat, setHost: false })
  sent.end()
  const [response] = await once(sent, 'response')
  const chunks: Buffer[] = await response.toArray()
  return new GateReply(response.statusCode, response.rawHeaders, Buffer.concat(chunks).toString('latin1'))
}

export function bearer(token: Token): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}

export function basic(username: string, password: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
}

/** The value of a session cookie with this token. */
export function sessionOf(token: Token): string {
  return new Fernet([SESSION_SECRET]).encrypt(JSON.stringify({ token: token.toString() }))
}

export function cookie(token: Token): { cookie: string } {
  return { cookie: `gafaelfawr=${sessionOf(token)}` }
}

/** One that has the form of a token, and is none. */
export const STRANGER = Token.generate()

function memoryLog(lines: LogLine[]): Log {
  const at = (level: keyof Log) => (fields: object, event: string) => {
    lines.push({ level, event, fields: { ...fields } })
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
