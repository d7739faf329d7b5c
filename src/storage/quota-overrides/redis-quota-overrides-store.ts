import { type RedisAddress, RedisConnection } from '../redis/redis-connection.ts'
import { RedisPool } from '../redis/redis-pool.ts'
import type {
  QuotaOverridesListener,
  QuotaOverridesReader,
  QuotaOverridesStore,
} from './quota-overrides-store.ts'

const KEY = 'quota-overrides'
const POOL_SIZE = 2

// An empty text stands for no document: it is none.
const EXCHANGE = `if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2]) end
return 1`

/** Quota overrides in Redis, where the reference has them: plain JSON without an expiry. */
export class RedisQuotaOverridesStore implements QuotaOverridesStore {
  readonly #address: RedisAddress
  readonly #pool: RedisPool

  constructor(address: RedisAddress) {
    this.#address = address
    this.#pool = new RedisPool(address, POOL_SIZE)
  }

  async openReader({ changed, lost }: QuotaOverridesListener): Promise<QuotaOverridesReader> {
    let closed = false
    const connection = await RedisConnection.open(this.#address, { onInvalidate: () => changed() })
    connection.onBroken(() => {
      if (!closed) lost()
    })
    return {
      read: () => connection.send<string | null>('GET', KEY),
      async close() {
        closed = true
        connection.destroy()
      },
    }
  }

  replace(document: string): Promise<string | null> {
    return this.#pool.with((connection) => connection.send<string | null>('SET', KEY, document, 'GET'))
  }

  delete(): Promise<string | null> {
    return this.#pool.with((connection) => connection.send<string | null>('GETDEL', KEY))
  }

  async exchange(before: string | null, after: string | null): Promise<boolean> {
    const done = await this.#pool.with((connection) =>
      connection.send<number>('EVAL', EXCHANGE, '1', KEY, before ?? '', after ?? ''),
    )
    return done === 1
  }

  async close(): Promise<void> {
    this.#pool.close()
  }
}
