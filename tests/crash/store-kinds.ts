import { join } from 'node:path'
import type { Config } from '../../src/config/index.ts'
import { makeDataFolder } from '../support/embedded-template.ts'
import { testConfig } from '../support/porthor.ts'
import { createTestDatabase, postgresAvailable } from '../support/postgres.ts'
import { redisAvailable, startRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Stores for one process after the other. */
export interface CrashStores {
  readonly config: Config
  remove(): Promise<void>
}

export interface StoreKind {
  readonly name: string
  /** True, or why it is left out. */
  readonly available: true | string
  readonly hasRedis: boolean
  /** Makes empty stores, without any table. */
  make(): Promise<CrashStores>
}

const sql = { kind: 'sql' } as const

export const storeKinds: readonly StoreKind[] = [
  {
    name: 'PostgreSQL with Redis',
    available: postgresAvailable() === true ? redisAvailable() : postgresAvailable(),
    hasRedis: true,
    async make() {
      const database = await createTestDatabase()
      const redis = await startRedis()
      return {
        config: {
          ...(await crashConfig()),
          database: postgresAt(database.url),
          tokenStore: {
            kind: 'redis',
            persistent: redisAt(redis.port, 0),
            ephemeral: redisAt(redis.port, 1),
          },
        },
        async remove() {
          await database.drop()
          await redis.stop()
        },
      }
    },
  },
  {
    name: 'PostgreSQL alone',
    available: postgresAvailable(),
    hasRedis: false,
    async make() {
      const { url, drop } = await createTestDatabase()
      return {
        config: { ...(await crashConfig()), database: postgresAt(url), tokenStore: sql },
        remove: drop,
      }
    },
  },
  {
    name: 'embedded',
    available: true,
    hasRedis: false,
    async make() {
      const folder = await temporaryFolder('crash')
      const database = { kind: 'embedded', folder: join(folder.path, 'data') } as const
      await makeDataFolder(database.folder)
      return { config: { ...(await crashConfig()), database, tokenStore: sql }, remove: folder.remove }
    },
  },
]

/** On a busy machine a link is silent for longer than it should be; what it then asks anew would be steps of chance. */
async function crashConfig(): Promise<Config> {
  return { ...(await testConfig()), redisLinkLeaseSeconds: 60, redisBlessingLeaseSeconds: 600 }
}

/** The same configuration, whose sessions in PostgreSQL bear a name: it tells whether a dead process's have ended. */
export function withSessionName(config: Config, name: string): Config {
  if (config.database.kind !== 'postgresql') return config
  const url = new URL(config.database.url)
  url.searchParams.set('application_name', name)
  return { ...config, database: { ...config.database, url: url.href, listenUrl: url.href } }
}

function postgresAt(url: string): Config['database'] {
  return { kind: 'postgresql', url, listenUrl: url, poolSize: 4 }
}

function redisAt(port: number, database: number) {
  return {
    kind: 'server' as const,
    host: '127.0.0.1',
    port,
    database,
    username: null,
    password: null,
    tls: false,
  }
}
