/** Values are asked for with so few keys at once that nobody else has to wait for long. */
const MAXIMUM_KEYS = 100

interface Wanted {
  key: string
  resolve(text: string | null): void
  reject(error: unknown): void
}

/**
 * Reads values by key. What is asked for in the same moment, by requests that came together, is read in one round trip. Keeps
 * nothing: each read is sent after it was asked for.
 */
export class ReadBatches {
  readonly #readAll: (keys: readonly string[]) => Promise<readonly (string | null)[]>
  #wanted: Wanted[] = []

  /** @param readAll - Gives the values in the order of the keys; null: absent. */
  constructor(readAll: (keys: readonly string[]) => Promise<readonly (string | null)[]>) {
    this.#readAll = readAll
  }

  read(key: string): Promise<string | null> {
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

  async #readBatch(wanted: readonly Wanted[]): Promise<void> {
    try {
      const texts = await this.#readAll(wanted.map(({ key }) => key))
      for (const [index, { resolve }] of wanted.entries()) resolve(texts[index] ?? null)
    } catch (error) {
      for (const { reject } of wanted) reject(error)
    }
  }
}
