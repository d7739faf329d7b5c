import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../../../tests/support/free-port.ts'
import { findProgram } from '../../../tests/support/programs.ts'
import {
  type RedisOptions,
  redisAvailable,
  startRedis,
  type TestRedis,
  workerRedis,
} from '../../../tests/support/redis.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { startTethered } from '../../../tests/support/tethered.ts'
import { StoreUnavailableError } from '../../models/errors.ts'
import {
  type ConnectOptions,
  type RedisAddress,
  RedisConnection,
  UnsuitableRedisError,
} from './redis-connection.ts'

const login = { database: 0, username: null, password: null, tls: false } as const

function addressOf(port: number, changes: Partial<typeof login> | object = {}): RedisAddress {
  return { kind: 'server', host: '127.0.0.1', port, ...login, ...changes }
}

async function open(address: RedisAddress, options?: ConnectOptions): Promise<RedisConnection> {
  const connection = await RedisConnection.open(address, options)
  onTestFinished(() => connection.destroy())
  return connection
}

/** A server of a test's own, which may be killed or paused. */
async function start(options: RedisOptions = {}): Promise<TestRedis> {
  const redis = await startRedis(options)
  onTestFinished(() => redis.stop())
  return redis
}

describe.skipIf(redisAvailable() !== true)('a connection to Redis', () => {
  let shared: TestRedis
  beforeAll(async () => {
    shared = await workerRedis()
  })

  it('sends commands and gives their answers', async () => {
    const connection = await open(addressOf(shared.port))
    expect(await connection.send('SET', 'a', 'é')).toBe('OK')
    expect(
      await Promise.all([
        connection.send('GET', 'a'),
        connection.send('GET', 'b'),
        connection.send('DEL', 'a'),
      ]),
    ).toEqual(['é', null, 1])
  })

  it('uses the database of its address', async () => {
    const connection = await open(addressOf(shared.port, { database: 3 }))
    await connection.send('SET', 'a', 'b')
    expect(await (await open(addressOf(shared.port))).send('GET', 'a')).toBeNull()
    expect(await (await open(addressOf(shared.port, { database: 3 }))).send('DEL', 'a')).toBe(1)
  })

  it('knows which Redis, and which life of it, it speaks to', async () => {
    const redis = await start()
    const first = await open(addressOf(redis.port))
    expect(first.identity).toMatch(/^[0-9a-f]{40}:[0-9a-f]{40}$/)
    expect((await open(addressOf(redis.port))).identity).toBe(first.identity)
    await redis.stop()
    await start({ port: redis.port })
    expect((await open(addressOf(redis.port))).identity).not.toBe(first.identity)
  })

  it('is refused where nobody listens', async () => {
    await expect(open(addressOf(await freePort()))).rejects.toThrow(StoreUnavailableError)
  })

  it('is refused without the password, which it never tells', async () => {
    const redis = await start({ settings: ['--requirepass', 'swordfish'] })
    await expect(open(addressOf(redis.port))).rejects.toThrow(StoreUnavailableError)
    const error = await open(addressOf(redis.port, { password: 'wrong password' })).catch((error) => error)
    expect(error).toBeInstanceOf(StoreUnavailableError)
    expect(JSON.stringify([error, String(error), String(error.cause)])).not.toContain('wrong password')
    expect(await (await open(addressOf(redis.port, { password: 'swordfish' }))).send('PING')).toBe('PONG')
  })

  it('is refused by a replica', async () => {
    const replica = await start({ settings: ['--replicaof', '127.0.0.1', `${shared.port}`] })
    await expect(open(addressOf(replica.port))).rejects.toThrow('replica')
  })

  it('is refused by a cluster, for good', async () => {
    // Its second port is by default 10,000 above the first, which may be too high.
    const settings = ['--cluster-enabled', 'yes', '--cluster-port', `${await freePort()}`]
    const cluster = await start({ settings })
    await expect(open(addressOf(cluster.port))).rejects.toThrow(UnsuitableRedisError)
  })

  it('outlives a command that Redis refuses', async () => {
    const connection = await open(addressOf(shared.port))
    await expect(connection.send('NONSENSE')).rejects.toThrow(StoreUnavailableError)
    expect(connection.broken).toBe(false)
    expect(await connection.send('PING')).toBe('PONG')
  })

  it('that breaks says so once, fails what is under way, and never comes back', async () => {
    const redis = await start()
    const connection = await open(addressOf(redis.port))
    let breaks = 0
    connection.onBroken(() => breaks++)
    const waiting = connection.send('BLPOP', 'nothing', '0').catch((error) => error)
    await redis.stop()
    expect(await waiting).toBeInstanceOf(StoreUnavailableError)
    await expect.poll(() => connection.broken, { interval: 5 }).toBe(true)
    await start({ port: redis.port })
    await expect(connection.send('PING')).rejects.toThrow(StoreUnavailableError)
    connection.destroy()
    let late = 0
    connection.onBroken(() => late++)
    expect([breaks, late]).toEqual([1, 1])
  })

  it('is broken by a command that is not answered in time, idle or not', async () => {
    const redis = await start()
    const timeouts = { commandMilliseconds: 100, connectMilliseconds: 5_000 }
    const connection = await open(addressOf(redis.port), { timeouts })
    process.kill(redis.pid, 'SIGSTOP')
    onTestFinished(() => void process.kill(redis.pid, 'SIGCONT'))
    await expect(connection.send('PING')).rejects.toThrow(StoreUnavailableError)
    expect(connection.broken).toBe(true)
  })

  it('is not opened to a Redis that does not answer in time', async () => {
    const redis = await start()
    process.kill(redis.pid, 'SIGSTOP')
    onTestFinished(() => void process.kill(redis.pid, 'SIGCONT'))
    const timeouts = { commandMilliseconds: 100, connectMilliseconds: 100 }
    await expect(open(addressOf(redis.port), { timeouts })).rejects.toThrow(StoreUnavailableError)
  })

  it('hears of changes to what it has read, from others and from itself', async () => {
    const heard: (string | null)[] = []
    const tracked = await open(addressOf(shared.port), { onInvalidate: (key) => heard.push(key) })
    const other = await open(addressOf(shared.port))
    await tracked.send('MGET', 'a', 'b')
    await other.send('MSET', 'a', '1', 'unread', '1')
    await tracked.send('SET', 'b', '1')
    await tracked.send('PING')
    expect(heard).toEqual(['a', 'b'])
    // Once told, it is told again only after reading again.
    await other.send('SET', 'a', '2')
    await tracked.send('PING')
    expect(heard).toEqual(['a', 'b'])
    await tracked.send('GET', 'a')
    await other.send('FLUSHALL')
    await tracked.send('PING')
    expect(heard).toEqual(['a', 'b', null])
  })

  it('finds the master by whichever sentinel knows it', async () => {
    const sentinel = await startSentinel('gatekeepers', shared.port)
    const sentinels = [await freePort(), sentinel].map((port) => ({ host: '127.0.0.1', port }))
    const address: RedisAddress = { kind: 'sentinel', name: 'gatekeepers', sentinels, ...login }
    const connection = await open(address)
    expect(connection.identity).toBe((await open(addressOf(shared.port))).identity)
    await expect(open({ ...address, name: 'strangers' })).rejects.toThrow('strangers')
  })
})

/** @returns Its port. */
async function startSentinel(name: string, master: number): Promise<number> {
  const folder = await temporaryFolder('sentinel')
  const port = await freePort()
  const configuration = join(folder.path, 'sentinel.conf')
  await writeFile(
    configuration,
    [`port ${port}`, 'bind 127.0.0.1', `sentinel monitor ${name} 127.0.0.1 ${master} 1`, ''].join('\n'),
  )
  const command = findProgram('redis-server', 'valkey-server') ?? ''
  const sentinel = await startTethered(command, [configuration, '--sentinel'], {
    cwd: folder.path,
    removeFolder: folder.path,
  })
  onTestFinished(async () => void (await sentinel.end('SIGKILL')))
  await sentinel.waitForOutput('+monitor')
  return port
}
