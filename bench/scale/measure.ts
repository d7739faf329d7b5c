import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Database } from '../../src/storage/schema.ts'
import { quantile } from '../statistics.ts'

/** What one piece of work took, of the process and of PostgreSQL. */
export interface Measurement {
  /** Median of the runs. */
  milliseconds: number
  statements: number
  /** Rows and index entries that PostgreSQL has read for it. */
  rows: number
  /** How much more memory the process had at its highest, in bytes. */
  memory: number
  /**
   * What a request in the same process may have to wait: the longest turn of the event loop, in milliseconds of the processor,
   * whatever else the machine does meanwhile.
   */
  blocked: number
}

/** @param runs - How often; statements and rows are those of the last. */
export async function measure(
  db: Kysely<Database>,
  sent: { count: number },
  work: () => Promise<unknown>,
  runs = 5,
): Promise<Measurement> {
  const times: number[] = []
  let statements = 0
  let rows = 0
  const watch = new MemoryWatch()
  const turns = new TurnWatch()
  for (let run = 0; run < runs; run++) {
    const before = await rowsRead(db)
    sent.count = 0
    const begun = performance.now()
    await work()
    times.push(performance.now() - begun)
    statements = sent.count
    rows = (await rowsRead(db)) - before
  }
  const blocked = turns.stop()
  return { milliseconds: quantile(times, 0.5), statements, rows, memory: watch.stop(), blocked }
}

/** On the one connection that is measured, whose figures are made known first. */
async function rowsRead(db: Kysely<Database>): Promise<number> {
  await sql`SELECT pg_stat_force_next_flush()`.execute(db)
  const { rows } = await sql<{ read: string }>`
    SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables)
      + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes) AS read`.execute(db)
  return Number(rows[0]?.read ?? 0)
}

class MemoryWatch {
  readonly #begun: number
  #highest: number
  readonly #timer: NodeJS.Timeout

  constructor() {
    globalThis.gc?.()
    this.#begun = process.memoryUsage.rss()
    this.#highest = this.#begun
    this.#timer = setInterval(() => this.#look(), 20)
  }

  /** By how much it rose: bytes. */
  stop(): number {
    this.#look()
    clearInterval(this.#timer)
    return this.#highest - this.#begun
  }

  #look(): void {
    this.#highest = Math.max(this.#highest, process.memoryUsage.rss())
  }
}

/** Looks at the processor's time of this thread at each turn of the event loop, or once a millisecond. */
class TurnWatch {
  #longest = 0
  #last = threadMilliseconds()
  readonly #timer = setInterval(() => this.#look(), 1)

  /** The longest turn: milliseconds. */
  stop(): number {
    this.#look()
    clearInterval(this.#timer)
    return this.#longest
  }

  #look(): void {
    const now = threadMilliseconds()
    this.#longest = Math.max(this.#longest, now - this.#last)
    this.#last = now
  }
}

function threadMilliseconds(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
