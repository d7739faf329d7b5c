import type { Kysely } from 'kysely'
import { type Clock, nowSeconds } from '../models/clock.ts'
import { isWithin } from '../models/privilege.ts'
import type { Scopes } from '../models/scopes.ts'
import { type AuditedToken, auditPages, keysWithRow } from '../storage/audit-pages.ts'
import type { Database } from '../storage/schema.ts'
import type { StoredTokenData, TokenDataStore } from '../storage/token-data/token-data-store.ts'
import { TokenDatabaseStore } from '../storage/token-database-store.ts'
import type { AuditFinding, AuditSummary } from './audit-finding.ts'
import { authorize, type Caller, historyOf, internalCaller } from './caller.ts'
import { HeldRepairs } from './held-repairs.ts'
import type { Operations } from './operation.ts'
import { joinFrozenUsers, repairFrozenMarks } from './operations/freeze.ts'
import { examine, mismatchesOf, secretIsCommitted } from './operations/repair.ts'
import { readAhead } from './read-ahead.ts'
import type { Log } from './token-log.ts'

export interface AuditOptions {
  fix: boolean
  /** Who asks; Porthor itself unless given. */
  caller?: Caller
  /** Values without a row that are younger than this many seconds are left alone, for a reference that runs beside. */
  graceSeconds?: number
  /** The database has lost commits whose changes the token data have seen (PROTOCOLS.md §7). */
  afterLoss?: boolean
  signal?: AbortSignal
}

/** How far an audit has come: rows and values looked at, and how many there are, about. */
export interface AuditProgress {
  checked: number
  total: number
}

export type AuditEvent = { progress: AuditProgress } | { finding: AuditFinding }

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

const NOTHING_DONE: AuditSummary = { checked: 0, findings: 0, repaired: 0, alarm: null }

/** Where a reference may run beside, which writes the data of a child before its row. */
export const AUDIT_GRACE_SECONDS = 300

const VALUES_AT_ONCE = 100
/** How often the log says how far a comparison has come. */
const PROGRESS_MILLISECONDS = 10_000

interface SuspectPage {
  /** Rows and values that were looked at. */
  checked: number
  /** Values among them. */
  values: number
  /** Of those with a row. */
  readable: number
  unreadable: number
  /** Keys of tokens to be looked at under locks. */
  suspects: string[]
  /** What no repair is about. */
  plain: AuditFinding[]
}

/**
 * Compares the two stores, token by token, and repairs what a crash has left between them, towards less privilege
 * (PROTOCOLS.md §6). Safe beside running servers: what looks wrong is looked at again under locks. Reads both stores in
 * pages; memory does not grow with the number of tokens, but by the keys of what is to be repaired (held-repairs.ts).
 */
export class Reconciler {
  readonly #options: ReconcilerOptions

  constructor(options: ReconcilerOptions) {
    this.#options = options
  }

  /**
   * Yields what is wrong as it is found or, where `fix` asks for repairs, as it is repaired, once all has been looked at and not too
   * much is amiss. To see what a repair would do, leave it out.
   *
   * @throws {StoreUnavailableError} A store is away.
   * @throws {PermissionDeniedError} Only administrators may ask.
   */
  async *audit({
    onProgress,
    ...options
  }: AuditOptions & { onProgress?: (progress: AuditProgress) => void }): AsyncGenerator<
    AuditFinding,
    AuditSummary
  > {
    const events = this.watch(options)
    try {
      for (let next = await events.next(); ; next = await events.next()) {
        if (next.done) return next.value
        if ('finding' in next.value) yield next.value.finding
        else onProgress?.(next.value.progress)
      }
    } finally {
      await events.return(NOTHING_DONE)
    }
  }

  /** The same, and how far it has come: from the beginning on, and time and again. */
  async *watch(options: AuditOptions): AsyncGenerator<AuditEvent, AuditSummary> {
    authorize(options.caller ?? internalCaller, null)
    const total = await new TokenDatabaseStore(this.#options.db).count()
    yield { progress: { checked: 0, total } }
    const summary = { ...NOTHING_DONE }
    const held =
      options.fix && !this.#isDecided(options) ? new HeldRepairs(total, this.#options.alarmShare) : null
    const fixAtOnce = options.fix && held === null
    if (fixAtOnce) await this.#repairFrozenUsers(options)

    for await (const page of this.#suspects()) {
      summary.checked += page.checked
      yield { progress: { checked: summary.checked, total: Math.max(total, summary.checked) } }
      for (const finding of page.plain) yield { finding: this.#count(summary, finding) }
      const keys = held ? held.add(page) : page.suspects
      if (held?.alarm) this.#raise(summary, held.alarm)
      yield* this.#examineAll(keys, { ...options, fix: fixAtOnce }, summary)
      if (options.signal?.aborted) return summary
    }
    if (!held) return summary

    const keys = held.end()
    if (held.alarm) this.#raise(summary, held.alarm)
    else await this.#repairFrozenUsers(options)
    yield* this.#examineAll(keys, { ...options, fix: held.alarm === null }, summary)
    return summary
  }

  /** Repairs all in which the stores differ after the database has lost commits (PROTOCOLS.md §7); nobody is served meanwhile. */
  async compare(signal: AbortSignal): Promise<AuditSummary> {
    const events = this.watch({ fix: true, afterLoss: true, signal })
    let told = performance.now()
    for (;;) {
      const next = await events.next()
      if (next.done) return next.value
      if (!('progress' in next.value) || performance.now() < told + PROGRESS_MILLISECONDS) continue
      told = performance.now()
      this.#options.log.info({ ...next.value.progress }, 'Comparing stores')
    }
  }

  /**
   * Looks at these tokens alone, and repairs what is wrong with them; however many they are, they were chosen.
   *
   * @returns What was wrong with them when they were looked at.
   * @throws {StoreUnavailableError} A store is away; what was repaired until then stays repaired.
   * @throws {PermissionDeniedError} Only administrators may ask.
   */
  async repair(caller: Caller, keys: readonly string[], graceSeconds = 0): Promise<AuditFinding[]> {
    authorize(caller, null)
    const summary = { ...NOTHING_DONE }
    const findings: AuditFinding[] = []
    for (const key of new Set(keys)) {
      for (const finding of await this.#examine(key, { fix: true, caller, graceSeconds }))
        findings.push(this.#count(summary, finding))
    }
    return findings
  }

  #repairFrozenUsers({ afterLoss }: AuditOptions): Promise<void> {
    return afterLoss ? this.#joinFrozenUsers() : this.#repairFrozenMarks()
  }

  /** No finding: those are about tokens. */
  async #repairFrozenMarks(): Promise<void> {
    const { operations, log } = this.#options
    for (const { username, frozen } of await repairFrozenMarks(operations)) {
      const event = frozen
        ? 'A frozen user was not marked as such in the token data'
        : 'A user who is not frozen was marked as such in the token data'
      log.warn({ user: username, repaired: true }, event)
    }
  }

  async #joinFrozenUsers(): Promise<void> {
    const { operations, log } = this.#options
    const history = {
      actor: internalCaller.username,
      reason: 'Frozen in the token data; PostgreSQL had lost it',
    }
    for (const user of await joinFrozenUsers(operations, history))
      log.warn({ user, repaired: true }, 'A user was frozen in one store only, and is in both from now on')
  }

  #count(summary: AuditSummary, finding: AuditFinding): AuditFinding {
    const { kind, key, username, repaired, details } = finding
    summary.findings++
    if (repaired) summary.repaired++
    this.#options.log.warn({ token: key, user: username, kind, repaired, ...details }, finding.message)
    return finding
  }

  async *#examineAll(
    keys: readonly string[],
    options: AuditOptions,
    summary: AuditSummary,
  ): AsyncGenerator<AuditEvent> {
    for (const key of keys) {
      for (const finding of await this.#examine(key, options))
        yield { finding: this.#count(summary, finding) }
      if (options.signal?.aborted) return
    }
  }

  #examine(
    key: string,
    { fix, graceSeconds = 0, afterLoss = false, caller = internalCaller }: AuditOptions,
  ): Promise<AuditFinding[]> {
    const history = { ...historyOf(caller), cause: 'audit' as const }
    return examine(this.#options.operations, key, { fix, graceSeconds, afterLoss, history })
  }

  /** Whether somebody has decided that all may be repaired; nothing is served before it is done. */
  #isDecided({ afterLoss }: AuditOptions): boolean {
    return afterLoss === true && this.#options.alarmShare >= 1
  }

  #raise(summary: AuditSummary, alarm: string): void {
    if (summary.alarm !== null) return
    summary.alarm = alarm
    this.#options.log.error({ error: alarm }, 'Audit repairs nothing')
  }

  /** What does not look right without locks, page by page: rows with their values, then values without a row. */
  async *#suspects(): AsyncGenerator<SuspectPage> {
    const { db, data, clock, knownScopes } = this.#options
    const now = nowSeconds(clock)
    for await (const page of readAhead(auditPages(db))) {
      const stored = await readInParts(
        data,
        page.map(({ info }) => info.token),
      )
      const suspects = page
        .filter((token, index) => looksWrong(token, stored[index] ?? null, now))
        .map(({ info }) => info.token)
      const plain = page.flatMap(({ info }) =>
        info.scopes
          .filter((scope) => !knownScopes.includes(scope))
          .map((scope) => unknownScope(info.token, info.username, scope)),
      )
      const values = stored.filter((value) => value !== null)
      const readable = values.filter(({ data }) => data !== null).length
      const unreadable = values.length - readable
      yield { checked: page.length, values: values.length, readable, unreadable, suspects, plain }
    }
    for await (const keys of readAhead(data.scan())) {
      const known = await keysWithRow(db, keys)
      const suspects = keys.filter((key) => !known.has(key))
      yield { checked: suspects.length, values: keys.length, readable: 0, unreadable: 0, suspects, plain: [] }
    }
  }
}

/** Requests in the same process wait while values are decrypted: no more of them at once than takes a few milliseconds. */
async function readInParts(
  data: TokenDataStore,
  keys: readonly string[],
): Promise<(StoredTokenData | null)[]> {
  const stored: (StoredTokenData | null)[] = []
  for (let start = 0; start < keys.length; start += VALUES_AT_ONCE)
    stored.push(...(await data.getMany(keys.slice(start, start + VALUES_AT_ONCE))))
  return stored
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
    repair: null,
    repaired: false,
  }
}
