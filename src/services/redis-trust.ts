import type { Kysely } from 'kysely'
import type { Clock } from '../models/clock.ts'
import { StoreUnavailableError } from '../models/errors.ts'
import { intersect, samePrivilege } from '../models/privilege.ts'
import { ChangeHistoryStore } from '../storage/change-history-store.ts'
import { type DatabasePosition, readPosition } from '../storage/database-position.ts'
import { FrozenUserStore } from '../storage/frozen-user-store.ts'
import type { RedisConnection } from '../storage/redis/redis-connection.ts'
import { type Blessing, RedisIdentityStore } from '../storage/redis-identity-store.ts'
import type { Database } from '../storage/schema.ts'
import type { RedisTokenDataStore } from '../storage/token-data/redis-token-data-store.ts'
import type { TokenDataSession } from '../storage/token-data/token-data-store.ts'
import { TokenDatabaseStore } from '../storage/token-database-store.ts'
import { TokenLocks } from '../storage/token-locks.ts'
import { rolledBackUnlessCommitted } from '../storage/uncommitted.ts'
import { within } from '../storage/within.ts'
import type { AuditSummary } from './audit-finding.ts'
import { ComparingStoresError, StoreComparison } from './compare-stores.ts'
import { type Heartbeat, isBehind, readHeartbeat, writeHeartbeat } from './heartbeat.ts'
import { committedSecret } from './operations/rotate.ts'
import type { Log } from './token-log.ts'

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
  /** Repairs all in which the stores differ, to the end (compare-stores.ts). */
  compare: (signal: AbortSignal) => Promise<AuditSummary>
}

/**
 * Knows whether a Redis may be believed, and makes it so: one that comes back older than it was, or another one, serves
 * nothing until the revocations that it missed have been replayed to it; and with a database that is older than it was,
 * none does until the stores have been compared (PROTOCOLS.md §7).
 */
export class RedisTrust {
  readonly #options: RedisTrustOptions
  readonly #comparison: StoreComparison
  #proof: { identity: string; until: number } | null = null
  #replaying: Promise<void> | null = null
  #checking: Promise<string | null> | null = null

  constructor(options: RedisTrustOptions) {
    this.#options = options
    this.#comparison = new StoreComparison(options)
  }

  /**
   * Returns once this Redis is blessed, replaying to it first if need be.
   *
   * @throws {StoreUnavailableError} It is not the one that is at hand now.
   * @throws {ComparingStoresError} The database is another, or older than it was.
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

  /**
   * Brings the Redis at hand up to date and blesses it, unless it is blessed already. One at a time in each process.
   *
   * @throws {ComparingStoresError} The database is another, or older than it was: in the background the stores are compared.
   */
  replay(): Promise<void> {
    this.#replaying ??= this.#options.store
      .connection((connection, session) => this.#replayTo(connection, session))
      .finally(() => {
        this.#replaying = null
      })
    return this.#replaying
  }

  /** The same, for who would rather wait until the stores have been compared, in whichever process. */
  async replayAndWait(): Promise<void> {
    for (;;) {
      try {
        return await this.replay()
      } catch (error) {
        if (!(error instanceof ComparingStoresError)) throw error
      }
      await this.#comparison.wait()
    }
  }

  /** Whether nothing is served just now, because the database is another, or older than it was. */
  async isComparing(): Promise<boolean> {
    const blessing = await new RedisIdentityStore(this.#options.db).read()
    return blessing?.isComparing ?? false
  }

  /** What it has begun in the background ends. */
  close(): Promise<void> {
    return this.#comparison.close()
  }

  /** Marks the blessed Redis as recent, under the fence, unless it remembers more than the database has (PROTOCOLS.md §7). */
  async beat(): Promise<void> {
    if (await this.#mark()) return
    this.#proof = null
    await this.replay()
  }

  /** @returns False: the database is not to be believed before somebody has looked. */
  #mark(): Promise<boolean> {
    const { db, store, clock } = this.#options
    return store.connection(async (connection) => {
      const trx = await db.startTransaction().setIsolationLevel('read committed').execute()
      try {
        await new TokenLocks(trx).enterFence()
        const blessing = await new RedisIdentityStore(trx, clock.offsetSeconds()).read()
        if (!blessing) return true
        if (blessing.isComparing || !blessing.isOfThisServer) return false
        if (blessing.identity !== connection.identity) return true
        // Before the position: another process may mark a later one between the two.
        const heartbeat = await readHeartbeat(connection)
        const position = await readPosition(trx)
        if (!position) return true
        if (isDoubtful(blessing, position, heartbeat)) return false
        // The last entry beside the time: a clock that is set back afterwards does not lower the ids of new entries.
        const entry = (await new ChangeHistoryStore(trx).lastEntry()) ?? 0
        await writeHeartbeat(connection, { time: blessing.now, entry, position })
        return true
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

  #replayTo(connection: RedisConnection, session: TokenDataSession): Promise<void> {
    const { db, clock, log } = this.#options
    return rolledBackUnlessCommitted(db, async (trx) => {
      const identities = new RedisIdentityStore(trx, clock.offsetSeconds())
      const before = await identities.read()
      // Whoever compares needs the fence more.
      if (before?.isComparing && before.identity === connection.identity) this.#refuse()
      // Waits for all operations under way, so that their history is there to be read.
      await new TokenLocks(trx).closeFence()
      const blessing = await identities.read()
      const heartbeat = await readHeartbeat(connection)
      const position = await readPosition(trx)
      if (blessing && position && isDoubtful(blessing, position, heartbeat)) {
        await identities.beginComparing(connection.identity)
        await trx.commit().execute()
        this.#refuse()
      }
      const isSameRedis = blessing?.identity === connection.identity
      if (isSameRedis && blessing.isOfThisServer) return
      if (!isSameRedis) await this.#rewriteFrozen(trx, connection, session)
      // A first start: nothing is known of these stores yet; the audit looks at them.
      if (blessing && !isSameRedis) await this.#replayHistory(trx, session, heartbeat)
      await identities.set(connection.identity, position?.lineage ?? null)
      await trx.commit().execute()
      if (isSameRedis) log.info({}, 'PostgreSQL was started again, and is no older than it was')
      else log.info({ first: !blessing }, 'Redis is trusted from now on')
    })
  }

  #refuse(): never {
    this.#proof = null
    this.#comparison.start()
    throw new ComparingStoresError()
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
    session: TokenDataSession,
    heartbeat: Heartbeat | null,
  ): Promise<void> {
    const history = new ChangeHistoryStore(trx)
    // Fewer entries than there were: from those there are, it cannot be told what this Redis has missed.
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

/** Whether commits may have been lost whose changes Redis has seen. */
function isDoubtful(blessing: Blessing, here: DatabasePosition, heartbeat: Heartbeat | null): boolean {
  const isAnother = blessing.lineage !== null && blessing.lineage !== here.lineage
  return blessing.isComparing || isAnother || isBehind(here, heartbeat)
}
