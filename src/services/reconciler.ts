import type { Kysely } from 'kysely'
import { type Clock, nowSeconds } from '../models/clock.ts'
import { isWithin } from '../models/privilege.ts'
import type { Scopes } from '../models/scopes.ts'
import { type AuditedToken, auditPages, keysWithRow } from '../storage/audit-pages.ts'
import type { Database } from '../storage/schema.ts'
import type { StoredTokenData, TokenDataStore } from '../storage/token-data/token-data-store.ts'
import { TokenDatabaseStore } from '../storage/token-database-store.ts'
import type { AuditFinding, AuditSummary } from './audit-finding.ts'
import type { Operations } from './operation.ts'
import { examine, mismatchesOf, secretIsCommitted } from './operations/repair.ts'
import { readAhead } from './read-ahead.ts'
import type { Log } from './token-log.ts'

export interface AuditOptions {
  fix: boolean
  /** Values without a row that are younger than this many seconds are left alone, for a reference that runs beside. */
  graceSeconds?: number
  onProgress?: (progress: { checked: number; total: number }) => void
  signal?: AbortSignal
}

export interface ReconcilerOptions {
  db: Kysely<Database>
  data: TokenDataStore
  operations: Operations
  clock: Clock
  log: Log
  knownScopes: Scopes
  /** A repair that would touch more than this share of all tokens does nothing and raises an alarm: 0 to 1. */
  alarmShare: number
}

/** However large the share: a repair of so many tokens is for a person to decide. */
const MAXIMUM_REPAIRS = 100_000
/** However small: a few tokens may always be repaired. */
const MINIMUM_REPAIRS = 10

/**
 * Compares the two stores, token by token, and repairs what a crash has left between them, towards less privilege
 * (PROTOCOLS.md §6). Safe beside running servers: what looks wrong is looked at again under locks. Reads both stores in
 * pages; memory does not grow with the number of tokens.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions

  constructor(options: ReconcilerOptions) {
    this.#options = options
  }

  /**
   * Yields what is wrong as it is found, repaired where `fix` asks for it. To see what a repair would do, leave it out.
   *
   * @throws {StoreUnavailableError} A store is away.
   */
  async *audit(options: AuditOptions): AsyncGenerator<AuditFinding, AuditSummary> {
    const summary: AuditSummary = { checked: 0, findings: 0, repaired: 0, alarm: null }
    if (options.fix) summary.alarm = await this.#alarm(options)
    const fix = options.fix && summary.alarm === null
    if (summary.alarm) this.#options.log.error({ error: summary.alarm }, 'Audit repairs nothing')

    const total = await new TokenDatabaseStore(this.#options.db).count()
    for await (const page of this.#suspects()) {
      summary.checked += page.checked
      options.onProgress?.({ checked: summary.checked, total: Math.max(total, summary.checked) })
      for (const finding of page.plain) yield this.#count(summary, finding)
      for (const key of page.suspects) {
        for (const finding of await this.#examine(key, { ...options, fix }))
          yield this.#count(summary, finding)
        if (options.signal?.aborted) return summary
      }
      if (options.signal?.aborted) return summary
    }
    return summary
  }

  #count(summary: AuditSummary, finding: AuditFinding): AuditFinding {
    const { kind, key, username, repaired, details } = finding
    summary.findings++
    if (repaired) summary.repaired++
    this.#options.log.warn({ token: key, user: username, kind, repaired, ...details }, finding.message)
    return finding
  }

  #examine(key: string, { fix, graceSeconds = 0 }: AuditOptions): Promise<AuditFinding[]> {
    const { operations, clock } = this.#options
    return examine(operations, key, { fix, graceSeconds, offsetSeconds: clock.offsetSeconds() })
  }

  /** Why a repair had better not begin: so much is amiss that a store is the likelier culprit. */
  async #alarm(options: AuditOptions): Promise<string | null> {
    const { db, alarmShare } = this.#options
    const total = await new TokenDatabaseStore(db).count()
    const limit = Math.min(Math.max(total * alarmShare, MINIMUM_REPAIRS), MAXIMUM_REPAIRS)
    let suspicious = 0
    let valuesSeen = 0
    for await (const page of this.#suspects()) {
      suspicious += page.suspects.length
      valuesSeen += page.values
      if (suspicious > limit) {
        return `More than ${Math.floor(limit)} of ${total} tokens need repair: look for a store that was emptied or restored`
      }
      if (options.signal?.aborted) return 'The audit was ended'
    }
    if (valuesSeen === 0 && suspicious > 0) return 'There is no token data at all: the store was emptied'
    return null
  }

  /** What does not look right without locks, page by page: rows with their values, then values without a row. */
  async *#suspects(): AsyncGenerator<{
    checked: number
    values: number
    suspects: string[]
    plain: AuditFinding[]
  }> {
    const { db, data, clock, knownScopes } = this.#options
    const now = nowSeconds(clock)
    for await (const page of readAhead(auditPages(db))) {
      const stored = await data.getMany(page.map(({ info }) => info.token))
      const suspects = page
        .filter((token, index) => looksWrong(token, stored[index] ?? null, now))
        .map(({ info }) => info.token)
      const plain = page.flatMap(({ info }) =>
        info.scopes
          .filter((scope) => !knownScopes.includes(scope))
          .map((scope) => unknownScope(info.token, info.username, scope)),
      )
      yield { checked: page.length, values: stored.filter((value) => value !== null).length, suspects, plain }
    }
    for await (const keys of readAhead(data.scan())) {
      const known = await keysWithRow(db, keys)
      const suspects = keys.filter((key) => !known.has(key))
      yield { checked: suspects.length, values: keys.length, suspects, plain: [] }
    }
  }
}

function looksWrong(row: AuditedToken, stored: StoredTokenData | null, now: number): boolean {
  const { info, parent, orphaned } = row
  if (info.expires !== null && info.expires <= now) return false
  if (!stored?.data || mismatchesOf(info, stored.data).length > 0 || !secretIsCommitted(row, stored.data))
    return true
  if (!parent) return orphaned || info.parent !== null
  return !isWithin(info, parent)
}

function unknownScope(key: string, username: string, scope: string): AuditFinding {
  return {
    kind: 'unknown-scope',
    key,
    username,
    message: `Token \`${key}\` of ${username} has the unknown scope \`${scope}\``,
    details: { scope },
    repairable: false,
    repaired: false,
  }
}
