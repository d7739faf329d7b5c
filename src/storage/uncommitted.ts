import type { ControlledTransaction, Kysely } from 'kysely'
import type { Database } from './schema.ts'

/** Works in a transaction that is rolled back in the end, unless the work has committed it. */
export async function rolledBackUnlessCommitted<T>(
  db: Kysely<Database>,
  work: (trx: ControlledTransaction<Database>) => Promise<T>,
): Promise<T> {
  const trx = await db.startTransaction().setIsolationLevel('read committed').execute()
  try {
    return await work(trx)
  } finally {
    if (!trx.isCommitted)
      await trx
        .rollback()
        .execute()
        .catch(() => {})
  }
}
