/** Of how many entries one goes at a time, once there are too many. */
const ENTRIES_A_GOING = 64

/** A map that holds at most so many entries: those that were set longest ago go first. */
export class BoundedMap<K, V> {
  readonly #maximum: number
  readonly #onGone: (value: V) => void
  readonly #entries = new Map<K, V>()

  /** @param onGone - Told of each value that is replaced, deleted, or has to make room. */
  constructor(maximum: number, onGone: (value: V) => void = () => {}) {
    this.#maximum = maximum
    this.#onGone = onGone
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)
  }

  set(key: K, value: V): void {
    // Hardly any is there already.
    if (this.#entries.has(key)) this.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size > this.#maximum) this.#makeRoom()
  }

  delete(key: K): void {
    const value = this.#entries.get(key)
    if (this.#entries.delete(key)) this.#onGone(value as V)
  }

  clear(): void {
    for (const value of this.#entries.values()) this.#onGone(value)
    this.#entries.clear()
  }

  /** Several go at once, as the way to the oldest leads past all that have gone since the map was last laid out anew. */
  #makeRoom(): void {
    const remaining = this.#maximum - Math.floor(this.#maximum / ENTRIES_A_GOING)
    for (const [key, value] of this.#entries) {
      this.#entries.delete(key)
      this.#onGone(value)
      if (this.#entries.size <= remaining) return
    }
  }
}
