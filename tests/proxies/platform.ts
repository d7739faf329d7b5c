import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeSession } from '../../src/http/session-cookie.ts'
import { Token } from '../../src/models/token.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { freePort } from '../support/free-port.ts'
import { checkoutFolder, startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startTethered } from '../support/tethered.ts'
import { copyExamples, type Ports } from './examples.ts'
import { type Header, send } from './http-client.ts'

/** A user, a token of theirs, and the session cookie with that token. */
export interface Visitor {
  readonly username: string
  readonly token: string
  readonly key: string
  /** `gafaelfawr="…"` */
  readonly cookie: string
}

/** The real Porthor and the service of the examples, and whom they know. */
export interface Platform {
  /** Copies the examples for a proxy that is to stand before them. */
  examplesFor(proxyPort: number): Promise<string>
  /** A new user with a token of these scopes, in the groups `astronomers` and `guests`. */
  visitor(scopes: readonly string[]): Promise<Visitor>
  /** By their own token, which must have the scope `user:token`. */
  revoke(visitor: Visitor): Promise<void>
  /** What the API says of a token. */
  tokenInfo(token: string): Promise<Record<string, unknown>>
  /** The methods and targets of the requests that have reached the service, up to one that has: `GET /path`. */
  servedUntil(last: string): Promise<string[]>
  /** Ends Porthor at once. */
  stopPorthor(): Promise<void>
  /** Starts it again where it was. */
  startPorthor(): Promise<void>
  close(): Promise<void>
}

/** What examples/service.mjs shows of a request. */
export interface Shown {
  readonly method: string
  readonly url: string
  readonly headers: readonly Header[]
  readonly body: string
}

export async function startPlatform(): Promise<Platform> {
  const folder = await temporaryFolder('platform')
  const servicePort = await freePort()
  const service = await startTethered(process.execPath, [
    join(checkoutFolder, 'examples', 'service.mjs'),
    String(servicePort),
  ])
  const data = join(folder.path, 'data')
  const port = await freePort()
  const grpcPort = await freePort()
  const start = () =>
    startServerProcess({
      port,
      args: ['--config', join(checkoutFolder, 'examples', 'porthor.yaml')],
      environment: { PORTHOR_DATA: data, PORTHOR_GATE_GRPC_LISTEN: `127.0.0.1:${grpcPort}` },
    })
  let porthor = await start()
  await service.waitForOutput('listens')
  const secrets = JSON.parse(await readFile(join(data, 'secrets.json'), 'utf8')) as Record<string, string>
  const api = new Api(porthor.url, secrets.bootstrapToken ?? '')
  const fernet = new Fernet([secrets.sessionSecret ?? ''])
  let visitors = 0

  return {
    async examplesFor(proxyPort) {
      const copy = await temporaryFolder('examples')
      const ports: Ports = { proxy: proxyPort, porthor: port, porthorGrpc: grpcPort, service: servicePort }
      await copyExamples(copy.path, ports)
      return copy.path
    },
    async visitor(scopes) {
      const username = `visitor${++visitors}`
      const token = await api.createToken(username, scopes)
      const [cookie = ''] = writeSession({ token: Token.parse(token) }, fernet, {
        domain: null,
        isSecure: true,
      }).split(';')
      return { username, token, key: Token.parse(token).key, cookie }
    },
    revoke: (visitor) => api.revoke(visitor),
    tokenInfo: (token) => api.tokenInfo(token),
    async servedUntil(last) {
      await service.waitForOutput(`Served ${last}\n`)
      return [...service.output().matchAll(/^Served (.*)$/gm)].map(([, served = '']) => served)
    },
    async stopPorthor() {
      await porthor.program.end('SIGKILL')
    },
    async startPorthor() {
      porthor = await start()
    },
    async close() {
      await porthor.program.end('SIGKILL')
      await service.end('SIGKILL')
    },
  }
}

class Api {
  readonly #url: string
  readonly #bootstrapToken: string

  constructor(url: string, bootstrapToken: string) {
    this.#url = url
    this.#bootstrapToken = bootstrapToken
  }

  async createToken(username: string, scopes: readonly string[]): Promise<string> {
    const body = {
      username,
      token_type: 'user',
      token_name: 'laptop',
      scopes,
      email: `${username}@example.org`,
      groups: [
        { name: 'astronomers', id: 1001 },
        { name: 'guests', id: 1002 },
      ],
    }
    const { token } = await this.#call('POST', '/tokens', 201, body)
    return String(token)
  }

  async revoke({ username, key, token }: Visitor): Promise<void> {
    await this.#call('DELETE', `/users/${username}/tokens/${key}`, 204, undefined, token)
  }

  async tokenInfo(token: string): Promise<Record<string, unknown>> {
    return this.#call('GET', '/token-info', 200, undefined, token)
  }

  async #call(
    method: string,
    path: string,
    wanted: number,
    body?: object,
    token = this.#bootstrapToken,
  ): Promise<Record<string, unknown>> {
    const { status, body: answer } = await send(this.#url, {
      method,
      path: `/auth/api/v1${path}`,
      headers: [
        ['Authorization', `Bearer ${token}`],
        ['Content-Type', 'application/json'],
      ],
      ...(body && { body: JSON.stringify(body) }),
    })
    if (status !== wanted) throw new Error(`${method} ${path}: ${status} ${answer}`)
    return answer === '' ? {} : (JSON.parse(answer) as Record<string, unknown>)
  }
}
