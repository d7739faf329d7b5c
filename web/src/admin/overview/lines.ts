import type { StatisticsPoint, StatisticsSeries } from '../../api/types.ts'
import { TOKEN_TYPES, typesName } from '../../tokens/token-types.ts'

/** A line of a chart: a value for each point in time; null: not known. */
export interface Line {
  name: string
  values: (number | null)[]
}

const STORES = [
  { store: 'database', name: 'Database' },
  { store: 'redis', name: 'Redis' },
] as const

export function verificationRate({ step, points }: StatisticsSeries): Line[] {
  return [line('Verifications', points, ({ verifications }) => verifications / step)]
}

export function memoryShare({ points }: StatisticsSeries): Line[] {
  return [
    line('From memory', points, ({ verifications, memory_hits: hits }) =>
      verifications === 0 ? null : (100 * hits) / verifications,
    ),
  ]
}

/** The most frequent reason first. */
export function refusals({ step, points }: StatisticsSeries): Line[] {
  const totals = new Map<string, number>()
  for (const { reason, count } of points.flatMap((point) => point.refusals)) {
    totals.set(reason, (totals.get(reason) ?? 0) + count)
  }
  return [...totals]
    .sort((one, other) => other[1] - one[1])
    .map(([reason]) =>
      line(reason, points, (point) => {
        const count = point.refusals.find((one) => one.reason === reason)?.count ?? 0
        return (60 * count) / step
      }),
    )
}

export function tokensByType({ points }: StatisticsSeries): Line[] {
  return TOKEN_TYPES.map((type) => ({
    name: typesName(type),
    values: carriedOn(
      points.map(({ tokens }) =>
        tokens ? (tokens.find(({ token_type: one }) => one === type)?.count ?? 0) : null,
      ),
    ),
  })).filter(({ values }) => values.some((value) => value !== null && value > 0))
}

/** Tokens are counted now and then: what was counted holds until the next time. */
function carriedOn(values: readonly (number | null)[]): (number | null)[] {
  let latest: number | null = null
  return values.map((value) => {
    latest = value ?? latest
    return latest
  })
}

export function storeShares({ points }: StatisticsSeries): Line[] {
  return storeLines(points, ({ available }) => 100 * available)
}

export function latencies({ points }: StatisticsSeries): Line[] {
  return storeLines(points, ({ latency }) => (latency === undefined ? null : 1000 * latency))
}

type StoreHealth = StatisticsPoint['stores'][number]

function storeLines(
  points: readonly StatisticsPoint[],
  value: (health: StoreHealth) => number | null,
): Line[] {
  return STORES.map(({ store, name }) =>
    line(name, points, ({ stores }) => {
      const health = stores.find((one) => one.store === store)
      return health ? value(health) : null
    }),
  ).filter(({ values }) => values.some((one) => one !== null))
}

/** Where no process has reported nothing is known. */
function line(
  name: string,
  points: readonly StatisticsPoint[],
  value: (point: StatisticsPoint) => number | null,
): Line {
  return { name, values: points.map((point) => (point.processes === 0 ? null : value(point))) }
}
