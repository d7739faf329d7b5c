import { createClient } from '@redis/client'
import { freePort } from './free-port.ts'
import { findProgram } from './programs.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { startTethered, type TetheredProgram } from './tethered.ts'

/** A Redis server of a test's own, which ends with the process that started it. */
export interface TestRedis {
  /** Without a database number: `redis://127.0.0.1:PORT`. */
  readonly url: string
  readonly port: number
  /** Of the server, for tests that pause or kill it. */
  readonly pid: number
  /** Forgets every key of every database. */
  flush(): Promise<void>
  /** Lets so many seconds pass for what expires: takes them from the rest of each key's life. */
  age(seconds: number): Promise<void>
  /** Kills the server at once; may be called twice. */
  stop(): Promise<void>
}

export interface RedisOptions {
  /** Where to listen; a free port by default. For a server that comes back where another one stood. */
  readonly port?: number
  /**
   * Settings as on the server's command line, after those that switch persistence off:
   * `['--appendonly', 'yes', '--dir', folder]`.
   */
  readonly settings?: readonly string[]
}

const attempts = 3

/** True, or why tests that need Redis are left out. */
export function redisAvailable(): true | string {
  if (findRedisServer()) return true
  return 'neither redis-server nor valkey-server is on the path; `npm run test:setup` may install it'
}

/**
 * Starts a Redis server on 127.0.0.1 that keeps nothing on disk.
 *
 * @throws There is no redis-server or valkey-server, or it does not start.
 */
export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const command = findRedisServer()
  if (!command) throw new Error(String(redisAvailable()))
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    const server = await startServer(command, port, options.settings ?? [])
    try {
      await server.waitForOutput('Ready to accept connections')
      return testRedis(server, port)
    } catch (error) {
      // Somebody else was quicker to take the free port.
      const portIsTaken = server.output().includes('Address already in use')
      if (!portIsTaken || options.port !== undefined || attempt === attempts) throw error
    }
  }
}

let ofThisWorker: Promise<TestRedis> | undefined

/** The Redis server of this test worker, without any key; ask once a test file, in `beforeAll`. */
export async function workerRedis(): Promise<TestRedis> {
  ofThisWorker ??= startRedis()
  const redis = await ofThisWorker
  await redis.flush()
  return redis
}

function findRedisServer(): string | undefined {
  return findProgram('redis-server', 'valkey-server')
}

async function startServer(
  command: string,
  port: number,
  settings: readonly string[],
): Promise<TetheredProgram> {
  const folder = await temporaryFolder('redis')
  const args = ['--bind', '127.0.0.1', '--port', `${port}`, '--save', '', '--appendonly', 'no']
  return startTethered(command, [...args, ...settings], {
    cwd: folder.path,
    removeFolder: folder.path,
  })
}

function testRedis(server: TetheredProgram, port: number): TestRedis {
  const url = `redis://127.0.0.1:${port}`
  return {
    url,
    port,
    pid: server.pid,
    async flush() {
      const client = createClient({ url })
      await client.connect()
      await client.flushAll()
      client.destroy()
    },
    async age(seconds) {
      for (const database of [0, 1]) await ageKeys(`${url}/${database}`, seconds)
    },
    async stop() {
      await server.end('SIGKILL')
    },
  }
}

/** The server's own clock cannot be moved; the end of each key can. */
async function ageKeys(url: string, seconds: number): Promise<void> {
  const client = createClient({ url })
  await client.connect()
  for await (const keys of client.scanIterator()) {
    for (const key of keys) {
      const left = await client.pTTL(key)
      // An end in the past removes the key at once.
      if (left >= 0) await client.pExpire(key, left - seconds * 1000)
    }
  }
  client.destroy()
}
