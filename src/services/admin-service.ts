import type { Kysely, Transaction } from 'kysely'
import type { Clock } from '../models/clock.ts'
import { NotFoundError, PermissionDeniedError } from '../models/errors.ts'
import { BOOTSTRAP_USERNAME, INTERNAL_USERNAME, isUsername } from '../models/usernames.ts'
import { AdminHistoryStore } from '../storage/admin-history-store.ts'
import { AdminStore } from '../storage/admin-store.ts'
import type { Database } from '../storage/schema.ts'
import { type Caller, internalCaller } from './caller.ts'
import type { Log } from './token-log.ts'

/**
 * The table of administrators (spec/token-service.md §9). It decides who gets `admin:token` at login, and who may change
 * the table itself; tokens made before keep their scopes.
 */
export class AdminService {
  readonly #db: Kysely<Database>
  readonly #clock: Clock
  readonly #log: Log

  constructor({ db, clock, log }: { db: Kysely<Database>; clock: Clock; log: Log }) {
    this.#db = db
    this.#clock = clock
    this.#log = log
  }

  /** Usernames, sorted. @param page - At most `limit`, after that name; absent: all. */
  async list(page: { after?: string; limit?: number } = {}): Promise<string[]> {
    return new AdminStore(this.#db).list(page)
  }

  /** Whether a holder of `admin:token` may also change who is an administrator. */
  async mayChange({ username }: Caller): Promise<boolean> {
    return isBeyondTheTable(username) || new AdminStore(this.#db).has(username)
  }

  /** @throws {PermissionDeniedError | DuplicateAdminError} */
  async add(caller: Caller, username: string): Promise<void> {
    if (!isUsername(username)) throw new PermissionDeniedError('Not a valid username')
    await this.#db.transaction().execute(async (trx) => {
      await this.#checkActor(trx, caller)
      await new AdminStore(trx).add(username)
      await this.#record(trx, caller, username, 'add')
    })
    this.#log.info({ user: username, actor: caller.username }, 'Added administrator')
  }

  /**
   * @param username - Any name in the table, also one that is no username.
   * @throws {PermissionDeniedError} The caller may not, or it is the last one who can log in.
   * @throws {NotFoundError} No administrator of that name.
   */
  async remove(caller: Caller, username: string): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const admins = new AdminStore(trx)
      // Two removals at once must not both find another administrator left.
      await admins.lock()
      await this.#checkActor(trx, caller)
      if (!(await admins.has(username))) {
        throw new NotFoundError('No such administrator', { location: ['path', 'username'] })
      }
      // Nobody logs in by a name that is no username: the reference's table may hold such.
      const usable = (await admins.list()).filter(isUsername)
      if (usable.length === 1 && usable[0] === username)
        throw new PermissionDeniedError('The last administrator cannot be removed')
      await admins.delete(username)
      await this.#record(trx, caller, username, 'remove')
    })
    this.#log.info({ user: username, actor: caller.username }, 'Removed administrator')
  }

  /** Fills an empty table; leaves any other as it is. @returns Who was added. */
  async addInitial(usernames: readonly string[]): Promise<string[]> {
    if (usernames.length === 0) return []
    return this.#db.transaction().execute(async (trx) => {
      const admins = new AdminStore(trx)
      await admins.lock()
      if ((await admins.count()) > 0) return []
      const added = [...new Set(usernames)]
      for (const username of added) {
        await admins.add(username)
        await this.#record(trx, internalCaller, username, 'add')
      }
      return added
    })
  }

  async #checkActor(trx: Transaction<Database>, { username }: Caller): Promise<void> {
    if (isBeyondTheTable(username)) return
    if (!(await new AdminStore(trx).has(username))) {
      throw new PermissionDeniedError(`${username} is not an administrator`)
    }
  }

  async #record(
    trx: Transaction<Database>,
    caller: Caller,
    username: string,
    action: 'add' | 'remove',
  ): Promise<void> {
    await new AdminHistoryStore(trx, this.#clock.offsetSeconds()).add({
      username,
      action,
      actor: caller.username,
      ipAddress: caller.ipAddress,
    })
  }
}

function isBeyondTheTable(username: string): boolean {
  return username === BOOTSTRAP_USERNAME || username === INTERNAL_USERNAME
}
