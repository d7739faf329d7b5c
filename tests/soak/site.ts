import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { freePort } from '../support/free-port.ts'
import { BOOTSTRAP_TOKEN, SESSION_SECRET } from '../support/porthor.ts'
import { type PostgresServer, startPostgresServer } from '../support/postgres-server.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'

/** On which stores it runs, by the names under which other tests know them. */
export const SOAK_STORES = ['PostgreSQL with Redis', 'PostgreSQL alone', 'embedded'] as const
export type SoakStores = (typeof SOAK_STORES)[number]

/** How long what is in memory may be used without proof that the link is alive: seconds. */
export const LINK_LEASE_SECONDS = 1
const BLESSING_LEASE_SECONDS = 5

/** Servers of the real program on stores of their own, each of which can be taken away. */
export class Site {
  readonly #folder: TemporaryFolder
  readonly #configFile: string
  readonly stores: SoakStores
  readonly #postgres: PostgresServer | null
  #redis: TestRedis | null
  readonly #servers: ServerProcess[] = []
  /** What those have written that run no more. */
  readonly #outputs: string[] = []
  /** When the snapshot was begun that a Redis would come back with: milliseconds since the epoch. */
  savedAt = 0

  private constructor(parts: {
    folder: TemporaryFolder
    configFile: string
    stores: SoakStores
    postgres: PostgresServer | null
    redis: TestRedis | null
  }) {
    this.#folder = parts.folder
    this.#configFile = parts.configFile
    this.stores = parts.stores
    this.#postgres = parts.postgres
    this.#redis = parts.redis
  }

  /** @param servers - The embedded database lets one in, however many are wanted. */
  static async start(stores: SoakStores, servers: number): Promise<Site> {
    const folder = await temporaryFolder('soak')
    await mkdir(join(folder.path, 'redis'))
    const postgres = stores === 'embedded' ? null : await startPostgresServer({ restartable: true })
    const redis =
      stores === 'PostgreSQL with Redis' ? await startRedis({ settings: redisSettings(folder) }) : null
    const configFile = join(folder.path, 'config.yaml')
    await writeFile(configFile, JSON.stringify(settings(postgres?.url ?? null, redis?.port ?? null)))
    const site = new Site({ folder, configFile, stores, postgres, redis })
    const count = stores === 'embedded' ? 1 : servers
    for (let index = 0; index < count; index++) await site.#startServer(index, await freePort())
    return site
  }

  get servers(): readonly ServerProcess[] {
    return this.#servers
  }

  /** @throws There is none. */
  get postgres(): PostgresServer {
    if (!this.#postgres) throw new Error(`There is no PostgreSQL: ${this.stores}`)
    return this.#postgres
  }

  /** @throws There is none. */
  get redis(): TestRedis {
    if (!this.#redis) throw new Error(`There is no Redis: ${this.stores}`)
    return this.#redis
  }

  /** Where the embedded database lies. */
  get dataFolder(): string {
    return join(this.#folder.path, 'data')
  }

  /** Keeps what Redis holds now for its next life. */
  async saveRedis(): Promise<void> {
    const savedAt = Date.now()
    const client = createClient({ url: this.redis.url })
    await client.connect()
    await client.sendCommand(['SAVE'])
    client.destroy()
    await copyFile(this.#file('dump.rdb'), this.#file('kept.rdb'))
    this.savedAt = savedAt
  }

  /** Kills Redis, and starts it again as it was when it was last saved. */
  async killRedis(pauseMilliseconds: number): Promise<void> {
    const { port } = this.redis
    await this.redis.stop()
    await copyFile(this.#file('kept.rdb'), this.#file('dump.rdb'))
    await pause(pauseMilliseconds)
    this.#redis = await startRedis({ port, settings: redisSettings(this.#folder) })
  }

  /** Kills one server, and starts it again. */
  async killServer(index: number): Promise<void> {
    const server = this.#servers[index]
    if (!server) return
    await server.program.end('SIGKILL')
    this.#outputs.push(server.program.output())
    await this.#startServer(index, server.port)
  }

  /** Ends all servers as Ctrl-C does: the embedded database lets nobody else in while one runs. */
  async closeServers(): Promise<void> {
    const servers = this.#servers.splice(0)
    await Promise.all(servers.map((server) => server.close().catch(() => server.program.end('SIGKILL'))))
    this.#outputs.push(...servers.map(({ program }) => program.output()))
  }

  /** What the servers have written. */
  output(): string {
    return [...this.#outputs, ...this.#servers.map(({ program }) => program.output())].join('\n')
  }

  async close(): Promise<void> {
    await this.closeServers()
    await this.#redis?.stop()
    await this.#postgres?.stop()
    await this.#folder.remove()
  }

  async #startServer(index: number, port: number): Promise<void> {
    this.#servers[index] = await startServerProcess({
      port,
      args: ['--config', this.#configFile],
      environment: { PORTHOR_DATA: this.dataFolder },
    })
  }

  #file(name: string): string {
    return join(this.#folder.path, 'redis', name)
  }
}

function redisSettings(folder: TemporaryFolder): string[] {
  return ['--dir', join(folder.path, 'redis'), '--dbfilename', 'dump.rdb']
}

function settings(databaseUrl: string | null, redisPort: number | null): object {
  return {
    ...(databaseUrl === null ? { database: 'embedded' } : { databaseUrl }),
    ...(redisPort === null
      ? { tokenStore: 'sql' }
      : {
          redisPersistentUrl: `redis://127.0.0.1:${redisPort}/0`,
          redisEphemeralUrl: `redis://127.0.0.1:${redisPort}/1`,
        }),
    baseUrl: 'https://example.com',
    baseInternalUrl: 'http://127.0.0.1:8080',
    afterLogoutUrl: 'https://example.com/',
    bootstrapToken: BOOTSTRAP_TOKEN,
    sessionSecret: SESSION_SECRET,
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
