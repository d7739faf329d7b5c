import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { freePort } from '../support/free-port.ts'
import { BOOTSTRAP_TOKEN, SESSION_SECRET } from '../support/porthor.ts'
import { type PostgresServer, startPostgresServer } from '../support/postgres-server.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'

/** How long what is in memory may be used without proof that the link is alive: seconds. */
export const LINK_LEASE_SECONDS = 1
const BLESSING_LEASE_SECONDS = 5

/** Several servers of the real program on a PostgreSQL and a Redis of their own, each of which can be taken away. */
export class Site {
  readonly #folder: TemporaryFolder
  readonly #configFile: string
  readonly postgres: PostgresServer
  #redis: TestRedis
  readonly #servers: ServerProcess[] = []
  /** When the snapshot was begun that a Redis would come back with: milliseconds since the epoch. */
  savedAt = 0

  private constructor(
    folder: TemporaryFolder,
    configFile: string,
    postgres: PostgresServer,
    redis: TestRedis,
  ) {
    this.#folder = folder
    this.#configFile = configFile
    this.postgres = postgres
    this.#redis = redis
  }

  static async start(servers: number): Promise<Site> {
    const folder = await temporaryFolder('soak')
    await mkdir(join(folder.path, 'redis'))
    const postgres = await startPostgresServer({ restartable: true })
    const redis = await startRedis({ settings: redisSettings(folder) })
    const configFile = join(folder.path, 'config.yaml')
    await writeFile(configFile, JSON.stringify(settings(postgres.url, redis.port)))
    const site = new Site(folder, configFile, postgres, redis)
    for (let index = 0; index < servers; index++) await site.#startServer(index, await freePort())
    return site
  }

  get servers(): readonly ServerProcess[] {
    return this.#servers
  }

  get redisPort(): number {
    return this.#redis.port
  }

  get redisPid(): number {
    return this.#redis.pid
  }

  /** Keeps what Redis holds now for its next life. */
  async saveRedis(): Promise<void> {
    const savedAt = Date.now()
    const client = createClient({ url: this.#redis.url })
    await client.connect()
    await client.sendCommand(['SAVE'])
    client.destroy()
    await copyFile(this.#file('dump.rdb'), this.#file('kept.rdb'))
    this.savedAt = savedAt
  }

  /** Kills Redis, and starts it again as it was when it was last saved. */
  async killRedis(pauseMilliseconds: number): Promise<void> {
    const { port } = this.#redis
    await this.#redis.stop()
    await copyFile(this.#file('kept.rdb'), this.#file('dump.rdb'))
    await pause(pauseMilliseconds)
    this.#redis = await startRedis({ port, settings: redisSettings(this.#folder) })
  }

  /** Kills one server, and starts it again. */
  async killServer(index: number): Promise<void> {
    const server = this.#servers[index]
    if (!server) return
    await server.program.end('SIGKILL')
    await this.#startServer(index, server.port)
  }

  /** What the servers have written. */
  output(): string {
    return this.#servers.map(({ program }) => program.output()).join('\n')
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map((server) => server.close().catch(() => server.program.end('SIGKILL'))),
    )
    await this.#redis.stop()
    await this.postgres.stop()
    await this.#folder.remove()
  }

  async #startServer(index: number, port: number): Promise<void> {
    this.#servers[index] = await startServerProcess({ port, args: ['--config', this.#configFile] })
  }

  #file(name: string): string {
    return join(this.#folder.path, 'redis', name)
  }
}

function redisSettings(folder: TemporaryFolder): string[] {
  return ['--dir', join(folder.path, 'redis'), '--dbfilename', 'dump.rdb']
}

function settings(databaseUrl: string, redisPort: number): object {
  return {
    baseUrl: 'https://example.com',
    baseInternalUrl: 'http://127.0.0.1:8080',
    afterLogoutUrl: 'https://example.com/',
    bootstrapToken: BOOTSTRAP_TOKEN,
    sessionSecret: SESSION_SECRET,
    databaseUrl,
    redisPersistentUrl: `redis://127.0.0.1:${redisPort}/0`,
    redisEphemeralUrl: `redis://127.0.0.1:${redisPort}/1`,
    redisLinkLease: `${LINK_LEASE_SECONDS}s`,
    redisBlessingLease: `${BLESSING_LEASE_SECONDS}s`,
    knownScopes: {
      'admin:token': 'a',
      'admin:userinfo': 'b',
      'user:token': 'c',
      'read:all': 'd',
      'read:some': 'e',
    },
    github: { clientId: 'id', clientSecret: 'secret' },
    logLevel: 'WARNING',
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((over) => setTimeout(over, milliseconds))
}
