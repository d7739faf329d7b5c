import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { messageOf } from '../models/errors.ts'
import type { DatabaseConnection } from './database.ts'
import { type Migration, migrations, referenceSchema } from './migrations/index.ts'
import type { Database } from './schema.ts'

/** The revision of the reference's schema that Porthor speaks. */
export const REFERENCE_REVISION = '2feb306dd1ee'
/** The one before it, from which the reference itself still goes on. */
const PRECEDING_REVISION = '5c28ed7092c2'

/** The database cannot be used as it is; the message says what to do. */
export class SchemaError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SchemaError'
  }
}

export interface SchemaState {
  /** False: the reference's tables are not there. */
  initialized: boolean
  /** Those of the reference's tables that are missing while others are there. */
  missingTables: readonly string[]
  /** What `alembic_version` says; empty: nothing. */
  revisions: readonly string[]
  /** Porthor's migrations that are still to run. */
  pending: readonly string[]
  /** Porthor's indexes that are missing or were left unfinished. */
  missingIndexes: readonly string[]
}

const REFERENCE_TABLES = [
  'admin',
  'admin_history',
  'subtoken',
  'token',
  'token_auth_history',
  'token_change_history',
]
const MIGRATION_TABLE = 'porthor_migration'
const INDEX_LOCK = 7_061_748_001n

/**
 * Brings the database's schema to where this Porthor needs it: the reference's tables in an empty database, Porthor's own
 * additions beside them. Several processes may do so at once.
 */
export class SchemaManager {
  readonly #connection: DatabaseConnection
  readonly #db: Kysely<Database>

  constructor(connection: DatabaseConnection) {
    this.#connection = connection
    this.#db = connection.db
  }

  async state(): Promise<SchemaState> {
    const tables = await this.#tables()
    const revisions = tables.has('alembic_version')
      ? (await this.#db.selectFrom('alembic_version').select('version_num').execute()).map(
          (row) => row.version_num,
        )
      : []
    const done = tables.has(MIGRATION_TABLE)
      ? new Set(
          (await sql<{ name: string }>`SELECT name FROM porthor_migration`.execute(this.#db)).rows.map(
            (row) => row.name,
          ),
        )
      : new Set<string>()
    const missing = REFERENCE_TABLES.filter((table) => !tables.has(table))
    const initialized = missing.length === 0
    const missingTables = missing.length === REFERENCE_TABLES.length ? [] : missing
    const pending = migrations
      .map(({ name }) => name)
      .filter((name) => !done.has(name) && !(name === referenceSchema.name && initialized))
    return { initialized, missingTables, revisions, pending, missingIndexes: await this.#missingIndexes() }
  }

  /**
   * @throws {SchemaError} The database is not initialised, is of another revision of the reference's, or lacks what this
   *   Porthor adds.
   */
  async validate(): Promise<void> {
    const state = await this.state()
    this.#refuseUnusable(state)
    if (!state.initialized) {
      throw new SchemaError('The database is not initialised: run `porthor init`')
    }
    if (state.pending.length > 0) {
      throw new SchemaError(
        `The schema is not current (${state.pending.join(', ')}): run \`porthor update-schema\``,
      )
    }
  }

  /**
   * Initialises an empty database, adds what is missing to another. Does nothing to one that is current.
   *
   * @returns The names of the migrations and indexes that were made.
   * @throws {SchemaError} The database holds another revision of the reference's schema, or only parts of it.
   */
  async update(): Promise<string[]> {
    const before = await this.state()
    this.#refuseUnusable(before)
    const { error, results } = await this.#migrator().migrateToLatest()
    if (error) throw new SchemaError(`The schema could not be updated: ${messageOf(error)}`)
    const made = (results ?? [])
      .map((result) => result.migrationName)
      .filter((name) => before.pending.includes(name))
    return [...made, ...(await this.#makeIndexes())]
  }

  /** The statements that `update` would run, in order. */
  async plan(): Promise<string[]> {
    const state = await this.state()
    this.#refuseUnusable(state)
    const statements = migrations
      .filter(({ name }) => state.pending.includes(name))
      .flatMap((migration) => migration.statements)
    const indexes = allIndexes()
      .filter(({ name }) => state.missingIndexes.includes(name))
      .map((index) => this.#indexStatement(index))
    return [...statements, ...indexes]
  }

  #refuseUnusable(state: SchemaState): void {
    // Before the tables: another revision has others, and is nothing to be emptied.
    const found = state.revisions.join(', ')
    if (state.revisions.length > 0 && found !== REFERENCE_REVISION) throw otherRevision(found)
    if (state.missingTables.length > 0) throw halfMade(state.missingTables)
    if (state.initialized && state.revisions.length === 0) {
      throw new SchemaError('The database has the tables but no alembic_version: its revision is not known')
    }
  }

  #migrator(): Migrator {
    return new Migrator({
      db: this.#db,
      migrationTableName: MIGRATION_TABLE,
      migrationLockTableName: `${MIGRATION_TABLE}_lock`,
      provider: {
        getMigrations: async () =>
          Object.fromEntries(
            migrations.map((migration) => [migration.name, { up: (db) => this.#run(db, migration) }]),
          ),
      },
    })
  }

  async #run(db: Kysely<unknown>, migration: Migration): Promise<void> {
    // Looked at again under the lock of the migrations: another process may have been faster.
    if (migration === referenceSchema && (await hasTable(db, 'token'))) return
    // Beside a running server: rather give up than make everybody wait behind us.
    await sql`SET LOCAL lock_timeout = '5s'`.execute(db)
    for (const statement of migration.statements) await sql.raw(statement).execute(db)
  }

  async #tables(): Promise<Set<string>> {
    const { rows } = await sql<{ tablename: string }>`
      SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()`.execute(this.#db)
    return new Set(rows.map((row) => row.tablename))
  }

  async #missingIndexes(): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      SELECT class.relname AS name FROM pg_catalog.pg_index index
      JOIN pg_catalog.pg_class class ON class.oid = index.indexrelid
      WHERE index.indisvalid AND class.relnamespace = current_schema()::regnamespace`.execute(this.#db)
    const present = new Set(rows.map((row) => row.name))
    return allIndexes()
      .map(({ name }) => name)
      .filter((name) => !present.has(name))
  }

  async #makeIndexes(): Promise<string[]> {
    if ((await this.#missingIndexes()).length === 0) return []
    return this.#db.connection().execute(async (connection) => {
      // Polled, not waited for: a waiting statement holds a snapshot, for which the concurrent build would wait in turn.
      for (;;) {
        const { rows } = await sql<{
          locked: boolean
        }>`SELECT pg_try_advisory_lock(${INDEX_LOCK}::bigint) AS locked`.execute(connection)
        if (rows[0]?.locked) break
        await sleep(100)
      }
      try {
        const missing = await this.#missingIndexesOn(connection)
        for (const index of allIndexes().filter(({ name }) => missing.includes(name))) {
          await sql.raw(`DROP INDEX IF EXISTS ${index.name}`).execute(connection)
          await sql.raw(this.#indexStatement(index)).execute(connection)
        }
        return missing
      } finally {
        await sql`SELECT pg_advisory_unlock(${INDEX_LOCK}::bigint)`.execute(connection)
      }
    })
  }

  #missingIndexesOn(connection: Kysely<Database>): Promise<string[]> {
    return new SchemaManager({ ...this.#connection, db: connection }).#missingIndexes()
  }

  #indexStatement({ name, on }: { name: string; on: string }): string {
    const concurrently = this.#connection.kind === 'postgresql' ? 'CONCURRENTLY ' : ''
    return `CREATE INDEX ${concurrently}${name} ON ${on}`
  }
}

/** The SQL that makes the whole schema: the reference's, without its version stamp, and with `all` Porthor's own. */
export function schemaStatements(options: { all: boolean }): string[] {
  const reference = referenceSchema.statements.filter((statement) => !statement.includes('alembic_version'))
  if (!options.all) return reference
  return [
    ...reference,
    ...migrations
      .filter((migration) => migration !== referenceSchema)
      .flatMap(({ statements }) => statements),
    ...allIndexes().map(({ name, on }) => `CREATE INDEX ${name} ON ${on}`),
  ]
}

async function hasTable(db: Kysely<unknown>, name: string): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = ${name}`.execute(db)
  return rows.length > 0
}

function otherRevision(found: string): SchemaError {
  const hint = found === PRECEDING_REVISION ? '. Gafaelfawr 15 brings it there with its `update-schema`' : ''
  return new SchemaError(
    `The database is at revision ${found}, which Porthor does not support: it was made by another version of Gafaelfawr. ` +
      `Porthor supports ${REFERENCE_REVISION}, that of Gafaelfawr 15${hint}. Nothing was changed`,
  )
}

function halfMade(missing: readonly string[]): SchemaError {
  return new SchemaError(
    `Only some of the tables are there (missing: ${missing.join(', ')}): empty the database, or restore it from a backup`,
  )
}

function allIndexes() {
  return migrations.flatMap((migration) => migration.indexes)
}
