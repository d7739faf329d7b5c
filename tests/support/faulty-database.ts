import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { type Database, readTimestamp } from '../../src/storage/schema.ts'

/** What happens to the next COMMIT. */
export type CommitFault =
  /** It is carried out, and its answer lost. */
  | 'committed'
  /** The connection is cut before it arrives. */
  | 'rolled back'

const TIMESTAMP = 1114

/** A database that loses the answer to a COMMIT when it is told to. */
export class FaultyDatabase {
  readonly db: Kysely<Database>
  readonly #pool: pg.Pool
  #fault: CommitFault | null = null

  constructor(url: string) {
    const types = {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === TIMESTAMP ? readTimestamp : pg.types.getTypeParser(oid, format),
    } as pg.CustomTypesConfig
    this.#pool = new pg.Pool({ connectionString: url, types })
    this.#pool.on('error', () => {})
    const pool: PostgresPool = { options: {}, connect: () => this.#connect(), end: () => this.#pool.end() }
    this.db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  }

  failNextCommit(fault: CommitFault): void {
    this.#fault = fault
  }

  async #connect(): Promise<PostgresPoolClient> {
    const client = await this.#pool.connect()
    client.on('error', () => {})
    let broken = false
    const query = async (text: string, parameters: unknown[]) => {
      if (broken) throw lost()
      const fault = text === 'commit' ? this.#fault : null
      if (!fault) return client.query(text, parameters)
      this.#fault = null
      broken = true
      if (fault === 'committed') await client.query(text)
      throw lost()
    }
    return {
      query: query as unknown as PostgresPoolClient['query'],
      // A broken one is closed: the server rolls back what it had not committed.
      release: () => client.release(broken),
    }
  }
}

function lost(): Error {
  return Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' })
}
