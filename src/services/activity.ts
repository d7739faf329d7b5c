/** What a process has done since it began: numbers that only grow. */
export interface ActivityTotals {
  /** Decisions of the gate about a credential. */
  verifications: number
  /** Those of them for which nothing had to be read. */
  memoryHits: number
  /** Those of them that were refusals, by the code of the error. */
  refusals: ReadonlyMap<string, number>
}

/** Counts what the gate decides. */
export class Activity implements ActivityTotals {
  verifications = 0
  memoryHits = 0
  readonly refusals = new Map<string, number>()

  /** @param code - Of the error with which it was refused; null: it may pass. */
  decided(code: string | null, options: { fromMemory: boolean }): void {
    this.verifications++
    if (options.fromMemory) this.memoryHits++
    if (code !== null) this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1)
  }
}
