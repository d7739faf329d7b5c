import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { freePort } from '../../../tests/support/free-port.ts'
import { redisAvailable, startRedis, workerRedis } from '../../../tests/support/redis.ts'
import { StoreUnavailableError } from '../../models/errors.ts'
import type { RedisAddress } from './redis-connection.ts'
import { RedisPool } from './redis-pool.ts'

function addressOf(port: number): RedisAddress {
  return {
    ...{ kind: 'server', host: '127.0.0.1', port, database: 0 },
    ...{ username: null, password: null, tls: false },
  }
}

describe.skipIf(redisAvailable() !== true)('a pool of connections to Redis', () => {
  let port: number
  beforeAll(async () => {
    port = (await workerRedis()).port
  })
  afterEach(() => void vi.useRealTimers())

  const open = (size: number, address = addressOf(port)) => {
    const pool = new RedisPool(address, size)
    onTestFinished(() => pool.close())
    return pool
  }

  it('lends a connection to one at a time, and again to the next', async () => {
    const pool = open(2)
    const [one, other] = [await pool.acquire(), await pool.acquire()]
    expect(one).not.toBe(other)
    pool.release(one)
    expect(await pool.acquire()).toBe(one)
  })

  it('has those who come too late wait, the first one first', async () => {
    const pool = open(1)
    const connection = await pool.acquire()
    const served: string[] = []
    const waiting = ['first', 'second'].map(async (name) => {
      const lent = await pool.acquire()
      served.push(name)
      pool.release(lent)
    })
    pool.release(connection)
    await Promise.all(waiting)
    expect(served).toEqual(['first', 'second'])
  })

  it('gives up waiting after some seconds', async () => {
    const pool = open(1)
    const connection = await pool.acquire()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const waiting = pool.acquire().catch((error) => error)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await waiting).toBeInstanceOf(StoreUnavailableError)
    vi.useRealTimers()
    // Who has given up gets nothing: the connection is there for the next.
    pool.release(connection)
    expect(await pool.acquire()).toBe(connection)
  })

  it('keeps its places where those who waited give up while one is opened for them', async () => {
    const pool = open(1)
    const broken = await pool.acquire()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const first = pool.acquire().catch((error) => error)
    vi.advanceTimersByTime(4_999)
    const second = pool.acquire()
    broken.destroy()
    vi.advanceTimersByTime(1)
    vi.useRealTimers()
    expect(await first).toBeInstanceOf(StoreUnavailableError)
    pool.release(await second)
    expect(await pool.with((connection) => connection.send('PING'))).toBe('PONG')
  })

  it('takes a connection back whatever came of its use', async () => {
    const pool = open(1)
    await expect(pool.with(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
    expect(await pool.with((connection) => connection.send('PING'))).toBe('PONG')
  })

  it('does not lend a broken connection again, and fills its place for who waits', async () => {
    const pool = open(1)
    const broken = await pool.acquire()
    const waiting = pool.acquire()
    broken.destroy()
    pool.release(broken)
    const next = await waiting
    expect(next).not.toBe(broken)
    expect(await next.send('PING')).toBe('PONG')
    pool.release(next)
    next.destroy()
    expect(await pool.with((connection) => connection.send('PING'))).toBe('PONG')
  })

  it('is whole again when Redis is', async () => {
    const lost = await freePort()
    const pool = open(1, addressOf(lost))
    for (let attempt = 0; attempt < 3; attempt++)
      await expect(pool.acquire()).rejects.toThrow(StoreUnavailableError)
    const redis = await startRedis({ port: lost })
    onTestFinished(() => redis.stop())
    expect(await pool.with((connection) => connection.send('PING'))).toBe('PONG')
  })

  it('that is closed ends its connections and lends none', async () => {
    const pool = open(1)
    const connection = await pool.acquire()
    const waiting = pool.acquire().catch((error) => error)
    pool.close()
    expect(connection.broken).toBe(true)
    expect(await waiting).toBeInstanceOf(StoreUnavailableError)
    await expect(pool.acquire()).rejects.toThrow(StoreUnavailableError)
  })

  it('that is closed while it connects keeps nothing open', async () => {
    const pool = open(1)
    const connecting = pool.acquire()
    pool.close()
    const connection = await connecting.catch(() => null)
    if (connection) pool.release(connection)
    expect(connection?.broken ?? true).toBe(true)
  })
})
