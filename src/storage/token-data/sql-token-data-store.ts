import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { StoreUnavailableError } from '../../models/errors.ts'
import type { TokenData } from '../../models/token-data.ts'
import { type DatabaseConnection, type Listener, ping } from '../database.ts'
import { type Database, nullableTimestamp } from '../schema.ts'
import type { TokenDataCipher } from './token-data-cipher.ts'
import { TokenDataReadings } from './token-data-readings.ts'
import type {
  InvalidationListener,
  StoredTokenData,
  TokenDataLease,
  TokenDataReader,
  TokenDataReading,
  TokenDataSession,
  TokenDataStore,
} from './token-data-store.ts'

const CHANNEL = 'porthor_token_data'
// A payload stays below 8,000 bytes, a key has 22 and a comma.
const KEYS_A_PAYLOAD = 300
const KEYS_BEFORE_EVERYTHING = 1_000
const SCAN_PAGE = 1_000

/** What a payload says: the keys that changed, all of them, the frozen users, or a sign of life. */
const payloads = {
  everything: '*',
  frozen: 'frozen',
  keys: (keys: readonly string[]) => `k:${keys.join(',')}`,
  alive: (text: string) => `a:${text}`,
}

/** Token data in a table beside the database: the same values as in Redis, written by the same transaction as the rest. */
export class SqlTokenDataStore implements TokenDataStore {
  readonly kind = 'sql'
  readonly #connection: DatabaseConnection
  readonly #cipher: TokenDataCipher

  constructor(connection: DatabaseConnection, cipher: TokenDataCipher) {
    this.#connection = connection
    this.#cipher = cipher
  }

  async acquire(): Promise<TokenDataLease> {
    return {
      identity: null,
      within: (trx) => new SqlSession(trx, this.#cipher),
      release() {},
    }
  }

  openReader(listener: InvalidationListener): Promise<TokenDataReader> {
    return SqlReader.open(this.#connection, this.#cipher, listener)
  }

  async *scan(): AsyncGenerator<string[], void> {
    let after = ''
    for (;;) {
      const rows = await this.#connection.db
        .selectFrom('porthor_token_data')
        .select('key')
        .where('key', '>', after)
        .orderBy('key')
        .limit(SCAN_PAGE)
        .execute()
      const last = rows.at(-1)
      if (!last) return
      yield rows.map((row) => row.key)
      after = last.key
    }
  }

  getMany(keys: readonly string[]): Promise<(StoredTokenData | null)[]> {
    return new SqlSession(this.#connection.db, this.#cipher).get(keys)
  }

  async deleteAll(): Promise<number> {
    return this.#connection.db.transaction().execute(async (trx) => {
      const { numDeletedRows } = await trx.deleteFrom('porthor_token_data').executeTakeFirst()
      await notify(trx, payloads.everything)
      return Number(numDeletedRows)
    })
  }

  ping(): Promise<void> {
    return ping(this.#connection.db)
  }

  async close(): Promise<void> {}
}

class SqlSession implements TokenDataSession {
  readonly #trx: Kysely<Database>
  readonly #cipher: TokenDataCipher

  constructor(trx: Kysely<Database>, cipher: TokenDataCipher) {
    this.#trx = trx
    this.#cipher = cipher
  }

  async get(keys: readonly string[]): Promise<(StoredTokenData | null)[]> {
    const texts = await readTexts(this.#trx, keys)
    return keys.map((key, index) => this.#cipher.read(key, texts[index] ?? null))
  }

  async add(data: TokenData): Promise<boolean> {
    const row = await this.#trx
      .insertInto('porthor_token_data')
      .values({
        key: data.token.key,
        value: this.#cipher.encrypt(data),
        expires: nullableTimestamp(data.expires),
      })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .returning('key')
      .executeTakeFirst()
    return row !== undefined
  }

  async replace(text: string, data: TokenData): Promise<boolean> {
    const { key } = data.token
    const { numUpdatedRows } = await this.#trx
      .updateTable('porthor_token_data')
      .set({ value: this.#cipher.encrypt(data), expires: nullableTimestamp(data.expires) })
      .where('key', '=', key)
      .where('value', '=', text)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    await this.#forget([key])
    return true
  }

  async delete(keys: readonly string[]): Promise<number> {
    const { numDeletedRows } = await this.#trx
      .deleteFrom('porthor_token_data')
      .where(sql<boolean>`key = ANY(${keys}::varchar[])`)
      .executeTakeFirst()
    if (numDeletedRows > 0n) await this.#forget(keys)
    return Number(numDeletedRows)
  }

  async deleteUnchanged(key: string, text: string, below: readonly string[] = []): Promise<boolean> {
    const { numDeletedRows } = await this.#trx
      .deleteFrom('porthor_token_data')
      .where('key', '=', key)
      .where('value', '=', text)
      .executeTakeFirst()
    if (numDeletedRows === 0n) return false
    await this.#forget([key])
    if (below.length > 0) await this.delete(below)
    return true
  }

  // Frozen users are read from the database's own table: the mark is the row, and to change it is to say so.
  async freeze(): Promise<void> {
    await notify(this.#trx, payloads.frozen)
  }

  async frozenMark(username: string): Promise<string | null> {
    const row = await this.#trx
      .selectFrom('porthor_frozen_user')
      .select('username')
      .where('username', '=', username)
      .executeTakeFirst()
    return row?.username ?? null
  }

  async unfreeze(): Promise<boolean> {
    await notify(this.#trx, payloads.frozen)
    return true
  }

  async frozenUsers(): Promise<string[]> {
    const rows = await this.#trx.selectFrom('porthor_frozen_user').select('username').execute()
    return rows.map((row) => row.username)
  }

  async #forget(keys: readonly string[]): Promise<void> {
    if (keys.length > KEYS_BEFORE_EVERYTHING) return notify(this.#trx, payloads.everything)
    for (let start = 0; start < keys.length; start += KEYS_A_PAYLOAD) {
      await notify(this.#trx, payloads.keys(keys.slice(start, start + KEYS_A_PAYLOAD)))
    }
  }
}

async function notify(trx: Kysely<Database>, payload: string): Promise<void> {
  await sql`SELECT pg_notify(${CHANNEL}, ${payload})`.execute(trx)
}

/** Reads through the pool, and listens on a connection of its own from before the first read on. */
class SqlReader implements TokenDataReader {
  readonly identity = null
  readonly #db: Kysely<Database>
  readonly #readings: TokenDataReadings
  #listener: Listener | null = null
  readonly #proofs = new Map<string, PromiseWithResolvers<void>>()
  #deaf = false

  private constructor(db: Kysely<Database>, cipher: TokenDataCipher) {
    this.#db = db
    const session = new SqlSession(db, cipher)
    this.#readings = new TokenDataReadings(
      { texts: (keys) => readTexts(db, keys), frozenUsers: () => session.frozenUsers() },
      cipher,
    )
  }

  static async open(
    connection: DatabaseConnection,
    cipher: TokenDataCipher,
    listener: InvalidationListener,
  ): Promise<SqlReader> {
    const reader = new SqlReader(connection.db, cipher)
    reader.#listener = await connection.listen(CHANNEL, (payload) => reader.#hear(payload, listener))
    reader.#listener.onLost(() => {
      reader.#hearNoMore()
      listener.lost()
    })
    return reader
  }

  read(key: string): Promise<TokenDataReading> {
    return this.#readings.read(key)
  }

  async prove(): Promise<void> {
    if (this.#deaf) throw deaf()
    const text = randomBytes(16).toString('base64url')
    const proof = Promise.withResolvers<void>()
    this.#proofs.set(text, proof)
    try {
      const asked = sql`SELECT pg_notify(${CHANNEL}, ${payloads.alive(text)})`.execute(this.#db)
      await Promise.all([asked, proof.promise])
    } finally {
      this.#proofs.delete(text)
    }
  }

  async close(): Promise<void> {
    this.#hearNoMore()
    await this.#listener?.close()
  }

  #hearNoMore(): void {
    this.#deaf = true
    for (const { reject } of this.#proofs.values()) reject(deaf())
  }

  #hear(payload: string, listener: InvalidationListener): void {
    if (payload.startsWith('a:')) {
      this.#proofs.get(payload.slice(2))?.resolve()
    } else if (payload.startsWith('k:')) {
      for (const key of payload.slice(2).split(',')) listener.forgetToken(key)
    } else if (payload === payloads.frozen) {
      this.#readings.forgetFrozenUsers()
      listener.forgetFrozenUsers()
    } else {
      this.#readings.forgetFrozenUsers()
      listener.forgetEverything()
    }
  }
}

/** In the order of the keys; null: absent. */
async function readTexts(db: Kysely<Database>, keys: readonly string[]): Promise<(string | null)[]> {
  const { rows } = await sql<{ key: string; value: string }>`
    SELECT key, value FROM porthor_token_data WHERE key = ANY(${keys}::varchar[])`.execute(db)
  const values = new Map(rows.map(({ key, value }) => [key, value]))
  return keys.map((key) => values.get(key) ?? null)
}

function deaf(): StoreUnavailableError {
  return new StoreUnavailableError('The connection that hears of changes is lost')
}
