import { type Kysely, sql } from 'kysely'
import type { Database } from '../../src/storage/schema.ts'

/** What a database consists of, as PostgreSQL itself describes it. */
export interface Catalogue {
  /** Labels in their order. */
  enums: Record<string, string[]>
  /** `name type [COLLATE …] [NOT NULL] [DEFAULT …]`, in the order of the table. */
  tables: Record<string, string[]>
  constraints: Record<string, string>
  /** Those that no constraint makes. */
  indexes: Record<string, string>
}

/** Reads the catalogue of the current schema, without the tables in which migrations keep their books. */
export async function readCatalogue(db: Kysely<Database>): Promise<Catalogue> {
  const [enums, columns, constraints, indexes] = await Promise.all([
    readEnums(db),
    readColumns(db),
    readConstraints(db),
    readIndexes(db),
  ])
  return { enums, tables: columns, constraints, indexes }
}

async function readEnums(db: Kysely<Database>): Promise<Record<string, string[]>> {
  const { rows } = await sql<{ name: string; label: string }>`
    SELECT typname AS name, enumlabel AS label FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid
    ORDER BY typname, enumsortorder`.execute(db)
  return grouped(rows.map(({ name, label }) => [name, label]))
}

async function readColumns(db: Kysely<Database>): Promise<Record<string, string[]>> {
  const { rows } = await sql<{ table: string; column: string }>`
    SELECT class.relname AS table, attname || ' ' || format_type(atttypid, atttypmod)
      || CASE WHEN attcollation NOT IN (0, 100) THEN ' COLLATE ' || quote_ident(collname) ELSE '' END
      || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
      || coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '') AS column
    FROM pg_class class JOIN pg_attribute ON attrelid = class.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = class.oid AND adnum = attnum LEFT JOIN pg_collation ON pg_collation.oid = attcollation
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname NOT LIKE 'porthor_migration%'
    ORDER BY class.relname, attnum`.execute(db)
  return grouped(rows.map(({ table, column }) => [table, column]))
}

async function readConstraints(db: Kysely<Database>): Promise<Record<string, string>> {
  // From PostgreSQL 18 on, NOT NULL is a constraint too (type n); the columns tell of it already.
  const { rows } = await sql<{ name: string; definition: string }>`
    SELECT conname AS name, relname || ' ' || pg_get_constraintdef(pg_constraint.oid) AS definition
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE connamespace = current_schema()::regnamespace AND contype <> 'n' AND relname NOT LIKE 'porthor_migration%'
    ORDER BY conname`.execute(db)
  return Object.fromEntries(rows.map(({ name, definition }) => [name, definition]))
}

async function readIndexes(db: Kysely<Database>): Promise<Record<string, string>> {
  const { rows } = await sql<{ name: string; definition: string }>`
    SELECT indexname AS name, substring(indexdef FROM ' INDEX .*') AS definition FROM pg_indexes
    WHERE schemaname = current_schema() AND tablename NOT LIKE 'porthor_migration%'
      AND indexname NOT IN (SELECT conname FROM pg_constraint) ORDER BY indexname`.execute(db)
  return Object.fromEntries(
    rows.map(({ name, definition }) => [
      name,
      definition.replace(/^ INDEX \S+ ON (\w+\.)?/, '').replace(' USING btree', ''),
    ]),
  )
}

function grouped(pairs: readonly [string, string][]): Record<string, string[]> {
  const groups: Record<string, string[]> = {}
  for (const [group, member] of pairs) groups[group] = [...(groups[group] ?? []), member]
  return groups
}
