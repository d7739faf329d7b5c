import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDataFolder } from './embedded-template.ts'
import { createTestDatabase, postgresAvailable } from './postgres.ts'
import { redisAvailable, startRedis } from './redis.ts'
import { startServerProcess } from './server-process.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'

/** One of the combinations of stores that Porthor runs on, under the real program. */
export interface ServerBackend {
  readonly name: string
  /** True, or why tests on it are left out. */
  readonly available: true | string
  /**
   * Starts the program on empty stores.
   *
   * @param options.configPath - A file of the reference's form without addresses of stores, which are added here.
   * @throws A store or the program does not start.
   */
  start(options: { readonly configPath: string }): Promise<TestServer>
}

export interface TestServer {
  /** Without a slash at the end. */
  readonly url: string
  /** Of the program, for tests that kill it. */
  readonly pid: number
  /** What the program has written so far. */
  output(): string
  /** Moves the server's clock ahead by so many whole seconds, from where it is. */
  advanceClock(seconds: number): Promise<void>
  /** Ends the program and its stores. @throws The program did not end by itself, or not well. */
  close(): Promise<void>
}

/** The stores of one server: what tells the program of them, and their end. */
interface Stores {
  /** Lines at the head of the configuration file. */
  readonly settings: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Lets time pass in stores that have a clock of their own: seconds. */
  age?(seconds: number): Promise<void>
  close(): Promise<void>
}

export const serverBackends: readonly ServerBackend[] = [
  backend('embedded', true, embeddedStores),
  backend('postgresql', postgresAvailable(), postgresStores),
  backend('postgresql+redis', both(postgresAvailable(), redisAvailable()), postgresAndRedisStores),
]

function both(one: true | string, other: true | string): true | string {
  return one === true ? other : one
}

function backend(
  name: string,
  available: true | string,
  openStores: (folder: string) => Promise<Stores>,
): ServerBackend {
  return { name, available, start: ({ configPath }) => startOn(openStores, configPath) }
}

async function startOn(
  openStores: (folder: string) => Promise<Stores>,
  configPath: string,
): Promise<TestServer> {
  const folder = await temporaryFolder('server')
  const stores = await openStores(folder.path)
  const clock = await clockFile(folder)
  const config = join(folder.path, 'config.yaml')
  await writeFile(config, [...stores.settings, await readFile(configPath, 'utf8')].join('\n'))
  const closeStores = async () => {
    await stores.close()
    await folder.remove()
  }
  try {
    const server = await startServerProcess({
      args: ['--config', config],
      environment: { ...stores.environment, PORTHOR_CLOCK_OFFSET_FILE: clock.path },
    })
    return {
      url: server.url,
      pid: server.program.pid,
      output: () => server.program.output(),
      async advanceClock(seconds) {
        await clock.advance(seconds)
        await stores.age?.(seconds)
      },
      close: () => server.close().finally(closeStores),
    }
  } catch (error) {
    await closeStores()
    throw error
  }
}

/** A file that holds how many seconds the server's clock is ahead; the server reads it at each look at its clock. */
async function clockFile(folder: TemporaryFolder) {
  const path = join(folder.path, 'clock-offset')
  let offsetSeconds = 0
  const write = async () => {
    // By renaming: the server must never read half a number.
    await writeFile(`${path}.new`, `${offsetSeconds}\n`)
    await rename(`${path}.new`, path)
  }
  await write()
  return {
    path,
    async advance(seconds: number) {
      offsetSeconds += seconds
      await write()
    },
  }
}

async function embeddedStores(folder: string): Promise<Stores> {
  const data = join(folder, 'data')
  await makeDataFolder(data)
  return {
    settings: ['database: embedded'],
    environment: { PORTHOR_DATA: data },
    close: async () => {},
  }
}

async function postgresStores(): Promise<Stores> {
  const database = await createTestDatabase()
  return {
    settings: ['tokenStore: sql'],
    environment: { GAFAELFAWR_DATABASE_URL: database.url },
    close: database.drop,
  }
}

async function postgresAndRedisStores(): Promise<Stores> {
  const redis = await startRedis()
  const database = await createTestDatabase()
  return {
    settings: [],
    environment: {
      GAFAELFAWR_DATABASE_URL: database.url,
      GAFAELFAWR_REDIS_PERSISTENT_URL: `${redis.url}/0`,
      GAFAELFAWR_REDIS_EPHEMERAL_URL: `${redis.url}/1`,
    },
    age: (seconds) => redis.age(seconds),
    async close() {
      await database.drop()
      await redis.stop()
    },
  }
}
