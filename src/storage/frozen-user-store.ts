import { type Kysely, sql } from 'kysely'
import { type Database, eventTime } from './schema.ts'

export interface FrozenUser {
  username: string
  /** Whole seconds since the epoch. */
  since: number
  actor: string
  /** Why, for other administrators; null: nothing was said. */
  reason: string | null
}

/** Users none of whose tokens is accepted; the database decides, Redis holds a mark for each (PROTOCOLS.md §4.5). */
export class FrozenUserStore {
  readonly #trx: Kysely<Database>
  readonly #offsetSeconds: number

  constructor(trx: Kysely<Database>, offsetSeconds = 0) {
    this.#trx = trx
    this.#offsetSeconds = offsetSeconds
  }

  /** @returns False: the user was frozen already. */
  async add(username: string, actor: string, reason: string | null = null): Promise<boolean> {
    const row = await this.#trx
      .insertInto('porthor_frozen_user')
      .values({ username, actor, reason, since: eventTime(this.#offsetSeconds) })
      .onConflict((conflict) => conflict.column('username').doNothing())
      .returning('username')
      .executeTakeFirst()
    return row !== undefined
  }

  /** @returns False: the user was not frozen. */
  async delete(username: string): Promise<boolean> {
    const { numDeletedRows } = await this.#trx
      .deleteFrom('porthor_frozen_user')
      .where('username', '=', username)
      .executeTakeFirst()
    return numDeletedRows > 0n
  }

  async has(username: string): Promise<boolean> {
    const { rows } = await sql`SELECT username FROM porthor_frozen_user WHERE username = ${username}`.execute(
      this.#trx,
    )
    return rows.length > 0
  }

  /** By name. @param page - At most `limit`, after that name; absent: all. */
  async list(page: { after?: string; limit?: number } = {}): Promise<FrozenUser[]> {
    const { after, limit } = page
    let query = this.#trx.selectFrom('porthor_frozen_user').selectAll().orderBy('username')
    if (after !== undefined) query = query.where('username', '>', after)
    if (limit !== undefined) query = query.limit(limit)
    return query.execute()
  }
}
