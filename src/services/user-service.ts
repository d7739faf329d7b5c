import type { Kysely } from 'kysely'
import { type Clock, nowSeconds } from '../models/clock.ts'
import { type FrozenUser, FrozenUserStore } from '../storage/frozen-user-store.ts'
import type { Database } from '../storage/schema.ts'
import { type KnownUser, type UserSearchOptions, UserSearchStore } from '../storage/user-search-store.ts'
import { authorize, type Caller } from './caller.ts'
import type { Operations } from './operation.ts'
import { freeze, unfreeze } from './operations/freeze.ts'
import type { Log } from './token-log.ts'
import { checkUsername } from './token-rules.ts'

export interface UserServiceOptions {
  db: Kysely<Database>
  operations: Operations
  clock: Clock
  log: Log
}

/** Which users, and which page of them. */
export type UserQuery = Omit<UserSearchOptions, 'now'>

/**
 * Finds users, and freezes them: all of their tokens are refused at once, everywhere, and nothing is deleted. For administrators; the
 * methods throw `PermissionDeniedError` for everybody else.
 */
export class UserService {
  readonly #db: Kysely<Database>
  readonly #operations: Operations
  readonly #clock: Clock
  readonly #log: Log

  constructor({ db, operations, clock, log }: UserServiceOptions) {
    this.#db = db
    this.#operations = operations
    this.#clock = clock
    this.#log = log
  }

  /** Users that have a token, are frozen or are administrators, by name. */
  async search(caller: Caller, query: UserQuery): Promise<KnownUser[]> {
    authorize(caller, null)
    return new UserSearchStore(this.#db).search({ ...query, now: nowSeconds(this.#clock) })
  }

  /**
   * @param reason - Why, for other administrators; null: nothing is said.
   * @returns False: the user was frozen already; nothing of that changes.
   */
  async freeze(caller: Caller, username: string, reason: string | null = null): Promise<boolean> {
    authorize(caller, username, { requireAdmin: true })
    checkUsername(username)
    const frozen = await freeze(this.#operations, { username, actor: caller.username, reason })
    if (frozen) this.#log.info({ user: username, actor: caller.username }, 'Froze user')
    return frozen
  }

  /** @returns False: the user was not frozen. */
  async unfreeze(caller: Caller, username: string): Promise<boolean> {
    authorize(caller, username, { requireAdmin: true })
    const unfrozen = await unfreeze(this.#operations, username)
    if (unfrozen) this.#log.info({ user: username, actor: caller.username }, 'Unfroze user')
    return unfrozen
  }

  /** By name. @param page - At most `limit`, after that name; absent: all. */
  async listFrozen(caller: Caller, page: { after?: string; limit?: number } = {}): Promise<FrozenUser[]> {
    authorize(caller, null)
    return new FrozenUserStore(this.#db).list(page)
  }
}
