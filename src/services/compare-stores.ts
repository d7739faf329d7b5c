import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Clock } from '../models/clock.ts'
import { StoreUnavailableError } from '../models/errors.ts'
import { ChangeHistoryStore } from '../storage/change-history-store.ts'
import { readPosition } from '../storage/database-position.ts'
import type { RedisConnection } from '../storage/redis/redis-connection.ts'
import { RedisIdentityStore } from '../storage/redis-identity-store.ts'
import type { Database } from '../storage/schema.ts'
import type { RedisTokenDataStore } from '../storage/token-data/redis-token-data-store.ts'
import { TokenLocks } from '../storage/token-locks.ts'
import { rolledBackUnlessCommitted } from '../storage/uncommitted.ts'
import type { AuditSummary } from './audit-finding.ts'
import { writeHeartbeat } from './heartbeat.ts'
import type { Log } from './token-log.ts'

/** PostgreSQL is not the one that it was: nothing is served before the stores have been compared to the end. */
export class ComparingStoresError extends StoreUnavailableError {
  constructor(options?: ErrorOptions) {
    super('PostgreSQL is another or older than it was; the stores are being compared', options)
  }
}

export interface StoreComparisonOptions {
  db: Kysely<Database>
  store: RedisTokenDataStore
  clock: Clock
  log: Log
  /** Repairs all in which the stores differ, to the end; not where `alarm` is set, or the signal says stop. */
  compare: (signal: AbortSignal) => Promise<AuditSummary>
}

type Outcome = 'done' | 'another process' | 'failed' | 'alarm'

/** So long nobody tries again after a try that did not get to its end: a person is needed, or another process is at it. */
const PAUSE_MILLISECONDS: Readonly<Record<Outcome, number>> = {
  done: 0,
  'another process': 500,
  failed: 1_000,
  alarm: 60_000,
}

/**
 * Compares the stores after PostgreSQL has lost commits whose changes Redis has seen (PROTOCOLS.md §7), in one process at a
 * time. That it is not finished stands in the database: where this process dies, the next one begins again.
 */
export class StoreComparison {
  readonly #options: StoreComparisonOptions
  readonly #stopping = new AbortController()
  #running: Promise<Outcome> | null = null
  #last: Outcome = 'done'
  #notBefore = 0

  constructor(options: StoreComparisonOptions) {
    this.#options = options
  }

  /** In the background, unless it runs already, or has just been tried in vain. */
  start(): void {
    if (this.#running || this.#stopping.signal.aborted || performance.now() < this.#notBefore) return
    this.#running = this.#tryOnce().then((outcome) => {
      this.#running = null
      this.#last = outcome
      this.#notBefore = performance.now() + PAUSE_MILLISECONDS[outcome]
      return outcome
    })
  }

  /**
   * Waits for a comparison that runs here, or a while for that of another process.
   *
   * @throws {ComparingStoresError} It did not get to its end.
   */
  async wait(): Promise<void> {
    const outcome = (await this.#running) ?? this.#last
    if (outcome === 'alarm' || outcome === 'failed') throw new ComparingStoresError()
    if (outcome === 'another process') await sleep(PAUSE_MILLISECONDS[outcome])
  }

  /** What is not finished is begun again by another process, or this one's next life. */
  async close(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #tryOnce(): Promise<Outcome> {
    const { store, log } = this.#options
    try {
      return await store.connection((connection) => this.#compareWith(connection))
    } catch (error) {
      log.error({ error: (error as Error).message }, 'The stores could not be compared to the end')
      return 'failed'
    }
  }

  #compareWith(connection: RedisConnection): Promise<Outcome> {
    const { db, clock, compare, log } = this.#options
    return rolledBackUnlessCommitted(db, async (trx) => {
      const locks = new TokenLocks(trx)
      const identities = new RedisIdentityStore(trx, clock.offsetSeconds())
      if (!(await locks.tryComparison())) return 'another process'
      const before = await identities.read()
      if (!before?.isComparing) return 'done'
      const { lineage } = (await readPosition(trx)) ?? {}
      log.warn(
        {},
        'PostgreSQL is another or older than it was; comparing stores, nothing is served meanwhile',
      )

      const { alarm, ...counts } = await compare(this.#stopping.signal)
      if (this.#stopping.signal.aborted) return 'failed'
      if (alarm !== null) {
        log.error(
          { error: alarm },
          'The stores differ too much to be repaired unasked; nothing is served until somebody decides (docs/failures.md)',
        )
        return 'alarm'
      }

      await locks.closeFence()
      const after = await identities.read()
      const position = await readPosition(trx)
      if (after?.identity !== connection.identity || before.identity !== connection.identity)
        throw new Error('Redis was replaced meanwhile')
      if (!position || position.lineage !== lineage) throw new Error('PostgreSQL was replaced meanwhile')
      // What the Redis remembers of a database that had more must not count any longer.
      const entry = (await new ChangeHistoryStore(trx).lastEntry()) ?? 0
      await writeHeartbeat(connection, { time: after.now, entry, position })
      await identities.set(connection.identity, position.lineage)
      await trx.commit().execute()
      log.warn(counts, 'The stores have been compared; served from now on')
      return 'done'
    })
  }
}
