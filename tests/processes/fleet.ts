import { writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { createTestDatabase } from '../support/postgres.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

export const BOOTSTRAP_TOKEN = 'gt-AAECAwQFBgcICQoLDA0ODw.EBESExQVFhcYGRobHB0eHw'

/** Several processes of the real program on one PostgreSQL and one Redis. */
export interface Fleet {
  readonly urls: readonly string[]
  readonly redis: TestRedis
  readonly databaseUrl: string
  /** Starts one more; `redisPort`: it reaches the Redis there. */
  add(options?: { redisPort?: number; settings?: object }): Promise<string>
  close(): Promise<void>
}

export interface FleetAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
  /** When it was sent: milliseconds of `performance.now()`. */
  sentAt: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** @param count - How many to begin with. */
export async function startFleet(count: number): Promise<Fleet> {
  const folder = await temporaryFolder('fleet')
  const database = await createTestDatabase()
  const redis = await startRedis()
  const servers: ServerProcess[] = []

  async function add({
    redisPort = redis.port,
    settings = {},
  }: {
    redisPort?: number
    settings?: object
  } = {}) {
    const file = join(folder.path, `config-${servers.length}.yaml`)
    const config = {
      baseUrl: 'https://example.com',
      baseInternalUrl: 'http://127.0.0.1:8080',
      afterLogoutUrl: 'https://example.com/',
      bootstrapToken: BOOTSTRAP_TOKEN,
      sessionSecret: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
      databaseUrl: database.url,
      redisPersistentUrl: `redis://127.0.0.1:${redisPort}/0`,
      redisEphemeralUrl: `redis://127.0.0.1:${redisPort}/1`,
      knownScopes: { 'admin:token': 'a', 'admin:userinfo': 'b', 'user:token': 'c', 'read:all': 'd' },
      github: { clientId: 'id', clientSecret: 'secret' },
      logLevel: 'WARNING',
      ...settings,
    }
    await writeFile(file, JSON.stringify(config))
    const server = await startServerProcess({ args: ['--config', file] })
    servers.push(server)
    return server.url
  }

  const urls: string[] = []
  for (let index = 0; index < count; index++) urls.push(await add())
  return {
    urls,
    redis,
    databaseUrl: database.url,
    add,
    async close() {
      await Promise.all(servers.map((server) => server.close().catch(() => server.program.end('SIGKILL'))))
      await redis.stop()
      await database.drop()
      await folder.remove()
    },
  }
}

export function send(
  url: string,
  options: { method?: string; token: string; body?: object } = { token: BOOTSTRAP_TOKEN },
): Promise<FleetAnswer> {
  const { method = 'GET', token, body } = options
  const sentAt = performance.now()
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${token}`,
      'X-Original-URL': 'https://example.com/service',
      'X-Original-Method': 'GET',
      ...(body && { 'Content-Type': 'application/json' }),
    }
    const outgoing = request(url, { method, headers, agent }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        text += part
      })
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text, sentAt }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end(body && JSON.stringify(body))
  })
}

let made = 0

/** A new token of a user of its own. */
export async function newToken(url: string): Promise<{ token: string; key: string; username: string }> {
  const username = `user-p${++made}`
  const body = { username, token_type: 'user', token_name: 'laptop', scopes: ['read:all', 'user:token'] }
  const answer = await send(`${url}/auth/api/v1/tokens`, { method: 'POST', token: BOOTSTRAP_TOKEN, body })
  if (answer.status !== 201) throw new Error(`The token was not made: ${answer.status} ${answer.body}`)
  const { token } = JSON.parse(answer.body) as { token: string }
  return { token, key: token.slice(3, 25), username }
}
