/** Counts durations by how long they are: cheap enough for what happens at each request. */
export class DurationCounts {
  /** The largest duration of each bucket, in seconds, in their order; a last bucket, without a bound, has the rest. */
  readonly bounds: readonly number[]
  /** How many are in each bucket, and in no smaller one. */
  readonly counts: Float64Array
  /** Of all: seconds. */
  sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  add(seconds: number): void {
    const { bounds, counts } = this
    let bucket = 0
    // Most are short: those come first.
    while (bucket < bounds.length && seconds > (bounds[bucket] ?? 0)) bucket++
    counts[bucket] = (counts[bucket] ?? 0) + 1
    this.sum += seconds
  }
}
