import type pg from 'pg'

/** What `pg` asks of whatever is queued as a query, as far as COPY needs it. */
interface Connection {
  query(text: string): void
  sendCopyFail(message: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  stream: NodeJS.WritableStream
}

/**
 * Writes rows by COPY, in text form.
 *
 * @param target - `table (column, …)`.
 * @param rows - Of one text a column; null: NULL.
 */
export function copyInto(
  client: pg.Client,
  target: string,
  rows: Iterable<readonly (string | null)[]>,
): Promise<void> {
  return new Promise((done, failed) => {
    client.query(new Copy(`COPY ${target} FROM STDIN`, rows, done, failed) as unknown as pg.Submittable)
  })
}

const CHUNK_ROWS = 1_000

class Copy {
  readonly #text: string
  readonly #rows: Iterable<readonly (string | null)[]>
  readonly #done: () => void
  readonly #failed: (error: Error) => void

  constructor(
    text: string,
    rows: Iterable<readonly (string | null)[]>,
    done: () => void,
    failed: (error: Error) => void,
  ) {
    this.#text = text
    this.#rows = rows
    this.#done = done
    this.#failed = failed
  }

  submit(connection: Connection): void {
    connection.query(this.#text)
  }

  handleCopyInResponse(connection: Connection): void {
    this.#send(connection).then(
      () => connection.endCopyFrom(),
      (error: Error) => connection.sendCopyFail(error.message),
    )
  }

  handleError(error: Error): void {
    this.#failed(error)
  }

  handleReadyForQuery(): void {
    this.#done()
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}

  /** No faster than the server takes them. */
  async #send(connection: Connection): Promise<void> {
    let lines: string[] = []
    const flush = async () => {
      connection.sendCopyFromChunk(Buffer.from(lines.join('')))
      lines = []
      const { stream } = connection
      if (stream.writable && (stream as unknown as { writableNeedDrain: boolean }).writableNeedDrain)
        await new Promise<void>((drained) => stream.once('drain', () => drained()))
    }
    for (const row of this.#rows) {
      lines.push(`${row.map(field).join('\t')}\n`)
      if (lines.length === CHUNK_ROWS) await flush()
    }
    if (lines.length > 0) await flush()
  }
}

function field(value: string | null): string {
  return value === null ? '\\N' : value.replace(/[\\\t\n\r]/g, (found) => `\\${ESCAPES[found]}`)
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', '\t': 't', '\n': 'n', '\r': 'r' }
