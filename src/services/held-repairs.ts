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
  #readable = 0
  #unreadable = 0
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
   * @param page - Keys of tokens that do not look right; how many values of tokens were seen with them; and how many of those that
   *   were read, which are those with a row, could be read, and could not.
   * @returns The keys that need not wait any longer: none until there is an alarm.
   */
  add(page: { suspects: readonly string[]; values: number; readable: number; unreadable: number }): string[] {
    const { suspects, values } = page
    this.#values += values
    this.#readable += page.readable
    this.#unreadable += page.unreadable
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
    } else if (this.#readable === 0 && this.#unreadable > 0) {
      this.alarm ??=
        'No token data can be read: look whether `sessionSecret` is the one that it was encrypted with'
    }
    return this.#release()
  }

  #release(): string[] {
    const keys = this.#keys
    this.#keys = []
    return keys
  }
}
