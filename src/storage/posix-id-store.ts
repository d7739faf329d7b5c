import { type Kysely, sql } from 'kysely'
import { POSIX_ID_KINDS, type PosixIdKind } from '../models/posix-ids.ts'
import { type Database, eventTime } from './schema.ts'

/** Users and groups are numbered apart: one of each may have the same name or number. */
export type PosixIdOwner = 'user' | 'group'

export interface AssignedPosixId {
  owner: PosixIdOwner
  name: string
  number: number
  /** When it came into the table: seconds since the epoch. */
  assigned: number
}

/** UIDs and GIDs by name, and the counters from which they are given out. */
export class PosixIdStore {
  readonly #trx: Kysely<Database>
  readonly #offsetSeconds: number

  constructor(trx: Kysely<Database>, offsetSeconds = 0) {
    this.#trx = trx
    this.#offsetSeconds = offsetSeconds
  }

  /** The numbers of those names that have one. */
  async find(owner: PosixIdOwner, names: readonly string[]): Promise<Map<string, number>> {
    if (names.length === 0) return new Map()
    const rows = await this.#trx
      .selectFrom('porthor_posix_id')
      .select(['name', 'number'])
      .where('owner', '=', owner)
      .where('name', 'in', [...names])
      .execute()
    return new Map(rows.map(({ name, number }) => [name, number]))
  }

  /** Everything that is assigned: users before groups, each by name. */
  async list(): Promise<AssignedPosixId[]> {
    return this.#trx
      .selectFrom('porthor_posix_id')
      .selectAll()
      .orderBy('owner', 'desc')
      .orderBy('name')
      .execute()
  }

  /** The next number of each kind that has a counter. */
  async counters(): Promise<Partial<Record<PosixIdKind, number>>> {
    const rows = await this.#trx.selectFrom('porthor_posix_counter').selectAll().execute()
    return Object.fromEntries(rows.map(({ kind, next }) => [kind, next]))
  }

  /** Begins to count; a counter that is there is left as it is. */
  async startCounter(kind: PosixIdKind, first: number): Promise<void> {
    await this.#trx
      .insertInto('porthor_posix_counter')
      .values({ kind, next: first })
      .onConflict((conflict) => conflict.column('kind').doNothing())
      .execute()
  }

  /**
   * Waits for everybody else who assigns numbers of this kind, and keeps them out until the end of the transaction.
   *
   * @returns The next number; null: there is no counter.
   */
  async lockCounter(kind: PosixIdKind): Promise<number | null> {
    const row = await this.#trx
      .selectFrom('porthor_posix_counter')
      .select('next')
      .where('kind', '=', kind)
      .forUpdate()
      .executeTakeFirst()
    return row?.next ?? null
  }

  async setCounter(kind: PosixIdKind, next: number): Promise<void> {
    await this.#trx
      .insertInto('porthor_posix_counter')
      .values({ kind, next })
      .onConflict((conflict) => conflict.column('kind').doUpdateSet({ next }))
      .execute()
  }

  /** Enters numbers that are free, for names that have none: under the lock of their counter, or of all. */
  async add(
    owner: PosixIdOwner,
    numbers: readonly (readonly [name: string, number: number])[],
  ): Promise<void> {
    // PostgreSQL takes 65,535 parameters a statement.
    for (let from = 0; from < numbers.length; from += ROWS_A_STATEMENT) {
      await this.#trx
        .insertInto('porthor_posix_id')
        .values(
          numbers.slice(from, from + ROWS_A_STATEMENT).map(([name, number]) => {
            return { owner, name, number, assigned: eventTime(this.#offsetSeconds) }
          }),
        )
        .execute()
    }
  }

  /** Waits for everybody who assigns, and keeps all of them out until the end of the transaction; readers go on. */
  async lockAll(): Promise<void> {
    await sql`LOCK TABLE porthor_posix_counter, porthor_posix_id IN EXCLUSIVE MODE`.execute(this.#trx)
  }

  /** Whether there is a counter of each kind. */
  async isCounting(): Promise<boolean> {
    return Object.keys(await this.counters()).length === POSIX_ID_KINDS.length
  }
}

const ROWS_A_STATEMENT = 5_000
