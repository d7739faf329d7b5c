import { join } from 'node:path'
import { openPorthor, type Porthor } from '../../src/composition.ts'
import { type Config, loadConfig } from '../../src/config/index.ts'
import { type Clock, shiftedClock } from '../../src/models/clock.ts'
import type { LoginProvider } from '../../src/services/login/login-provider.ts'
import { type Log, silentLog } from '../../src/services/token-log.ts'
import { embeddedImage } from './embedded-template.ts'
import { createTestDatabase, postgresAvailable } from './postgres.ts'
import { redisAvailable, startRedis, type TestRedis } from './redis.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A Porthor over real stores of a test's own, with a clock that the test moves. */
export interface TestPorthor {
  porthor: Porthor
  config: Config
  redis: TestRedis | null
  /** Moves the clock, the database's included: whole seconds. */
  advance(seconds: number): void
  /** Another process's view of the same stores; null where only one process may have them. */
  another(): Promise<Porthor | null>
  close(): Promise<void>
}

export interface TestPorthorOptions {
  log?: Log
  config?: Partial<Config>
  loginProvider?: LoginProvider
}

export interface PorthorBackend {
  name: string
  /** True, or why it is left out. */
  available: true | string
  open(options?: TestPorthorOptions): Promise<TestPorthor>
}

export const BOOTSTRAP_TOKEN = 'gt-AAECAwQFBgcICQoLDA0ODw.EBESExQVFhcYGRobHB0eHw'
export const SESSION_SECRET = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='

const knownScopes = ['admin:token', 'admin:userinfo', 'exec:test', 'read:all', 'read:some', 'user:token']

/** What tests run on, with an embedded store in a folder of its own. */
export async function testConfig(): Promise<Config> {
  const folder = await temporaryFolder()
  const config = await loadConfig({ environment: { PORTHOR_DATA: join(folder.path, 'data') } })
  return {
    ...config,
    bootstrapToken: BOOTSTRAP_TOKEN,
    sessionSecrets: [SESSION_SECRET],
    knownScopes: knownScopes.map((name) => ({ name, description: `May ${name}` })),
    initialAdmins: ['admin'],
  }
}

async function open(
  stores: Partial<Config>,
  options: TestPorthorOptions,
  rest: { redis?: TestRedis; drop?: () => Promise<void> },
): Promise<TestPorthor> {
  const config: Config = { ...(await testConfig()), ...stores, ...options.config }
  const { log = silentLog, loginProvider } = options
  let offset = 0
  const clock: Clock = shiftedClock(() => offset)
  const inMemory = config.database.kind === 'embedded' && { inMemory: await embeddedImage('schema') }
  const provider = loginProvider && { loginProvider }
  const porthor = await openPorthor({ config, log, clock, ...inMemory, ...provider })
  await porthor.schema.update()
  await porthor.admins.addInitial(config.initialAdmins)
  const others: Porthor[] = []
  return {
    porthor,
    config,
    redis: rest.redis ?? null,
    advance(seconds) {
      offset += seconds
    },
    async another() {
      if (inMemory) return null
      const other = await openPorthor({ config, log, clock, ...provider })
      others.push(other)
      return other
    },
    async close() {
      for (const one of [...others, porthor]) await one.close()
      await rest.redis?.stop()
      await rest.drop?.()
    },
  }
}

const sql = { kind: 'sql' } as const

/** Each combination of stores that Porthor offers. */
export const porthorBackends: PorthorBackend[] = [
  {
    name: 'embedded',
    available: true,
    open: (options = {}) => open({ tokenStore: sql }, options, {}),
  },
  {
    name: 'PostgreSQL',
    available: postgresAvailable(),
    async open(options = {}) {
      const { url, drop } = await createTestDatabase()
      const database = { kind: 'postgresql', url, listenUrl: url, poolSize: 10 } as const
      return open({ database, tokenStore: sql }, options, { drop })
    },
  },
  {
    name: 'PostgreSQL with Redis',
    available: postgresAvailable() === true ? redisAvailable() : postgresAvailable(),
    async open(options = {}) {
      const { url, drop } = await createTestDatabase()
      const redis = await startRedis()
      const database = { kind: 'postgresql', url, listenUrl: url, poolSize: 10 } as const
      const address = {
        kind: 'server' as const,
        host: '127.0.0.1',
        port: redis.port,
        database: 0,
        username: null,
        password: null,
        tls: false,
      }
      const tokenStore = { kind: 'redis' as const, persistent: address, ephemeral: address }
      return open({ database, tokenStore }, options, { redis, drop })
    },
  },
]
