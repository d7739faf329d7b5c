import { type Kysely, sql } from 'kysely'
import type { Clock } from '../../models/clock.ts'
import type { Database } from '../schema.ts'
import {
  counterName,
  type RateCount,
  type RateLimiter,
  type RateLimitSubject,
  WINDOW_SECONDS,
} from './rate-limiter.ts'

const CLEANING_MILLISECONDS = 60_000

/** Counters in a table of the database; those that have ended are removed once a minute. */
export class SqlRateLimiter implements RateLimiter {
  readonly #db: Kysely<Database>
  readonly #clock: Clock
  readonly #timer: NodeJS.Timeout

  constructor(db: Kysely<Database>, clock: Clock) {
    this.#db = db
    this.#clock = clock
    // Where it fails now it may succeed the next time.
    this.#timer = setInterval(() => this.removeEnded().catch(() => {}), CLEANING_MILLISECONDS)
    this.#timer.unref()
  }

  async count(subject: RateLimitSubject): Promise<RateCount> {
    const now = databaseTime(this.#clock)
    // One that ends later than a window from now was opened before the clock was set back.
    const isOver = sql`(present.ends_at <= ${now} OR present.ends_at > excluded.ends_at)`
    // Read once, whether the row is there or not.
    const { rows } = await sql<{ count: number; seconds_left: number }>`
      INSERT INTO porthor_rate_limit AS present (name, count, ends_at)
      VALUES (${counterName(subject)}, 1, ${now} + ${window})
      ON CONFLICT (name) DO UPDATE SET
        count = CASE WHEN ${isOver} THEN 1 ELSE present.count + 1 END,
        ends_at = CASE WHEN ${isOver} THEN excluded.ends_at ELSE present.ends_at END
      RETURNING count, ceil(extract(epoch FROM ends_at - ${now}))::int AS seconds_left
      `.execute(this.#db)
    const [row] = rows
    if (!row) throw new Error('The database counted nothing')
    return { count: row.count, secondsLeft: Math.max(0, row.seconds_left) }
  }

  /** Removes counters whose window has ended, passing over those that somebody is just counting with. */
  async removeEnded(): Promise<void> {
    await sql`DELETE FROM porthor_rate_limit WHERE name IN (
      SELECT name FROM porthor_rate_limit WHERE ends_at <= ${databaseTime(this.#clock)}
      FOR UPDATE SKIP LOCKED)`.execute(this.#db)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
  }
}

/** The database's clock, for all processes alike. */
function databaseTime(clock: Clock) {
  return sql`(clock_timestamp() AT TIME ZONE 'UTC' + make_interval(secs => ${clock.offsetSeconds()}::float8))`
}

const window = sql`make_interval(secs => ${sql.lit(WINDOW_SECONDS)})`
