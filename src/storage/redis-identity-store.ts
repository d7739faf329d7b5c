import { type Kysely, sql } from 'kysely'
import { type Database, eventTime } from './schema.ts'

/** What the database says of the Redis that may be trusted, and of itself. */
export interface Blessing {
  identity: string
  /** False: it was written down in another server or table, or before this server was started again. */
  isOfThisServer: boolean
  /** Of the database that wrote this down (database-position.ts); null: an older Porthor did, or a role that may not know. */
  lineage: string | null
  /** The database is another, or older than it was, and the stores have not been compared to the end since. */
  isComparing: boolean
  /** The database's time in whole seconds since the epoch. */
  now: number
}

/**
 * Cheap enough for each operation. No two servers were started in the same microsecond: a standby that takes over, and a server
 * on restored files, have another time than the row that they have copied; a row from a dump is in another table than it says.
 * As long as it is a standby, it has nothing of its own to say.
 */
const OF_THIS_SERVER = sql<boolean>`(
  coalesce(server_start = pg_postmaster_start_time() AND noted_in = porthor_redis.tableoid, false) OR pg_is_in_recovery())`

/** Which Redis may be trusted: the one whose identity stands here (PROTOCOLS.md §7). */
export class RedisIdentityStore {
  readonly #trx: Kysely<Database>
  readonly #offsetSeconds: number

  constructor(trx: Kysely<Database>, offsetSeconds = 0) {
    this.#trx = trx
    this.#offsetSeconds = offsetSeconds
  }

  /**
   * The blessed identity; null: none has ever been, or this database is not to be believed before somebody has looked.
   *
   * @param options.inDoubt - Takes its word all the same: for who compares the stores, or changes nothing.
   */
  async get({ inDoubt = false } = {}): Promise<string | null> {
    const believed = inDoubt ? sql`true` : sql`comparing_since IS NULL AND ${OF_THIS_SERVER}`
    const { rows } = await sql<{ identity: string }>`
      SELECT identity FROM porthor_redis WHERE ${believed}`.execute(this.#trx)
    return rows[0]?.identity ?? null
  }

  /** All that stands there; null: nothing yet. */
  async read(): Promise<Blessing | null> {
    const row = await this.#trx
      .selectFrom('porthor_redis')
      .select((eb) => [
        'identity',
        'lineage',
        OF_THIS_SERVER.as('isOfThisServer'),
        eb('comparing_since', 'is not', null).as('isComparing'),
        eventTime(this.#offsetSeconds).as('now'),
      ])
      .executeTakeFirst()
    return row ? { ...row, isComparing: Boolean(row.isComparing) } : null
  }

  /** @param lineage - Of this database (database-position.ts); null: not known. */
  async set(identity: string, lineage: string | null): Promise<void> {
    await this.#trx.deleteFrom('porthor_redis').execute()
    await this.#trx
      .insertInto('porthor_redis')
      .values({
        ...{ identity, lineage },
        blessed_at: eventTime(this.#offsetSeconds),
        server_start: sql`pg_postmaster_start_time()`,
        noted_in: sql`'porthor_redis'::regclass::oid`,
      })
      .execute()
  }

  /** From now on nobody believes this database until the stores, this Redis the one of them, have been compared. */
  async beginComparing(identity: string): Promise<void> {
    await this.#trx
      .updateTable('porthor_redis')
      .set({ identity, comparing_since: eventTime(this.#offsetSeconds) })
      .execute()
  }
}
