import type { Migration } from './migration.ts'

/**
 * What Porthor keeps beside the reference's tables. Nothing here is in the reference's way: new tables without foreign
 * keys to its own, nullable columns, indexes (spec/token-store.md §1.8).
 */
export const porthorAdditions: Migration = {
  name: '0002-porthor-additions',
  statements: [
    `ALTER TABLE token ADD COLUMN secret_digest bytea`,
    `ALTER TABLE token_change_history ADD COLUMN cause varchar(64)`,
    `ALTER TABLE token_change_history ADD COLUMN ancestor varchar(64)`,
    `CREATE TABLE porthor_redis (
  identity text NOT NULL,
  blessed_at timestamp without time zone NOT NULL
)`,
    // One row at most: there is one Redis to be trusted.
    `CREATE UNIQUE INDEX porthor_redis_one_row ON porthor_redis ((true))`,
    `CREATE TABLE porthor_frozen_user (
  username varchar(64) COLLATE "C" PRIMARY KEY,
  since timestamp without time zone NOT NULL,
  actor varchar(64) NOT NULL
)`,
    `CREATE TABLE porthor_token_data (
  key varchar(64) COLLATE "C" PRIMARY KEY,
  value text NOT NULL,
  expires timestamp without time zone
)`,
    `CREATE INDEX porthor_token_data_by_expires ON porthor_token_data (expires) WHERE expires IS NOT NULL`,
  ],
  indexes: [
    { name: 'porthor_token_by_expires', on: 'token (expires, token) WHERE expires IS NOT NULL' },
    { name: 'porthor_token_by_user_created', on: 'token (username, created DESC, token)' },
    { name: 'porthor_token_by_created', on: 'token (created DESC, token)' },
    { name: 'porthor_change_history_by_parent', on: 'token_change_history (parent, event_time, id)' },
    { name: 'porthor_change_history_by_actor', on: 'token_change_history (actor, event_time, id)' },
  ],
}
