import { randomBytes } from 'node:crypto'
import type { TokenData } from '../../models/token-data.ts'
import { type RedisAddress, RedisConnection } from '../redis/redis-connection.ts'
import { RedisPool } from '../redis/redis-pool.ts'
import type { TokenDataCipher } from './token-data-cipher.ts'
import { TokenDataReadings } from './token-data-readings.ts'
import type {
  InvalidationListener,
  StoredTokenData,
  TokenDataLease,
  TokenDataReader,
  TokenDataReading,
  TokenDataSession,
  TokenDataStore,
} from './token-data-store.ts'

const PREFIX = 'token:'
const FROZEN = 'porthor:frozen'
const SCAN_COUNT = 1_000
const DELETE_BATCH = 1_000
const POOL_SIZE = 25

// An absent key gives false, which equals no text (PROTOCOLS.md §3).
const REPLACE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2]) else redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3]) end
return 1`
const DELETE_UNCHANGED = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
for _, key in ipairs(KEYS) do redis.call('DEL', key) end
return 1`
const UNFREEZE = `if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
return 1`

export interface RedisTokenDataOptions {
  address: RedisAddress
  cipher: TokenDataCipher
  poolSize?: number
  /** Milliseconds. */
  commandTimeout?: number
}

/** Token data in Redis: the reference's keys, values and expiry (spec/tokens.md §5). */
export class RedisTokenDataStore implements TokenDataStore {
  readonly kind = 'redis'
  readonly #address: RedisAddress
  readonly #cipher: TokenDataCipher
  readonly #pool: RedisPool
  readonly #timeouts

  constructor({ address, cipher, poolSize = POOL_SIZE, commandTimeout = 2_000 }: RedisTokenDataOptions) {
    this.#address = address
    this.#cipher = cipher
    this.#timeouts = { commandMilliseconds: commandTimeout, connectMilliseconds: 5_000 }
    this.#pool = new RedisPool(address, poolSize, { timeouts: this.#timeouts })
  }

  async acquire(): Promise<TokenDataLease> {
    const connection = await this.#pool.acquire()
    return {
      identity: connection.identity,
      within: () => new RedisSession(connection, this.#cipher),
      release: () => this.#pool.release(connection),
    }
  }

  openReader(listener: InvalidationListener): Promise<TokenDataReader> {
    return RedisReader.open(this.#address, this.#cipher, this.#timeouts, listener)
  }

  async *scan(): AsyncGenerator<string[], void> {
    let cursor = '0'
    do {
      const command = ['SCAN', cursor, 'MATCH', `${PREFIX}*`, 'COUNT', String(SCAN_COUNT)]
      const [next, keys] = await this.#pool.with((connection) =>
        connection.send<[string, string[]]>(...command),
      )
      if (keys.length > 0) yield keys.map((key) => key.slice(PREFIX.length))
      cursor = next
    } while (cursor !== '0')
  }

  getMany(keys: readonly string[]): Promise<(StoredTokenData | null)[]> {
    return this.#pool.with((connection) => new RedisSession(connection, this.#cipher).get(keys))
  }

  async deleteAll(): Promise<number> {
    let deleted = 0
    for await (const keys of this.scan()) {
      const names = keys.map((key) => PREFIX + key)
      deleted += await this.#pool.with((connection) => connection.send<number>('UNLINK', ...names))
    }
    await this.#pool.with((connection) => connection.send('DEL', FROZEN))
    return deleted
  }

  async ping(): Promise<void> {
    await this.#pool.with((connection) => connection.send('PING'))
  }

  /** For the heartbeat and the replay of PROTOCOLS.md §7, which need a connection of a known identity. */
  async connection<T>(
    use: (connection: RedisConnection, session: TokenDataSession) => Promise<T>,
  ): Promise<T> {
    return this.#pool.with((connection) => use(connection, new RedisSession(connection, this.#cipher)))
  }

  async close(): Promise<void> {
    this.#pool.close()
  }
}

class RedisSession implements TokenDataSession {
  readonly #connection: RedisConnection
  readonly #cipher: TokenDataCipher

  constructor(connection: RedisConnection, cipher: TokenDataCipher) {
    this.#connection = connection
    this.#cipher = cipher
  }

  async get(keys: readonly string[]): Promise<(StoredTokenData | null)[]> {
    const commands = keys.map((key) => ['GET', PREFIX + key])
    const texts = await this.#connection.sendAll<string | null>(commands)
    return keys.map((key, index) => this.#cipher.read(key, texts[index] ?? null))
  }

  async add(data: TokenData): Promise<boolean> {
    const end = data.expires === null ? [] : ['PXAT', String(data.expires * 1000)]
    const command = ['SET', PREFIX + data.token.key, this.#cipher.encrypt(data), 'NX', ...end]
    return (await this.#connection.send(...command)) !== null
  }

  async replace(text: string, data: TokenData): Promise<boolean> {
    const end = data.expires === null ? '' : String(data.expires * 1000)
    return this.#evaluate(REPLACE, PREFIX + data.token.key, text, this.#cipher.encrypt(data), end)
  }

  async delete(keys: readonly string[]): Promise<number> {
    let deleted = 0
    for (let start = 0; start < keys.length; start += DELETE_BATCH) {
      const names = keys.slice(start, start + DELETE_BATCH).map((key) => PREFIX + key)
      deleted += await this.#connection.send<number>('DEL', ...names)
    }
    return deleted
  }

  async deleteUnchanged(key: string, text: string, below: readonly string[] = []): Promise<boolean> {
    const keys = [key, ...below].map((one) => PREFIX + one)
    const command = ['EVAL', DELETE_UNCHANGED, String(keys.length), ...keys, text]
    return (await this.#connection.send<number>(...command)) === 1
  }

  async freeze(username: string): Promise<void> {
    await this.#connection.send('HSET', FROZEN, username, randomBytes(16).toString('base64url'))
  }

  frozenMark(username: string): Promise<string | null> {
    return this.#connection.send<string | null>('HGET', FROZEN, username)
  }

  unfreeze(username: string, mark: string): Promise<boolean> {
    return this.#evaluate(UNFREEZE, FROZEN, username, mark)
  }

  frozenUsers(): Promise<string[]> {
    return this.#connection.send<string[]>('HKEYS', FROZEN)
  }

  async #evaluate(script: string, key: string, ...values: string[]): Promise<boolean> {
    return (await this.#connection.send<number>('EVAL', script, '1', key, ...values)) === 1
  }
}

/** Reads on one tracked connection; the frozen users stay in memory until Redis says that they have changed. */
class RedisReader implements TokenDataReader {
  readonly #connection: RedisConnection
  readonly #readings: TokenDataReadings
  #closed = false

  private constructor(connection: RedisConnection, cipher: TokenDataCipher) {
    this.#connection = connection
    const session = new RedisSession(connection, cipher)
    this.#readings = new TokenDataReadings(
      {
        texts: (keys) => connection.send<(string | null)[]>('MGET', ...keys.map((key) => PREFIX + key)),
        frozenUsers: () => session.frozenUsers(),
      },
      cipher,
    )
  }

  static async open(
    address: RedisAddress,
    cipher: TokenDataCipher,
    timeouts: { commandMilliseconds: number; connectMilliseconds: number },
    listener: InvalidationListener,
  ): Promise<RedisReader> {
    let reader: RedisReader | null = null
    const onInvalidate = (key: string | null) => {
      if (reader && (key === null || key === FROZEN)) reader.#readings.forgetFrozenUsers()
      if (key === null) listener.forgetEverything()
      else if (key === FROZEN) listener.forgetFrozenUsers()
      else if (key.startsWith(PREFIX)) listener.forgetToken(key.slice(PREFIX.length))
    }
    const connection = await RedisConnection.open(address, { timeouts, onInvalidate })
    const opened = new RedisReader(connection, cipher)
    reader = opened
    connection.onBroken(() => {
      if (!opened.#closed) listener.lost()
    })
    return opened
  }

  get identity(): string {
    return this.#connection.identity
  }

  read(key: string): Promise<TokenDataReading> {
    return this.#readings.read(key)
  }

  async prove(): Promise<void> {
    await this.#connection.send('PING')
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#connection.destroy()
  }
}
