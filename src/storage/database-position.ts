import { type Kysely, sql } from 'kysely'
import type { Database } from './schema.ts'

/** Which database this is, and how far it has come. */
export interface DatabasePosition {
  /** Changes where another takes its place: of another server or timeline, of another name, or restored from a dump. */
  lineage: string
  /** How much has been written, which never becomes less on one timeline; null: this role may not know. */
  written: bigint | null
}

interface Allowed {
  recovering: boolean
  database: number
  relation: number
  control: boolean | null
  wal: boolean | null
}

const ALLOWED = sql<Allowed>`SELECT pg_is_in_recovery() AS recovering,
  (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) AS database,
  'porthor_redis'::regclass::oid AS relation,
  has_function_privilege(to_regprocedure('pg_catalog.pg_control_system()'), 'EXECUTE') AS control,
  has_function_privilege(to_regprocedure('pg_catalog.pg_current_wal_flush_lsn()'), 'EXECUTE')
    AND has_function_privilege(to_regprocedure('pg_catalog.pg_walfile_name(pg_lsn)'), 'EXECUTE') AS wal`

/**
 * Asks only what the role may ask: a server may keep some of it from those who are no superusers.
 *
 * @returns Null: a standby, which follows another database and is none of its own yet.
 */
export async function readPosition(db: Kysely<Database>): Promise<DatabasePosition | null> {
  const { rows } = await ALLOWED.execute(db)
  const [allowed] = rows
  if (!allowed || allowed.recovering) return null
  const system = allowed.control ? await readSystem(db) : ''
  const { timeline, written } = allowed.wal ? await readWal(db) : { timeline: '', written: null }
  const lineage = [system, timeline, allowed.database, allowed.relation].join('/')
  return { lineage, written: written === null ? null : BigInt(written) }
}

async function readSystem(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ system: string }>`
    SELECT system_identifier::text AS system FROM pg_catalog.pg_control_system()`.execute(db)
  return rows[0]?.system ?? ''
}

/** What has been flushed: what has only been written, a crash may take back though nobody was told of it. */
async function readWal(db: Kysely<Database>): Promise<{ timeline: string; written: string | null }> {
  const { rows } = await sql<{ timeline: string; written: string }>`
    SELECT left(pg_walfile_name(flushed), 8) AS timeline, (flushed - '0/0'::pg_lsn)::text AS written
    FROM pg_current_wal_flush_lsn() AS flushed`.execute(db)
  return rows[0] ?? { timeline: '', written: null }
}
