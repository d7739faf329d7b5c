import type { Kysely } from 'kysely'
import type { Database } from '../storage/schema.ts'
import { Fernet } from '../storage/token-data/fernet.ts'
import type { TokenDataStore } from '../storage/token-data/token-data-store.ts'
import { TokenDatabaseStore } from '../storage/token-database-store.ts'
import { type Operation, type Operations, RefusedError, type RolledBack } from './operation.ts'
import { readAhead } from './read-ahead.ts'
import type { Log } from './token-log.ts'

export interface ReencryptionReport {
  /** Values that were looked at. */
  checked: number
  /** Values that an old key alone could read, and are written anew under the current one. */
  reencrypted: number
  /** Values that no key reads: they are for the audit. */
  unreadable: number
  /** Values under an old key that the database knows nothing of, and are left as they are: they are for the audit. */
  withoutRow: number
}

type Outcome = 'reencrypted' | 'withoutRow' | null

export interface ReencryptionOptions {
  /** @param total - How many tokens there are, about. */
  onProgress?: (checked: number, total: number) => void
  /** Ends after the token that is under way. */
  signal?: AbortSignal
}

/**
 * Writes token data anew under the current key, so that an old one can be given up: tokens need not end by themselves. Nothing
 * else of a token changes. Safe beside running servers that have both keys, and may be ended and begun again at any time.
 */
export class Reencryption {
  readonly #options: { db: Kysely<Database>; data: TokenDataStore; operations: Operations; log: Log }
  readonly #current: Fernet

  /** @param options.sessionSecrets - The current key first. */
  constructor({
    sessionSecrets,
    ...options
  }: {
    db: Kysely<Database>
    data: TokenDataStore
    operations: Operations
    log: Log
    sessionSecrets: readonly string[]
  }) {
    this.#options = options
    this.#current = new Fernet(sessionSecrets.slice(0, 1))
  }

  /** @throws {StoreUnavailableError} A store is away; what was done until then stays done. */
  async run({ onProgress, signal }: ReencryptionOptions = {}): Promise<ReencryptionReport> {
    const { db, data, log } = this.#options
    const total = await new TokenDatabaseStore(db).count()
    const report = { checked: 0, reencrypted: 0, unreadable: 0, withoutRow: 0 }
    for await (const keys of readAhead(data.scan())) {
      for (const [index, stored] of (await data.getMany(keys)).entries()) {
        if (signal?.aborted) return report
        report.checked++
        if (stored && !stored.data) report.unreadable++
        if (!stored?.data || this.#isCurrent(stored.text)) continue
        const outcome = await this.#rewrite(keys[index] ?? '')
        if (outcome !== null) report[outcome]++
      }
      onProgress?.(report.checked, Math.max(total, report.checked))
    }
    log.info({ ...report }, 'Finished reencryption')
    return report
  }

  /** @returns What it counts as; null: it has been changed or ended meanwhile. */
  #rewrite(key: string): Promise<Outcome> {
    const work = async ({
      locks,
      tokens,
      data,
      rollback,
    }: Operation): Promise<Outcome | RolledBack<Outcome>> => {
      const row = await locks.lockToken(key)
      const [stored] = await data.get([key])
      if (!stored?.data || this.#isCurrent(stored.text)) return rollback(null)
      if (!row) return rollback('withoutRow')
      // An SQL statement after the value was read proves that the lock is still held.
      await tokens.getInfo(key)
      if (!(await data.replace(stored.text, stored.data))) throw new RefusedError()
      return 'reencrypted'
    }
    return this.#options.operations.run<Outcome>(work, { settle: work })
  }

  #isCurrent(text: string): boolean {
    try {
      this.#current.decrypt(text)
      return true
    } catch {
      return false
    }
  }
}
