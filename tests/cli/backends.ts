import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTestDatabase, postgresAvailable } from '../support/postgres.ts'
import { redisAvailable, startRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Stores of a test's own, and how the program is told of them. */
export interface CliStores {
  /** An empty folder to work in; the data folder of the embedded store will be `data` in it. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

export interface CliBackend {
  readonly name: string
  /** True, or why tests on it are left out. */
  readonly available: true | string
  open(): Promise<CliStores>
}

/** What every configuration needs; the addresses of stores come from the environment. */
export const CONFIGURATION = `
baseUrl: http://127.0.0.1:8080/
baseInternalUrl: http://127.0.0.1:8080/
afterLogoutUrl: http://127.0.0.1:8080/
bootstrapToken: gt-AAECAwQFBgcICQoLDA0ODw.EBESExQVFhcYGRobHB0eHw
sessionSecret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
initialAdmins: [admin]
github: { clientId: client, clientSecret: very-secret }
knownScopes:
  admin:token: Manage tokens
  admin:userinfo: Read user information
  user:token: Manage own tokens
  read:all: Read everything
  write:all: Write everything
`

/** The default that a newcomer has, and the two stores that a platform has. */
export const cliBackends: readonly CliBackend[] = [
  {
    name: 'the embedded default',
    available: true,
    async open() {
      const folder = await temporaryFolder('cli')
      return {
        folder: folder.path,
        environment: { PORTHOR_DATA: join(folder.path, 'data') },
        close: () => folder.remove(),
      }
    },
  },
  {
    name: 'PostgreSQL and Redis',
    available: postgresAvailable() === true ? redisAvailable() : postgresAvailable(),
    async open() {
      const folder = await temporaryFolder('cli')
      const redis = await startRedis()
      const database = await createTestDatabase()
      const config = join(folder.path, 'porthor.yaml')
      await writeFile(config, CONFIGURATION)
      return {
        folder: folder.path,
        environment: {
          PORTHOR_CONFIG_PATH: config,
          PORTHOR_DATABASE_URL: database.url,
          GAFAELFAWR_REDIS_PERSISTENT_URL: `${redis.url}/0`,
          GAFAELFAWR_REDIS_EPHEMERAL_URL: `${redis.url}/1`,
        },
        async close() {
          await database.drop()
          await redis.stop()
          await folder.remove()
        },
      }
    },
  },
]
