import { type Clock, nowSeconds } from '../models/clock.ts'
import {
  messageOf,
  NotFoundError,
  PorthorError,
  PreconditionFailedError,
  StoreUnavailableError,
} from '../models/errors.ts'
import {
  decodeQuotaOverrides,
  effectiveQuota,
  encodeQuotaOverrides,
  limitedServices,
  type Quota,
  type QuotaConfig,
} from '../models/quota.ts'
import type {
  QuotaOverridesReader,
  QuotaOverridesStore,
} from '../storage/quota-overrides/quota-overrides-store.ts'
import type { RateLimiter } from '../storage/rate-limits/rate-limiter.ts'
import type { Alerts } from './alerts/alerts.ts'
import { authorize, type Caller } from './caller.ts'
import type { Log } from './token-log.ts'

export interface QuotaServiceOptions {
  /** What the configuration says; null: nothing. */
  base: QuotaConfig | null
  overrides: QuotaOverridesStore
  limiter: RateLimiter
  alerts: Pick<Alerts, 'report'>
  clock: Clock
  log: Log
}

/** How a user stands with a quota, the request at hand counted. */
export interface RateLimitStatus {
  /** Requests a minute. */
  limit: number
  /** Never above the limit. */
  used: number
  remaining: number
  /** When the window ends: whole seconds since the epoch. */
  reset: number
  service: string
  /** Whether the request at hand is one too many. */
  exceeded: boolean
}

/** What is remembered of the overrides. Times are milliseconds of a clock that never goes back. */
interface Remembered {
  overrides: QuotaConfig | null
  /** All services whose requests are counted for anybody. */
  limited: ReadonlySet<string>
  until: number
}

/** So late a change is seen at the latest, should the store fail to tell of it. */
const MAXIMUM_AGE_MILLISECONDS = 60_000
/** Where the overrides cannot be read, nobody tries again for so long. */
const RETRY_MILLISECONDS = 1_000

/** What users may use, and how much of it they have used (spec/quotas.md). */
export class QuotaService {
  readonly #options: QuotaServiceOptions
  #reader: Promise<QuotaOverridesReader> | null = null
  #reading: Promise<Remembered> | null = null
  #remembered: Remembered | null = null
  /** The last that could be read: it holds on while the store is away. */
  #lastKnown: QuotaConfig | null = null
  /** Counts what has been heard of changes: what was read before one is not remembered after it. */
  #changes = 0

  constructor(options: QuotaServiceOptions) {
    this.#options = options
  }

  /**
   * What the members of these groups may use.
   *
   * @returns Null: nothing is said about them.
   */
  async quotaFor(groups: readonly string[]): Promise<Quota | null> {
    const { overrides } = this.#fresh() ?? (await this.#read())
    return effectiveQuota(this.#options.base, overrides, groups)
  }

  /** Whether requests to a service are counted for anybody. @returns Undefined: ask `isLimited`. */
  isLimitedFromMemory(service: string): boolean | undefined {
    return this.#fresh()?.limited.has(service)
  }

  async isLimited(service: string): Promise<boolean> {
    const { limited } = this.#fresh() ?? (await this.#read())
    return limited.has(service)
  }

  /**
   * How many requests a minute to a service are allowed, by what memory alone can say.
   *
   * @returns Null: it is not limited. Undefined: ask `apiLimit`.
   */
  apiLimitFromMemory(groups: readonly string[], service: string): number | null | undefined {
    const remembered = this.#fresh()
    return remembered ? this.#limitOf(remembered, groups, service) : undefined
  }

  /** @returns Null: it is not limited. */
  async apiLimit(groups: readonly string[], service: string): Promise<number | null> {
    return this.#limitOf(this.#fresh() ?? (await this.#read()), groups, service)
  }

  /**
   * Counts a request.
   *
   * @returns Null: the count is not known, and the request should pass.
   */
  async count(username: string, service: string, limit: number): Promise<RateLimitStatus | null> {
    const { limiter, clock, log } = this.#options
    try {
      const { count, secondsLeft } = await limiter.count({ username, service, quota: limit })
      const remaining = Math.max(0, limit - count)
      const reset = nowSeconds(clock) + secondsLeft
      return { limit, used: limit - remaining, remaining, reset, service, exceeded: count > limit }
    } catch (error) {
      log.error({ user: username, service, error: messageOf(error) }, 'Rate limiting failed')
      return null
    }
  }

  /**
   * The overrides, for administrators.
   *
   * @throws {PermissionDeniedError | NotFoundError | StoreUnavailableError}
   */
  async getOverrides(caller: Caller): Promise<QuotaConfig> {
    authorize(caller, null)
    const document = await available(this.#openReader().then((reader) => reader.read()))
    const overrides = this.#decode(document)
    if (!overrides) throw noOverrides()
    return overrides
  }

  /**
   * Replaces the overrides as a whole.
   *
   * @param isExpected - Whether those that there are (null: there are none) may be replaced; absent: whatever they are.
   * @throws {PermissionDeniedError | StoreUnavailableError}
   * @throws {PreconditionFailedError} They are something else by now.
   */
  async setOverrides(
    caller: Caller,
    overrides: QuotaConfig,
    isExpected?: (current: QuotaConfig | null) => boolean,
  ): Promise<void> {
    authorize(caller, null)
    const document = encodeQuotaOverrides(overrides)
    const before = isExpected
      ? await this.#exchange(document, isExpected)
      : await available(this.#options.overrides.replace(document))
    this.#forget()
    this.#options.log.info(
      { actor: caller.username, quota_overrides: overrides, old_quota_overrides: before },
      'Updated quota overrides',
    )
  }

  /**
   * @param isExpected - As for `setOverrides`.
   * @throws {PermissionDeniedError | NotFoundError | StoreUnavailableError | PreconditionFailedError}
   */
  async deleteOverrides(
    caller: Caller,
    isExpected?: (current: QuotaConfig | null) => boolean,
  ): Promise<void> {
    authorize(caller, null)
    const before = isExpected
      ? await this.#exchange(null, isExpected)
      : await available(this.#options.overrides.delete())
    this.#forget()
    if (before === null) throw noOverrides()
    this.#options.log.info({ actor: caller.username, old_quota_overrides: before }, 'Deleted quota overrides')
  }

  async close(): Promise<void> {
    const reader = await this.#reader?.catch(() => null)
    this.#reader = null
    await reader?.close()
    await this.#options.limiter.close()
    await this.#options.overrides.close()
  }

  /** @returns What was stored before; null: nothing. */
  async #exchange(
    document: string | null,
    isExpected: (current: QuotaConfig | null) => boolean,
  ): Promise<string | null> {
    for (;;) {
      const before = await available(this.#openReader().then((reader) => reader.read()))
      if (!isExpected(this.#decode(before))) {
        throw new PreconditionFailedError('The quota overrides have been changed meanwhile')
      }
      if (await available(this.#options.overrides.exchange(before, document))) return before
    }
  }

  #limitOf({ overrides, limited }: Remembered, groups: readonly string[], service: string): number | null {
    if (!limited.has(service)) return null
    const api = effectiveQuota(this.#options.base, overrides, groups)?.api
    return api && Object.hasOwn(api, service) ? (api[service] ?? null) : null
  }

  #fresh(): Remembered | null {
    const remembered = this.#remembered
    return remembered && performance.now() < remembered.until ? remembered : null
  }

  /** Those who ask at the same time share a reading, unless a change has been heard of since it began. */
  #read(): Promise<Remembered> {
    if (!this.#reading) {
      const reading = this.#readAnew(this.#changes).finally(() => {
        if (this.#reading === reading) this.#reading = null
      })
      this.#reading = reading
    }
    return this.#reading
  }

  async #readAnew(changes: number): Promise<Remembered> {
    const begun = performance.now()
    try {
      const reader = await this.#openReader()
      const overrides = this.#decode(await reader.read())
      const remembered = this.#remember(overrides, begun + MAXIMUM_AGE_MILLISECONDS)
      if (changes === this.#changes) {
        this.#remembered = remembered
        this.#lastKnown = overrides
      }
      return remembered
    } catch (error) {
      this.#options.log.error({ error: messageOf(error) }, 'Cannot retrieve quota overrides')
      this.#remembered = this.#remember(this.#lastKnown, performance.now() + RETRY_MILLISECONDS)
      return this.#remembered
    }
  }

  #remember(overrides: QuotaConfig | null, until: number): Remembered {
    return { overrides, limited: limitedServices([this.#options.base, overrides]), until }
  }

  /** What cannot be read counts as none (spec/quotas.md §3). */
  #decode(document: string | null): QuotaConfig | null {
    if (document === null) return null
    try {
      return decodeQuotaOverrides(document)
    } catch (error) {
      const { log, alerts } = this.#options
      log.error({ error: messageOf(error) }, 'Cannot retrieve quota overrides')
      alerts.report('quota overrides', `Cannot retrieve quota overrides: ${messageOf(error)}`)
      return null
    }
  }

  #openReader(): Promise<QuotaOverridesReader> {
    if (!this.#reader) {
      const drop = () => {
        if (this.#reader === opening) this.#reader = null
        this.#forget()
      }
      const opening = this.#options.overrides.openReader({ changed: () => this.#forget(), lost: drop })
      this.#reader = opening
      opening.catch(drop)
    }
    return this.#reader
  }

  #forget(): void {
    this.#changes++
    this.#remembered = null
    this.#reading = null
  }
}

function noOverrides(): NotFoundError {
  return new NotFoundError('No quota overrides set')
}

async function available<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof PorthorError) throw error
    throw new StoreUnavailableError('The quota overrides are not within reach just now', { cause: error })
  }
}
