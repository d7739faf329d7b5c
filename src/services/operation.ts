import type { ControlledTransaction, Kysely } from 'kysely'
import { type Clock, nowSeconds } from '../models/clock.ts'
import { PorthorError, StoreUnavailableError } from '../models/errors.ts'
import { ChangeHistoryStore } from '../storage/change-history-store.ts'
import { isRepeatable, isServerError, unavailable } from '../storage/database-errors.ts'
import { FrozenUserStore } from '../storage/frozen-user-store.ts'
import { RedisIdentityStore } from '../storage/redis-identity-store.ts'
import type { Database } from '../storage/schema.ts'
import type {
  TokenDataLease,
  TokenDataSession,
  TokenDataStore,
} from '../storage/token-data/token-data-store.ts'
import { TokenDatabaseStore } from '../storage/token-database-store.ts'
import { TokenLocks } from '../storage/token-locks.ts'

const ATTEMPTS = 3

/** What an operation works with: one transaction, one connection to the token data, and the stores made from both. */
export interface Operation {
  readonly trx: Kysely<Database>
  readonly locks: TokenLocks
  readonly tokens: TokenDatabaseStore
  readonly changeHistory: ChangeHistoryStore
  readonly data: TokenDataSession
  /** Whether the data lies in the database too, and is written by the same COMMIT. */
  readonly dataInDatabase: boolean
  readonly frozenUsers: FrozenUserStore
  /** Whole seconds since the epoch, by the process's clock, when the operation began. */
  readonly now: number
  /** Ends the transaction without its changes, and gives this as the outcome. */
  rollback<T>(outcome: T): RolledBack<T>
}

export class RolledBack<T> {
  readonly outcome: T

  constructor(outcome: T) {
    this.outcome = outcome
  }
}

/** A compare-and-set found another text than was read: somebody was faster. The operation starts over. */
export class RefusedError extends Error {
  constructor() {
    super('A value changed while the operation ran')
    this.name = 'RefusedError'
  }
}

export interface Settlement<T> {
  /**
   * Finds out in a new transaction whether a COMMIT of unknown outcome was carried out, by locking what the old one had
   * locked (which waits for it) and reading. Throws where it was not.
   */
  settle?: (operation: Operation) => Promise<T | RolledBack<T>>
  /** Tidies up after a COMMIT that is known to have failed. */
  undo?: (data: TokenDataSession) => Promise<void>
  /**
   * Runs also where the database is not to be believed (PROTOCOLS.md §7): for what compares the stores, towards less privilege, or
   * changes nothing.
   */
  inDoubt?: boolean
}

export interface OperationsOptions {
  db: Kysely<Database>
  data: TokenDataStore
  clock: Clock
  /** Whether transactions get time-outs of their own (the embedded database's do not act). */
  timeouts: boolean
  /**
   * Makes the Redis that is there trustworthy (PROTOCOLS.md §7); called when an operation finds that it is not, and told whether that
   * runs even in doubt about the database.
   */
  bless: (inDoubt: boolean) => Promise<void>
  /** Told which tokens' data may have changed, before the outcome is given; null: those of frozen users, whoever they are. */
  onChanged: (keys: ReadonlySet<string> | null) => void
}

/**
 * Runs operations over the two stores in the frame that PROTOCOLS.md §2 gives all of them: one Redis connection taken
 * before the fence, all SQL in one transaction, answer last; a fresh start where another was faster; and an unknown
 * COMMIT settled before anybody is told anything.
 */
export class Operations {
  readonly #options: OperationsOptions

  constructor(options: OperationsOptions) {
    this.#options = options
  }

  /**
   * @throws {StoreUnavailableError} Nothing was done that could be relied on: a store is away, or three attempts met
   *   somebody faster.
   */
  async run<T>(
    work: (operation: Operation) => Promise<T | RolledBack<T>>,
    settlement: Settlement<T> = {},
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work, settlement)
      } catch (error) {
        if (attempt < ATTEMPTS && (await this.#mayStartOver(error, settlement))) continue
        throw translate(error)
      }
    }
  }

  async #mayStartOver(error: unknown, { inDoubt = false }: { inDoubt?: boolean }): Promise<boolean> {
    if (error instanceof NotBlessedError) await this.#options.bless(inDoubt)
    return error instanceof NotBlessedError || error instanceof RefusedError || isRepeatable(error)
  }

  async #attempt<T>(
    work: (operation: Operation) => Promise<T | RolledBack<T>>,
    settlement: Settlement<T>,
  ): Promise<T> {
    const lease = await this.#options.data.acquire()
    const changes = new DataChanges()
    try {
      // Said each time: under a stricter default of the database's, who has waited for a lock does not see what it waited for.
      const trx = await this.#options.db.startTransaction().setIsolationLevel('read committed').execute()
      const operation = this.#operation(trx, lease, changes)
      const begin = () => this.#begin(operation, lease, settlement.inDoubt)
      const outcome = await this.#untilCommit(trx, operation, begin, work)
      if (outcome instanceof RolledBack) return outcome.outcome
      try {
        await trx.commit().execute()
        return outcome
      } catch (error) {
        return await this.#afterFailedCommit(error, trx, operation, settlement)
      }
    } finally {
      lease.release()
      if (changes.frozenUsers) this.#options.onChanged(null)
      if (changes.keys.size > 0) this.#options.onChanged(changes.keys)
    }
  }

  async #untilCommit<T>(
    trx: ControlledTransaction<Database>,
    operation: Operation,
    begin: () => Promise<void>,
    work: (operation: Operation) => Promise<T | RolledBack<T>>,
  ): Promise<T | RolledBack<T>> {
    try {
      await begin()
      const outcome = await work(operation)
      if (outcome instanceof RolledBack) await trx.rollback().execute()
      return outcome
    } catch (error) {
      if (!trx.isRolledBack)
        await trx
          .rollback()
          .execute()
          .catch(() => {})
      throw error
    }
  }

  async #begin(operation: Operation, lease: TokenDataLease, inDoubt = false): Promise<void> {
    if (lease.identity === null) {
      if (this.#options.timeouts) await operation.locks.limitWaiting()
      return
    }
    await operation.locks.enterFence()
    const blessed = await new RedisIdentityStore(operation.trx).get({ inDoubt })
    if (blessed !== lease.identity) throw new NotBlessedError()
  }

  async #afterFailedCommit<T>(
    error: unknown,
    trx: ControlledTransaction<Database>,
    operation: Operation,
    { settle, undo, inDoubt }: Settlement<T>,
  ): Promise<T> {
    await trx
      .rollback()
      .execute()
      .catch(() => {})
    if (isServerError(error)) {
      await undo?.(operation.data)
      throw error
    }
    if (!settle)
      throw new StoreUnavailableError('The outcome is not known; look before you try again', { cause: error })
    return this.run(settle, { inDoubt: inDoubt ?? false })
  }

  #operation(trx: Kysely<Database>, lease: TokenDataLease, changes: DataChanges): Operation {
    const { clock } = this.#options
    const offset = clock.offsetSeconds()
    return {
      trx,
      locks: new TokenLocks(trx),
      tokens: new TokenDatabaseStore(trx, offset),
      changeHistory: new ChangeHistoryStore(trx, offset),
      frozenUsers: new FrozenUserStore(trx, offset),
      data: recordChanges(lease.within(trx), changes),
      dataInDatabase: lease.identity === null,
      now: nowSeconds(clock),
      rollback: (outcome) => new RolledBack(outcome),
    }
  }
}

/** What an operation has changed, or tried to, in the token data. */
class DataChanges {
  readonly keys = new Set<string>()
  frozenUsers = false
}

function recordChanges(session: TokenDataSession, changes: DataChanges): TokenDataSession {
  return {
    get: (keys) => session.get(keys),
    add: (data) => session.add(data),
    replace(text, data) {
      changes.keys.add(data.token.key)
      return session.replace(text, data)
    },
    delete(keys) {
      for (const key of keys) changes.keys.add(key)
      return session.delete(keys)
    },
    deleteUnchanged(key, text, below = []) {
      for (const one of [key, ...below]) changes.keys.add(one)
      return session.deleteUnchanged(key, text, below)
    },
    freeze(username) {
      changes.frozenUsers = true
      return session.freeze(username)
    },
    frozenMark: (username) => session.frozenMark(username),
    unfreeze(username, mark) {
      changes.frozenUsers = true
      return session.unfreeze(username, mark)
    },
    frozenUsers: () => session.frozenUsers(),
  }
}

/** The Redis at hand is not the one that the database names. */
class NotBlessedError extends Error {}

/** What a caller sees of an error that is not meant for callers. */
function translate(error: unknown): unknown {
  if (error instanceof PorthorError) return error
  if (error instanceof NotBlessedError) return new StoreUnavailableError('Redis is being brought up to date')
  if (error instanceof RefusedError)
    return new StoreUnavailableError('The token keeps changing; try again', { cause: error })
  return unavailable(error) ?? error
}
