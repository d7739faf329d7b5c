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
  readonly #write: (lines: Uint8Array) => void
  readonly #maximumBytes: number
  #lines: Buffer
  #bytes = 0
  #timer: NodeJS.Timeout | null = null

  /** @param write - Takes whole lines, each with its line end, in UTF-8; they are its own to keep. */
  constructor(write: (lines: Uint8Array) => void, maximumBytes = PIPE_BYTES) {
    this.#write = write
    this.#maximumBytes = maximumBytes
    this.#lines = Buffer.allocUnsafeSlow(maximumBytes)
  }

  write(line: string): void {
    if (!this.#hasRoomFor(line)) this.flush()
    if (!this.#hasRoomFor(line)) {
      this.#write(Buffer.from(line))
      return
    }
    this.#bytes += this.#lines.write(line, this.#bytes)
    this.#timer ??= setTimeout(() => this.flush(), PATIENCE_MILLISECONDS).unref()
  }

  flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#bytes === 0) return
    const lines = this.#lines.subarray(0, this.#bytes)
    this.#lines = Buffer.allocUnsafeSlow(this.#maximumBytes)
    this.#bytes = 0
    this.#write(lines)
  }

  /** Counts only where it has to: no character takes more than three bytes for each of its code units. */
  #hasRoomFor(line: string): boolean {
    const room = this.#maximumBytes - this.#bytes
    return line.length * 3 <= room || Buffer.byteLength(line) <= room
  }
}
