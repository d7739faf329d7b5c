import type { Kysely } from 'kysely'
import { type FrozenUser, FrozenUserStore } from '../storage/frozen-user-store.ts'
import type { Database } from '../storage/schema.ts'
import { authorize, type Caller } from './caller.ts'
import type { Operations } from './operation.ts'
import { freeze, unfreeze } from './operations/freeze.ts'
import type { Log } from './token-log.ts'
import { checkUsername } from './token-rules.ts'

/**
 * Freezes users: all of their tokens are refused at once, everywhere, and nothing is deleted. For administrators; the
 * methods throw `PermissionDeniedError` for everybody else.
 */
export class UserService {
  readonly #db: Kysely<Database>
  readonly #operations: Operations
  readonly #log: Log

  constructor({ db, operations, log }: { db: Kysely<Database>; operations: Operations; log: Log }) {
    this.#db = db
    this.#operations = operations
    this.#log = log
  }

  /** @returns False: the user was frozen already. */
  async freeze(caller: Caller, username: string): Promise<boolean> {
    authorize(caller, username, { requireAdmin: true })
    checkUsername(username)
    const frozen = await freeze(this.#operations, username, caller.username)
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

  async listFrozen(caller: Caller): Promise<FrozenUser[]> {
    authorize(caller, null)
    return new FrozenUserStore(this.#db).list()
  }
}
