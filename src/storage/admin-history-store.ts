import type { Kysely } from 'kysely'
import { deleteOldEntries } from './history-truncation.ts'
import { type Database, eventTime } from './schema.ts'

export interface AdminHistoryEntry {
  id: number
  username: string
  action: 'add' | 'remove'
  actor: string
  ipAddress: string
  /** Whole seconds since the epoch. */
  eventTime: number
}

export interface AdminChange {
  username: string
  action: 'add' | 'remove'
  actor: string
  /** Null: none, as for a command on the machine itself. */
  ipAddress: string | null
}

/** The column admits no NULL (spec/token-store.md §1.6): what comes from no address comes from the machine itself. */
const NO_ADDRESS = '127.0.0.1'

/** Who was made an administrator, or ceased to be one, when and by whom. */
export class AdminHistoryStore {
  readonly #trx: Kysely<Database>
  readonly #offsetSeconds: number

  /**
   * @param trx - The transaction, or the database itself for reading alone.
   * @param offsetSeconds - How far a test has moved the clock; 0 in production.
   */
  constructor(trx: Kysely<Database>, offsetSeconds = 0) {
    this.#trx = trx
    this.#offsetSeconds = offsetSeconds
  }

  async add({ username, action, actor, ipAddress }: AdminChange): Promise<void> {
    await this.#trx
      .insertInto('admin_history')
      .values({
        username,
        action,
        actor,
        ip_address: ipAddress ?? NO_ADDRESS,
        event_time: eventTime(this.#offsetSeconds),
      })
      .execute()
  }

  /** Newest first. @param options.limit - At most so many; absent: all. */
  async list(options: { limit?: number } = {}): Promise<AdminHistoryEntry[]> {
    let query = this.#trx
      .selectFrom('admin_history')
      .select(['id', 'username', 'action', 'actor', 'ip_address as ipAddress', 'event_time as eventTime'])
      .orderBy('event_time', 'desc')
      .orderBy('id', 'desc')
    if (options.limit !== undefined) query = query.limit(options.limit)
    return query.execute()
  }

  /**
   * Deletes a batch of the entries that are older than a time (whole seconds since the epoch), the oldest first.
   *
   * @returns How many; fewer than `limit`: there are no more.
   */
  deleteOlderThan(seconds: number, limit: number): Promise<number> {
    return deleteOldEntries(this.#trx, 'admin_history', seconds, limit)
  }
}
