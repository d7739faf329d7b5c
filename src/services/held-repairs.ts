/** However large the share: a repair of so many tokens is for a person to decide. */
const MAXIMUM_REPAIRS = 100_000
/** However small: a few tokens may always be repaired. */
const MINIMUM_REPAIRS = 10

/** Keeps the tokens that a repair would be about, until it is known whether so much is amiss that a store is the likelier culprit. */
export class HeldRepairs {
  readonly #total: number
  readonly #maximum: number
  #keys: string[] = []
  #values = 0
  /** Why nothing is to be repaired; null: nothing speaks against it so far. */
  alarm: string | null = null

  /**
   * @param total - How many tokens there are.
   * @param alarmShare - How much of them may be repaired: 0 to 1.
   */
  constructor(total: number, alarmShare: number) {
    this.#total = total
    this.#maximum = Math.min(Math.max(total * alarmShare, MINIMUM_REPAIRS), MAXIMUM_REPAIRS)
  }

  /**
   * @param page - Keys of tokens that do not look right, and how many values of tokens were seen with them.
   * @returns The keys that need not wait any longer: none until there is an alarm.
   */
  add({ suspects, values }: { suspects: readonly string[]; values: number }): string[] {
    this.#values += values
    this.#keys.push(...suspects)
    if (this.#keys.length > this.#maximum) {
      this.alarm ??= `More than ${Math.floor(this.#maximum)} of ${this.#total} tokens need repair: look for a store that was emptied or restored`
    }
    return this.alarm === null ? [] : this.#release()
  }

  /** When all has been looked at. @returns The keys that are left. */
  end(): string[] {
    if (this.#values === 0 && this.#keys.length > 0) {
      this.alarm ??= 'There is no token data at all: the store was emptied'
    }
    return this.#release()
  }

  #release(): string[] {
    const keys = this.#keys
    this.#keys = []
    return keys
  }
}
