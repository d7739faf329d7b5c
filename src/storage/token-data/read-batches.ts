import { within } from '../within.ts'

/** Values are asked for with so few keys at once that nobody else has to wait for long. */
const MAXIMUM_KEYS = 100
/** So long a read may take: milliseconds. */
const MAXIMUM_WAIT = 5_000

interface Wanted<V> {
  key: string
  resolve(value: V): void
  reject(error: unknown): void
}

/**
 * Reads values by key. What is asked for in the same moment, by requests that came together, is read in one round trip. Keeps
 * nothing: each read is sent after it was asked for.
 */
export class ReadBatches<V> {
  readonly #readAll: (keys: readonly string[]) => Promise<readonly V[]>
  #wanted: Wanted<V>[] = []

  /** @param readAll - Gives a value for each key, in their order. */
  constructor(readAll: (keys: readonly string[]) => Promise<readonly V[]>) {
    this.#readAll = readAll
  }

  /** @throws {StoreUnavailableError} The store does not answer. */
  read(key: string): Promise<V> {
    return new Promise((resolve, reject) => {
      this.#wanted.push({ key, resolve, reject })
      // After all that has come in from the network by now.
      if (this.#wanted.length === 1) setImmediate(() => this.#send())
    })
  }

  #send(): void {
    const wanted = this.#wanted
    this.#wanted = []
    for (let start = 0; start < wanted.length; start += MAXIMUM_KEYS) {
      void this.#readBatch(wanted.slice(start, start + MAXIMUM_KEYS))
    }
  }

  async #readBatch(wanted: readonly Wanted<V>[]): Promise<void> {
    try {
      const reading = this.#readAll(wanted.map(({ key }) => key))
      const values = await within(reading, MAXIMUM_WAIT, 'The stores do not answer')
      for (let index = 0; index < wanted.length; index++) wanted[index]?.resolve(values[index] as V)
    } catch (error) {
      for (const { reject } of wanted) reject(error)
    }
  }
}
