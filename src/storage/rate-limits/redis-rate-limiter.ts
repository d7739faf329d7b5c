import { StoreUnavailableError } from '../../models/errors.ts'
import { type RedisAddress, RedisConnection } from '../redis/redis-connection.ts'
import {
  counterName,
  type RateCount,
  type RateLimiter,
  type RateLimitSubject,
  WINDOW_SECONDS,
} from './rate-limiter.ts'

// A counter without an end, as a crash between the reference's commands may leave one, would bar its user for ever.
const COUNT = `local count = redis.call('INCRBY', KEYS[1], 1)
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
local left = redis.call('TTL', KEYS[1])
if left < 0 then
  redis.call('EXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {count, left}`

/** Requests wait for this Redis: a silent one must not hold them up for long. Milliseconds. */
const TIMEOUTS = { commandMilliseconds: 1_000, connectMilliseconds: 1_000 }
/** After a failure nobody tries to connect for so long. */
const PAUSE_MILLISECONDS = 1_000

/** Counters in the ephemeral Redis, under the reference's keys, which end by themselves. */
export class RedisRateLimiter implements RateLimiter {
  readonly #address: RedisAddress
  #connection: Promise<RedisConnection> | null = null
  #pausedUntil = 0

  constructor(address: RedisAddress) {
    this.#address = address
  }

  async count(subject: RateLimitSubject): Promise<RateCount> {
    const connection = await this.#connected()
    const key = `LIMITS:LIMITER/${counterName(subject)}/1/minute`
    const [count, secondsLeft] = await connection.send<[number, number]>(
      ...['EVAL', COUNT, '1', key, String(WINDOW_SECONDS)],
    )
    return { count, secondsLeft }
  }

  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => null)
    this.#connection = null
    this.#pausedUntil = Number.POSITIVE_INFINITY
    connection?.destroy()
  }

  /** All requests share one connection: what is sent in the same moment shares a packet. */
  #connected(): Promise<RedisConnection> {
    if (this.#connection) return this.#connection
    if (performance.now() < this.#pausedUntil) {
      return Promise.reject(new StoreUnavailableError('Redis could not be reached a moment ago'))
    }
    const opening = RedisConnection.open(this.#address, { timeouts: TIMEOUTS })
    this.#connection = opening
    const forget = () => {
      if (this.#connection === opening) this.#connection = null
    }
    opening.then(
      (connection) => connection.onBroken(forget),
      () => {
        this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + PAUSE_MILLISECONDS)
        forget()
      },
    )
    return opening
  }
}
