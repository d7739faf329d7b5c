/** So much goes into a pipe in one piece, whatever other processes write into it (POSIX: `PIPE_BUF`): bytes. */
export const SHARED_PIPE_BYTES = 4_096
/** What a pipe holds on Linux, unless told otherwise: bytes. */
export const PIPE_BYTES = 65_536
/** How long a line may wait for others. */
const PATIENCE_MILLISECONDS = 20

/**
 * Gathers lines, so that not each of them is written by itself. Never writes a part of a line, nor more at once than
 * it is told, unless a single line is longer.
 */
export class LineBuffer {
  readonly #write: (lines: string) => void
  readonly #maximumBytes: number
  #lines: string[] = []
  #bytes = 0
  #timer: NodeJS.Timeout | null = null

  /** @param write - Takes whole lines, each with its line end. */
  constructor(write: (lines: string) => void, maximumBytes = PIPE_BYTES) {
    this.#write = write
    this.#maximumBytes = maximumBytes
  }

  write(line: string): void {
    const bytes = Buffer.byteLength(line)
    if (this.#bytes + bytes > this.#maximumBytes) this.flush()
    this.#lines.push(line)
    this.#bytes += bytes
    this.#timer ??= setTimeout(() => this.flush(), PATIENCE_MILLISECONDS).unref()
  }

  flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#lines.length === 0) return
    const lines = this.#lines.join('')
    this.#lines = []
    this.#bytes = 0
    this.#write(lines)
  }
}
