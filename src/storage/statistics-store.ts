import { type Kysely, sql } from 'kysely'
import type { TokenType } from '../models/token-types.ts'
import { type Database, timestamp } from './schema.ts'

/** What a process has counted in a minute, by name. */
export interface Sample {
  /** The beginning of the minute: whole seconds since the epoch. */
  minute: number
  process: string
  values: Readonly<Record<string, number>>
}

/** What all processes have counted in one step of a series, by name. */
export interface SummedStep {
  /** The beginning of the step: whole seconds since the epoch. */
  time: number
  values: Readonly<Record<string, number>>
}

/** How much there is just now; nothing that has expired is counted. */
export interface Holdings {
  tokens: readonly { tokenType: TokenType; count: number }[]
  /** Who have a token. */
  users: number
  frozenUsers: number
}

/** What processes have counted, and what there is to count. */
export class StatisticsStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /** Adds to what the process has said of that minute before. */
  async add({ minute, process, values }: Sample): Promise<void> {
    const entries = Object.entries(values)
    if (entries.length === 0) return
    await sql`
      INSERT INTO porthor_statistics (minute, process, name, value)
      SELECT ${timestamp(minute)}, ${process}, name, value
      FROM unnest(${entries.map(([name]) => name)}::varchar[], ${entries.map(([, value]) => value)}::float8[])
        AS counted(name, value)
      ON CONFLICT (minute, process, name) DO UPDATE SET value = porthor_statistics.value + excluded.value`.execute(
      this.#db,
    )
  }

  /**
   * Lets one of all processes do what is to be done once in a minute.
   *
   * @returns False: another one has said so before.
   */
  async claim(minute: number, name: string): Promise<boolean> {
    const row = await this.#db
      .insertInto('porthor_statistics')
      .values({ minute: timestamp(minute), process: '', name, value: 0 })
      .onConflict((conflict) => conflict.columns(['minute', 'process', 'name']).doNothing())
      .returning('name')
      .executeTakeFirst()
    return row !== undefined
  }

  /**
   * Sums over all processes and minutes of each step, in the order of time; steps of which nothing is known are left out.
   *
   * @param step - How long one is, in seconds, from multiples of it on.
   */
  async sum(options: { since: number; until: number; step: number }): Promise<SummedStep[]> {
    const { since, until, step } = options
    const { rows } = await sql<SummedStep>`
      SELECT time, json_object_agg(name, value) AS values FROM (
        SELECT (floor(extract(epoch FROM minute) / ${step}) * ${step})::bigint AS time, name, sum(value) AS value
        FROM porthor_statistics
        WHERE minute >= ${timestamp(since)} AND minute < ${timestamp(until)}
        GROUP BY time, name
      ) AS summed GROUP BY time ORDER BY time`.execute(this.#db)
    return rows
  }

  /** @param now - Whole seconds since the epoch. */
  async holdings(now: number): Promise<Holdings> {
    const { rows } = await sql<{ tokens: Holdings['tokens'] | null; users: number; frozen: number }>`
      WITH live AS (
        SELECT username, token_type, count(*) AS count FROM token
        WHERE expires IS NULL OR expires > ${timestamp(now)} GROUP BY username, token_type
      ), of_type AS (SELECT token_type, sum(count) AS count FROM live GROUP BY token_type)
      SELECT
        (SELECT json_agg(json_build_object('tokenType', token_type, 'count', count) ORDER BY token_type) FROM of_type)
          AS tokens,
        (SELECT count(DISTINCT username) FROM live) AS users,
        (SELECT count(*) FROM porthor_frozen_user) AS frozen`.execute(this.#db)
    const [row] = rows
    return { tokens: row?.tokens ?? [], users: Number(row?.users), frozenUsers: Number(row?.frozen) }
  }

  /** @param before - Whole seconds since the epoch: what is about earlier minutes goes. */
  async deleteOlderThan(before: number): Promise<void> {
    await this.#db.deleteFrom('porthor_statistics').where('minute', '<', timestamp(before)).execute()
  }
}
