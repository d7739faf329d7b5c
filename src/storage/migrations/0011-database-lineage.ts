import type { Migration } from './migration.ts'

/**
 * Beside the Redis that may be trusted, which database says so: a copy that takes its place says the same, and is not to be
 * believed until the stores have been compared (PROTOCOLS.md §7).
 */
export const databaseLineage: Migration = {
  name: '0011-database-lineage',
  statements: [
    `ALTER TABLE porthor_redis ADD COLUMN server_start timestamp with time zone`,
    `ALTER TABLE porthor_redis ADD COLUMN noted_in oid`,
    `ALTER TABLE porthor_redis ADD COLUMN lineage text`,
    `ALTER TABLE porthor_redis ADD COLUMN comparing_since timestamp without time zone`,
  ],
  indexes: [],
}
