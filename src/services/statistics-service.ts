import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { type Clock, nowSeconds } from '../models/clock.ts'
import { TOKEN_TYPES } from '../models/token-types.ts'
import type { Database } from '../storage/schema.ts'
import { type Holdings, type Sample, StatisticsStore, type SummedStep } from '../storage/statistics-store.ts'
import type { ActivityTotals } from './activity.ts'
import { authorize, type Caller } from './caller.ts'
import type { Log } from './token-log.ts'

export type StoreName = 'database' | 'redis'

/** How a store answered those who asked it for a sign of life. */
export interface StoreHealth {
  store: StoreName
  /** The share of questions that it answered: 0 to 1. */
  available: number
  /** Seconds it took to answer, on average; null: it never did. */
  latencySeconds: number | null
}

/** What all processes together did in one step of a series. */
export interface StatisticsPoint {
  /** The beginning of the step: whole seconds since the epoch. */
  time: number
  /** How many processes have said something about it, at some minute of it; 0: nothing is known. */
  processes: number
  verifications: number
  memoryHits: number
  /** The most frequent first. */
  refusals: { reason: string; count: number }[]
  stores: StoreHealth[]
  /** Null: they were not counted in this step. */
  tokens: Holdings['tokens'] | null
}

export interface StatisticsSeries {
  /** How long a step is, in seconds. */
  step: number
  /** Every step, from the earliest on. */
  points: StatisticsPoint[]
}

export interface Statistics extends Holdings {
  now: number
  lastHour: StatisticsSeries
  lastDay: StatisticsSeries
}

export interface StatisticsServiceOptions {
  db: Kysely<Database>
  clock: Clock
  log: Log
  /** Grows as the process works. */
  totals: () => ActivityTotals
  /** Asks each store for a sign of life; rejects where there is none. */
  probes: Readonly<Partial<Record<StoreName, () => Promise<void>>>>
}

export const SAMPLE_SECONDS = 60
/** Counting all tokens reads all of them. */
const COUNT_SECONDS = 600
const HOUR = 3_600
const DAY = 86_400
/** How long statistics are kept: a little longer than they are shown. */
export const STATISTICS_KEPT_SECONDS = 25 * HOUR
/** What could not be written is kept for so many minutes. */
const MAXIMUM_PENDING = 120
/** How old what there is just now may be. */
const HOLDINGS_SECONDS = 30
/** A process counts under names of its own: refusals may have any code. */
const REFUSAL = 'refusal:'
const TOKENS = 'tokens:'

/**
 * A picture of the system, for administrators: each process writes down once a minute what it has counted since, and all of
 * that is summed when somebody looks.
 */
export class StatisticsService {
  readonly #options: StatisticsServiceOptions
  readonly #store: StatisticsStore
  readonly #process = randomBytes(9).toString('base64url')
  #before: ActivityTotals = { verifications: 0, memoryHits: 0, refusals: new Map() }
  #pending: Sample[] = []
  #holdings: { value: Promise<Holdings>; countedAt: number } | null = null

  constructor(options: StatisticsServiceOptions) {
    this.#options = options
    this.#store = new StatisticsStore(options.db)
  }

  /**
   * Writes down what this process has counted since the last time, for the minute that has just passed. What cannot be
   * written now is written with the next one.
   */
  async sample(): Promise<void> {
    const { clock, log } = this.#options
    // Asked for a little after its end, rarely a little before.
    const minute = minuteOf(nowSeconds(clock) - SAMPLE_SECONDS / 2)
    const values = { processes: 1, ...this.#sinceLast(), ...(await this.#probe()) }
    this.#pending = [...this.#pending, { minute, process: this.#process, values }].slice(-MAXIMUM_PENDING)
    try {
      for (let [next] = this.#pending; next; [next] = this.#pending) {
        await this.#store.add(next)
        this.#pending.shift()
      }
      await this.#countTokens(minute)
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'Statistics cannot be written')
    }
  }

  get storeNames(): StoreName[] {
    return Object.keys(this.#options.probes) as StoreName[]
  }

  /** Asks a store for a sign of life. @returns The seconds that it took; null: there was none. */
  askStore(store: StoreName): Promise<number | null> {
    return secondsToAnswer(this.#options.probes[store])
  }

  /** What there is, as it was counted so many seconds ago at most: counting reads all tokens. */
  countHoldings(maximumAgeSeconds: number): Promise<Holdings> {
    return this.#currentHoldings(nowSeconds(this.#options.clock), maximumAgeSeconds)
  }

  /** @throws {PermissionDeniedError} Only administrators may look. */
  async get(caller: Caller): Promise<Statistics> {
    authorize(caller, null)
    const now = nowSeconds(this.#options.clock)
    return {
      now,
      ...(await this.#currentHoldings(now)),
      // The minute at hand is not known yet.
      lastHour: await this.#series(minuteOf(now), HOUR, SAMPLE_SECONDS),
      lastDay: await this.#series(Math.floor(now / COUNT_SECONDS + 1) * COUNT_SECONDS, DAY, COUNT_SECONDS),
    }
  }

  async #series(until: number, seconds: number, step: number): Promise<StatisticsSeries> {
    const since = until - seconds
    const known = new Map(
      (await this.#store.sum({ since, until, step })).map((summed) => [summed.time, summed]),
    )
    const minutes = step / SAMPLE_SECONDS
    const points: StatisticsPoint[] = []
    for (let time = since; time < until; time += step) {
      points.push(pointOf(known.get(time) ?? { time, values: {} }, minutes))
    }
    return { step, points }
  }

  #sinceLast(): Record<string, number> {
    const totals = this.#options.totals()
    const before = this.#before
    this.#before = { ...totals, refusals: new Map(totals.refusals) }
    const values: Record<string, number> = {
      verifications: totals.verifications - before.verifications,
      memory_hits: totals.memoryHits - before.memoryHits,
    }
    for (const [code, count] of totals.refusals) {
      values[REFUSAL + code] = count - (before.refusals.get(code) ?? 0)
    }
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0))
  }

  async #probe(): Promise<Record<string, number>> {
    const names = this.storeNames
    const outcomes = await Promise.all(names.map((name) => this.askStore(name)))
    return Object.fromEntries(
      names.flatMap((name, index) => {
        const seconds = outcomes[index] ?? null
        return [
          [`probes:${name}`, 1],
          [`answers:${name}`, seconds === null ? 0 : 1],
          [`seconds:${name}`, seconds ?? 0],
        ]
      }),
    )
  }

  /** One process, every ten minutes. */
  async #countTokens(minute: number): Promise<void> {
    if (minute % COUNT_SECONDS !== 0 || !(await this.#store.claim(minute, 'counted'))) return
    const { tokens } = await this.#store.holdings(nowSeconds(this.#options.clock))
    const counts = Object.fromEntries(tokens.map(({ tokenType, count }) => [TOKENS + tokenType, count]))
    await this.#store.add({ minute, process: '', values: { ...counts, counted: 1 } })
  }

  #currentHoldings(now: number, maximumAgeSeconds = HOLDINGS_SECONDS): Promise<Holdings> {
    const remembered = this.#holdings
    // A clock that was set back makes them no younger.
    if (remembered && Math.abs(now - remembered.countedAt) < maximumAgeSeconds) return remembered.value
    const value = this.#store.holdings(now)
    const holdings = { value, countedAt: now }
    this.#holdings = holdings
    value.catch(() => {
      if (this.#holdings === holdings) this.#holdings = null
    })
    return value
  }
}

function minuteOf(seconds: number): number {
  return Math.floor(seconds / SAMPLE_SECONDS) * SAMPLE_SECONDS
}

/** Null: there was no answer. */
async function secondsToAnswer(ask: (() => Promise<void>) | undefined): Promise<number | null> {
  const begun = performance.now()
  try {
    await ask?.()
    return (performance.now() - begun) / 1000
  } catch {
    return null
  }
}

function pointOf({ time, values }: SummedStep, minutes: number): StatisticsPoint {
  return {
    time,
    processes: Math.ceil((values.processes ?? 0) / minutes),
    verifications: values.verifications ?? 0,
    memoryHits: values.memory_hits ?? 0,
    refusals: Object.entries(values)
      .filter(([name]) => name.startsWith(REFUSAL))
      .map(([name, count]) => ({ reason: name.slice(REFUSAL.length), count }))
      .sort((one, other) => other.count - one.count),
    stores: (['database', 'redis'] as const).flatMap((store) => healthOf(store, values)),
    tokens: values.counted === 1 ? tokensOf(values) : null,
  }
}

function healthOf(store: StoreName, values: SummedStep['values']): StoreHealth[] {
  const probes = values[`probes:${store}`]
  const answers = values[`answers:${store}`] ?? 0
  if (!probes) return []
  const seconds = values[`seconds:${store}`] ?? 0
  return [{ store, available: answers / probes, latencySeconds: answers > 0 ? seconds / answers : null }]
}

function tokensOf(values: SummedStep['values']): Holdings['tokens'] {
  return TOKEN_TYPES.flatMap((tokenType) => {
    const count = values[TOKENS + tokenType]
    return count === undefined ? [] : [{ tokenType, count }]
  })
}
