import { type Kysely, sql } from 'kysely'
import type { DatabaseConnection } from '../database.ts'
import type { Database } from '../schema.ts'
import type {
  QuotaOverridesListener,
  QuotaOverridesReader,
  QuotaOverridesStore,
} from './quota-overrides-store.ts'

const CHANNEL = 'porthor_quota_overrides'

/** Quota overrides in a table of the database. */
export class SqlQuotaOverridesStore implements QuotaOverridesStore {
  readonly #connection: DatabaseConnection

  constructor(connection: DatabaseConnection) {
    this.#connection = connection
  }

  async openReader({ changed, lost }: QuotaOverridesListener): Promise<QuotaOverridesReader> {
    const { db } = this.#connection
    const listener = await this.#connection.listen(CHANNEL, () => changed())
    listener.onLost(lost)
    return {
      read: () => readDocument(db),
      close: () => listener.close(),
    }
  }

  async replace(document: string): Promise<string | null> {
    return (await this.#change(document)).before
  }

  async delete(): Promise<string | null> {
    return (await this.#change(null)).before
  }

  async exchange(before: string | null, after: string | null): Promise<boolean> {
    return (await this.#change(after, (stored) => stored === before)).done
  }

  async close(): Promise<void> {}

  async #change(
    document: string | null,
    isExpected: (before: string | null) => boolean = () => true,
  ): Promise<{ before: string | null; done: boolean }> {
    return this.#connection.db.transaction().execute(async (trx) => {
      // Two that write at once go one after the other, each seeing what the other has left.
      await sql`LOCK TABLE porthor_quota_overrides IN SHARE ROW EXCLUSIVE MODE`.execute(trx)
      const before = await readDocument(trx)
      if (!isExpected(before)) return { before, done: false }
      await trx.deleteFrom('porthor_quota_overrides').execute()
      if (document !== null) await trx.insertInto('porthor_quota_overrides').values({ document }).execute()
      await sql`SELECT pg_notify(${CHANNEL}, '')`.execute(trx)
      return { before, done: true }
    })
  }
}

async function readDocument(db: Kysely<Database>): Promise<string | null> {
  const row = await db.selectFrom('porthor_quota_overrides').select('document').executeTakeFirst()
  return row?.document ?? null
}
