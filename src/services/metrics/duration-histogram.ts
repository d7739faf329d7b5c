import type { DurationCounts } from './duration-counts.ts'

/** A value as prom-client's registries have it. */
interface Value {
  metricName: string
  labels: Record<string, string | number>
  value: number
}

/**
 * Shows a registry what was counted elsewhere, as a histogram. prom-client's own does more for one duration than the gate for a
 * whole decision.
 */
export class DurationHistogram {
  readonly type = 'histogram'
  readonly aggregator = 'sum'
  readonly name: string
  readonly help: string
  readonly #counted: DurationCounts

  constructor(name: string, help: string, counted: DurationCounts) {
    this.name = name
    this.help = help
    this.#counted = counted
  }

  async get() {
    const { type, aggregator, name, help } = this
    return { type, aggregator, name, help, values: this.#values() }
  }

  #values(): Value[] {
    const { bounds, counts, sum } = this.#counted
    const { name } = this
    let total = 0
    const buckets = [...bounds, '+Inf'].map((le, index) => {
      total += counts[index] ?? 0
      return { metricName: `${name}_bucket`, labels: { le }, value: total }
    })
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, value: sum },
      { metricName: `${name}_count`, labels: {}, value: total },
    ]
  }
}
