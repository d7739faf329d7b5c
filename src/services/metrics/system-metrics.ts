import { Gauge, Registry } from 'prom-client'
import { within } from '../../storage/within.ts'
import type { StatisticsService } from '../statistics-service.ts'

export interface SystemMetricsOptions {
  /** Of Porthor itself. */
  version: string
  statistics: StatisticsService
  /** Whether the stores are being compared, and nothing is served; null: they need not be (redis-trust.ts). */
  isComparing: (() => Promise<boolean>) | null
}

/** Counting reads all tokens. */
const HOLDINGS_SECONDS = 300
/** No store is waited for longer: whoever asks for metrics does not wait for ever either. */
const PATIENCE_MILLISECONDS = 2_000

/** What all processes share, and one of them tells: what the stores hold, and how they fare. */
export class SystemMetrics {
  readonly #statistics: StatisticsService
  readonly #isComparing: SystemMetricsOptions['isComparing']
  readonly #registry = new Registry()
  readonly #storeUp = this.#gauge('store_up', 'Whether a store gave a sign of life just now: 1 or 0', 'store')
  readonly #storeSeconds = this.#gauge(
    'store_answer_seconds',
    'How long it took to give that sign; absent where it gave none',
    'store',
  )
  readonly #comparing = this.#gauge(
    'stores_comparing',
    'Whether nothing is served because the stores are being compared: 1 or 0',
  )
  readonly #tokens = this.#gauge(
    'tokens',
    'Tokens that have not expired, by type, as they were counted in the last five minutes',
    'type',
  )
  readonly #users = this.#gauge('users', 'Users who have such a token')
  readonly #frozenUsers = this.#gauge('frozen_users', 'Users who are frozen')

  constructor({ version, statistics, isComparing }: SystemMetricsOptions) {
    this.#statistics = statistics
    this.#isComparing = isComparing
    this.#gauge('info', 'Always 1; the label says which version this is', 'version').set({ version }, 1)
  }

  /** Throws nothing: of a store that does not answer there is nothing to tell but that. */
  async collect(): Promise<string> {
    await Promise.all([this.#collectStores(), this.#collectComparing(), this.#collectHoldings()])
    return this.#registry.metrics()
  }

  async #collectStores(): Promise<void> {
    const stores = await Promise.all(
      this.#statistics.storeNames.map(async (store) => {
        return { store, seconds: (await soon(this.#statistics.askStore(store))) ?? null }
      }),
    )
    this.#storeSeconds.reset()
    for (const { store, seconds } of stores) {
      this.#storeUp.set({ store }, seconds === null ? 0 : 1)
      if (seconds !== null) this.#storeSeconds.set({ store }, seconds)
    }
  }

  async #collectComparing(): Promise<void> {
    const comparing = this.#isComparing ? await soon(this.#isComparing()) : false
    if (comparing === undefined) this.#comparing.remove()
    else this.#comparing.set(comparing ? 1 : 0)
  }

  async #collectHoldings(): Promise<void> {
    const holdings = await soon(this.#statistics.countHoldings(HOLDINGS_SECONDS))
    for (const gauge of [this.#tokens, this.#users, this.#frozenUsers]) gauge.reset()
    if (!holdings) {
      // Without labels it would otherwise be 0.
      for (const gauge of [this.#users, this.#frozenUsers]) gauge.remove()
      return
    }
    for (const { tokenType, count } of holdings.tokens) this.#tokens.set({ type: tokenType }, count)
    this.#users.set(holdings.users)
    this.#frozenUsers.set(holdings.frozenUsers)
  }

  #gauge(name: string, help: string, ...labelNames: string[]): Gauge {
    return new Gauge({ name: `porthor_${name}`, help, labelNames, registers: [this.#registry] })
  }
}

/** Undefined: it took too long, or failed. */
function soon<T>(work: Promise<T>): Promise<T | undefined> {
  return within(work, PATIENCE_MILLISECONDS, 'The store does not answer').catch(() => undefined)
}
