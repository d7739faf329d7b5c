import { type Kysely, sql } from 'kysely'
import { DuplicateAdminError } from '../models/errors.ts'
import type { Database } from './schema.ts'

/** Who may administer: usernames (spec/token-store.md §5). */
export class AdminStore {
  readonly #trx: Kysely<Database>

  constructor(trx: Kysely<Database>) {
    this.#trx = trx
  }

  /** @throws {DuplicateAdminError} The user is an administrator already; the transaction can go on. */
  async add(username: string): Promise<void> {
    const row = await this.#trx
      .insertInto('admin')
      .values({ username })
      .onConflict((conflict) => conflict.column('username').doNothing())
      .returning('username')
      .executeTakeFirst()
    if (!row) throw new DuplicateAdminError(username)
  }

  /** @returns Whether the user was an administrator. */
  async delete(username: string): Promise<boolean> {
    const { numDeletedRows } = await this.#trx
      .deleteFrom('admin')
      .where('username', '=', username)
      .executeTakeFirst()
    return numDeletedRows > 0n
  }

  /** Usernames, by code point. @param page - At most `limit`, after that name; absent: all. */
  async list(page: { after?: string; limit?: number } = {}): Promise<string[]> {
    const { after, limit } = page
    let query = this.#trx.selectFrom('admin').select('username').orderBy(sql`username COLLATE "C"`)
    if (after !== undefined) query = query.where(sql<boolean>`username COLLATE "C" > ${after}`)
    if (limit !== undefined) query = query.limit(limit)
    return (await query.execute()).map((row) => row.username)
  }

  async has(username: string): Promise<boolean> {
    const row = await this.#trx
      .selectFrom('admin')
      .select('username')
      .where('username', '=', username)
      .executeTakeFirst()
    return row !== undefined
  }

  async count(): Promise<number> {
    const { count } = await this.#trx
      .selectFrom('admin')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  /**
   * Keeps everybody else from changing the list until the end of the transaction, so that what is counted stays true:
   * of two administrators who remove each other, the second finds that the last one stays.
   */
  async lock(): Promise<void> {
    await sql`LOCK TABLE admin IN SHARE ROW EXCLUSIVE MODE`.execute(this.#trx)
  }
}
