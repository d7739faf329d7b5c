import { type Kysely, sql } from 'kysely'
import { type Database, eventTime } from './schema.ts'

/** Which Redis may be trusted: the one whose identity stands here (PROTOCOLS.md §7). */
export class RedisIdentityStore {
  readonly #trx: Kysely<Database>
  readonly #offsetSeconds: number

  constructor(trx: Kysely<Database>, offsetSeconds = 0) {
    this.#trx = trx
    this.#offsetSeconds = offsetSeconds
  }

  /** The blessed identity; null: none has ever been. */
  async get(): Promise<string | null> {
    const { rows } = await sql<{ identity: string }>`SELECT identity FROM porthor_redis`.execute(this.#trx)
    return rows[0]?.identity ?? null
  }

  /** The same, with the database's time in whole seconds since the epoch. */
  async getWithTime(): Promise<{ identity: string; now: number } | null> {
    const row = await this.#trx
      .selectFrom('porthor_redis')
      .select(['identity', eventTime(this.#offsetSeconds).as('now')])
      .executeTakeFirst()
    return row ?? null
  }

  async set(identity: string): Promise<void> {
    await this.#trx.deleteFrom('porthor_redis').execute()
    await this.#trx
      .insertInto('porthor_redis')
      .values({ identity, blessed_at: eventTime(this.#offsetSeconds) })
      .execute()
  }
}
