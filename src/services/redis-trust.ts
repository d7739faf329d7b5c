import type { Kysely } from 'kysely'
import type { Clock } from '../models/clock.ts'
import { StoreUnavailableError } from '../models/errors.ts'
import { intersect, samePrivilege } from '../models/privilege.ts'
import { ChangeHistoryStore, type HistoryMoment } from '../storage/change-history-store.ts'
import { FrozenUserStore } from '../storage/frozen-user-store.ts'
import type { RedisConnection } from '../storage/redis/redis-connection.ts'
import { RedisIdentityStore } from '../storage/redis-identity-store.ts'
import type { Database } from '../storage/schema.ts'
import type { RedisTokenDataStore } from '../storage/token-data/redis-token-data-store.ts'
import type { TokenDataSession } from '../storage/token-data/token-data-store.ts'
import { TokenDatabaseStore } from '../storage/token-database-store.ts'
import { TokenLocks } from '../storage/token-locks.ts'
import { within } from '../storage/within.ts'
import { committedSecret } from './operations/rotate.ts'
import type { Log } from './token-log.ts'

const HEARTBEAT = 'porthor:heartbeat'
const FROZEN = 'porthor:frozen'
const BATCH = 1_000
const MAXIMUM_WAIT_MILLISECONDS = 5_000

/**
 * No Redis write comes later than this after its history entry: `statement_timeout` and
 * `idle_in_transaction_session_timeout` of an operation together, with room for rounding and skew. Seconds.
 */
const MARGIN_SECONDS = 120
/** More entries than can have been under way at one moment, whose ids are lower than one that was seen. */
const MARGIN_ENTRIES = 20_000

export interface RedisTrustOptions {
  db: Kysely<Database>
  store: RedisTokenDataStore
  clock: Clock
  log: Log
  /** For so long a finding that a Redis is blessed is believed, in seconds (DESIGN.md, "Two leases"). */
  leaseSeconds: number
}

/**
 * Knows whether a Redis may be believed, and makes it so: one that comes back older than it was, or another one, serves
 * nothing until the revocations that it missed have been replayed to it (PROTOCOLS.md §7).
 */
export class RedisTrust {
  readonly #options: RedisTrustOptions
  #proof: { identity: string; until: number } | null = null
  #replaying: Promise<void> | null = null
  #checking: Promise<string | null> | null = null

  constructor(options: RedisTrustOptions) {
    this.#options = options
  }

  /**
   * Returns once this Redis is blessed, replaying to it first if need be.
   *
   * @throws {StoreUnavailableError} It is not the one that is at hand now.
   */
  async require(identity: string): Promise<void> {
    if (this.isProven(identity)) return
    if ((await this.#blessedIdentity()) === identity) return
    await this.replay()
    if ((await this.#blessedIdentity()) !== identity)
      throw new StoreUnavailableError('Another Redis is in use by now')
  }

  /** Whether this Redis is known to be blessed, by what is in memory alone. */
  isProven(identity: string, now = performance.now()): boolean {
    return this.#proof?.identity === identity && now < this.#proof.until
  }

  /** Looks again, in the background, before the proof runs out. */
  renew(identity: string): void {
    const half = (this.#options.leaseSeconds * 1000) / 2
    if (this.#proof?.identity === identity && performance.now() < this.#proof.until - half) return
    this.#blessedIdentity().catch(() => {})
  }

  /** Brings the Redis at hand up to date and blesses it, unless it is blessed already. One at a time in each process. */
  replay(): Promise<void> {
    this.#replaying ??= this.#options.store
      .connection((connection, session) => this.#replayTo(connection, session))
      .finally(() => {
        this.#replaying = null
      })
    return this.#replaying
  }

  /** Marks the blessed Redis as recent, under the fence (PROTOCOLS.md §7). */
  async beat(): Promise<void> {
    const { db, store, clock } = this.#options
    await store.connection(async (connection) => {
      const trx = await db.startTransaction().setIsolationLevel('read committed').execute()
      try {
        await new TokenLocks(trx).enterFence()
        const blessed = await new RedisIdentityStore(trx, clock.offsetSeconds()).getWithTime()
        if (blessed?.identity !== connection.identity) return
        // The last entry beside the time: a clock that is set back afterwards does not lower the ids of new entries.
        const entry = (await new ChangeHistoryStore(trx).lastEntry()) ?? 0
        await connection.send('SET', HEARTBEAT, `${blessed.now} ${entry}`)
      } finally {
        await trx.rollback().execute()
      }
    })
  }

  async #blessedIdentity(): Promise<string | null> {
    this.#checking ??= this.#readBlessedIdentity().finally(() => {
      this.#checking = null
    })
    return this.#checking
  }

  async #readBlessedIdentity(): Promise<string | null> {
    // The proof counts from before the statement was sent.
    const sent = performance.now()
    try {
      const asked = new RedisIdentityStore(this.#options.db).get()
      const identity = await within(asked, MAXIMUM_WAIT_MILLISECONDS, 'The database does not answer')
      this.#proof = identity === null ? null : { identity, until: sent + this.#options.leaseSeconds * 1000 }
      return identity
    } catch (error) {
      throw new StoreUnavailableError('The database does not answer', { cause: error })
    }
  }

  async #replayTo(connection: RedisConnection, session: TokenDataSession): Promise<void> {
    const { db, clock, log } = this.#options
    const trx = await db.startTransaction().setIsolationLevel('read committed').execute()
    try {
      // Waits for all operations under way, so that their history is there to be read.
      await new TokenLocks(trx).closeFence()
      const identities = new RedisIdentityStore(trx, clock.offsetSeconds())
      const blessed = await identities.get()
      if (blessed === connection.identity) return
      await this.#rewriteFrozen(trx, connection, session)
      // A first start: nothing is known of these stores yet; the audit looks at them.
      if (blessed) await this.#replayHistory(trx, connection, session)
      await identities.set(connection.identity)
      await trx.commit().execute()
      log.info({ first: !blessed }, 'Redis is trusted from now on')
    } finally {
      if (!trx.isCommitted)
        await trx
          .rollback()
          .execute()
          .catch(() => {})
    }
  }

  async #rewriteFrozen(
    trx: Kysely<Database>,
    connection: RedisConnection,
    session: TokenDataSession,
  ): Promise<void> {
    await connection.send('DEL', FROZEN)
    for (const { username } of await new FrozenUserStore(trx).list()) await session.freeze(username)
  }

  async #replayHistory(
    trx: Kysely<Database>,
    connection: RedisConnection,
    session: TokenDataSession,
  ): Promise<void> {
    const history = new ChangeHistoryStore(trx)
    const heartbeat = readHeartbeat(await connection.send<string | null>('GET', HEARTBEAT))
    // Fewer entries than there were: the database, too, is older than it was.
    const isFollowed = heartbeat !== null && heartbeat.entry <= ((await history.lastEntry()) ?? 0)
    if (!isFollowed) {
      for await (const keys of this.#options.store.scan()) await this.#bringDown(trx, session, keys)
      return
    }
    const since = { time: heartbeat.time - MARGIN_SECONDS, entry: heartbeat.entry - MARGIN_ENTRIES }
    for await (const keys of history.keysChangedSince(since, BATCH)) {
      await this.#bringDown(trx, session, keys)
    }
  }

  /**
   * Deletes values without a row or with an uncommitted secret, and all below them, lowers those above their row; raises none.
   */
  async #bringDown(trx: Kysely<Database>, session: TokenDataSession, keys: readonly string[]): Promise<void> {
    const rows = await new TokenLocks(trx).readTokens(keys)
    const stored = await session.get(keys)
    for (const [index, key] of keys.entries()) {
      const value = stored[index]
      const row = rows.get(key)
      if (!value) continue
      if (!row) {
        // What was below it has no row either, and is looked at by itself.
        await session.delete([key])
        continue
      }
      if (!value.data || committedSecret(value.data, row.secretDigest) === null) {
        await this.#deleteSubtree(trx, session, key)
        continue
      }
      const lowered = { ...value.data, ...intersect(value.data, row.info) }
      if (samePrivilege(lowered, value.data)) continue
      // Nobody but a late command of a dead process can have been faster: what it wrote is not to be trusted either.
      if (!(await session.replace(value.text, lowered))) await this.#deleteSubtree(trx, session, key)
    }
  }

  /** A child does not go on without its parent, which may have a row still: its secret was replaced, and is lost. */
  async #deleteSubtree(trx: Kysely<Database>, session: TokenDataSession, key: string): Promise<void> {
    const below = await new TokenDatabaseStore(trx).getChildren(key)
    await session.delete([...below.reverse(), key])
  }
}

/** Null: there is none, or one without an entry, which says too little. */
function readHeartbeat(text: string | null): HistoryMoment | null {
  const [time, entry] = text?.split(' ') ?? []
  return time === undefined || entry === undefined ? null : { time: Number(time), entry: Number(entry) }
}
