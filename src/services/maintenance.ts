import type { Kysely } from 'kysely'
import { type Clock, nowSeconds } from '../models/clock.ts'
import { forEachInTurns } from '../models/turns.ts'
import { INTERNAL_USERNAME } from '../models/usernames.ts'
import { AdminHistoryStore } from '../storage/admin-history-store.ts'
import { AuthHistoryStore } from '../storage/auth-history-store.ts'
import { ChangeHistoryStore } from '../storage/change-history-store.ts'
import { LoginLinkStore } from '../storage/login-link-store.ts'
import { LogoutTokenStore } from '../storage/logout-token-store.ts'
import type { Database } from '../storage/schema.ts'
import { SessionStore } from '../storage/session-store.ts'
import { StatisticsStore } from '../storage/statistics-store.ts'
import { TokenDatabaseStore } from '../storage/token-database-store.ts'
import type { Operations } from './operation.ts'
import { expireBatch } from './operations/expire.ts'
import { STATISTICS_KEPT_SECONDS } from './statistics-service.ts'
import type { Log } from './token-log.ts'

export interface MaintenanceReport {
  /** Expired tokens that were removed. */
  expired: number
  /** Tokens below them that went with them. */
  descendants: number
  /** History entries older than the retention, of changes, authentications and administrators together. */
  truncatedEntries: number
  /** Users with an active session. */
  activeSessions: number
  /** Unexpired tokens that users made themselves. */
  userTokens: number
}

export interface MaintenanceOptions {
  /** Ends after so many expired tokens. */
  limit?: number
  onProgress?: (done: { expired: number; truncatedEntries: number }) => void
  /** Ends after the batch that is under way. */
  signal?: AbortSignal
}

/** Tokens a batch: on the embedded store a batch is what a request may have to wait for. */
const EXPIRY_BATCH = { embedded: 100, postgresql: 1_000 }
const SESSION_GRACE_SECONDS = 3_600
const TRUNCATION_BATCH = { embedded: 500, postgresql: 5_000 }

/** Removes what has expired, in batches that wait for nobody; may run any number of times at once. */
export class Maintenance {
  readonly #options: {
    db: Kysely<Database>
    operations: Operations
    clock: Clock
    log: Log
    retentionSeconds: number
    kind: 'embedded' | 'postgresql'
  }

  /** @param options.retentionSeconds - How long history is kept. */
  constructor(options: {
    db: Kysely<Database>
    operations: Operations
    clock: Clock
    log: Log
    retentionSeconds: number
    kind: 'embedded' | 'postgresql'
  }) {
    this.#options = options
  }

  /** @throws {StoreUnavailableError} A store is away; what was done until then stays done. */
  async run(options: MaintenanceOptions = {}): Promise<MaintenanceReport> {
    const { db, clock, log } = this.#options
    const { expired, descendants } = await this.#expire(options)
    const truncatedEntries = await this.#truncate(options, expired)
    const tokens = new TokenDatabaseStore(db)
    const now = nowSeconds(clock)
    await this.#forgetEnded(options, now)
    const report = {
      expired,
      descendants,
      truncatedEntries,
      activeSessions: await tokens.countUniqueSessions(now),
      userTokens: await tokens.countUserTokens(now),
    }
    log.info(report, 'Finished maintenance')
    return report
  }

  async #expire({ limit = Number.POSITIVE_INFINITY, onProgress, signal }: MaintenanceOptions) {
    const { operations, log, kind } = this.#options
    const batch = EXPIRY_BATCH[kind]
    const done = { expired: 0, descendants: 0 }
    while (done.expired < limit && !signal?.aborted) {
      const now = nowSeconds(this.#options.clock)
      const ended = await expireBatch(operations, Math.min(batch, limit - done.expired), {
        actor: INTERNAL_USERNAME,
        ipAddress: null,
      })
      if (ended.length === 0) break
      await forEachInTurns(ended, (info) =>
        log.info({ token: info.token, token_type: info.tokenType, user: info.username }, 'Expired token'),
      )
      const expired = ended.filter((info) => info.expires !== null && info.expires <= now).length
      done.expired += expired
      done.descendants += ended.length - expired
      onProgress?.({ expired: done.expired, truncatedEntries: 0 })
    }
    return done
  }

  /** What is kept beside tokens and means nothing any more. */
  async #forgetEnded({ signal }: MaintenanceOptions, now: number): Promise<void> {
    const { db, kind } = this.#options
    await new StatisticsStore(db).deleteOlderThan(now - STATISTICS_KEPT_SECONDS)
    await new LoginLinkStore(db).deleteExpired(now)
    await new LogoutTokenStore(db).deleteExpired(now)
    const sessions = new SessionStore(db)
    // One that is about to be opened has no token yet.
    const before = now - SESSION_GRACE_SECONDS
    let after: string | null = ''
    while (after !== null && !signal?.aborted) {
      after = (await sessions.deleteEnded(after, TRUNCATION_BATCH[kind], before)).next
    }
  }

  async #truncate({ onProgress, signal }: MaintenanceOptions, expired: number): Promise<number> {
    const { db, clock, retentionSeconds, kind } = this.#options
    const histories = [new ChangeHistoryStore(db), new AuthHistoryStore(db), new AdminHistoryStore(db)]
    const olderThan = nowSeconds(clock) - retentionSeconds
    let truncatedEntries = 0
    for (const history of histories) {
      while (!signal?.aborted) {
        const deleted = await history.deleteOlderThan(olderThan, TRUNCATION_BATCH[kind])
        if (deleted === 0) break
        truncatedEntries += deleted
        onProgress?.({ expired, truncatedEntries })
      }
    }
    return truncatedEntries
  }
}
