import type { Migration } from './migration.ts'

/** UIDs and GIDs that are assigned here. Rows are never deleted: a number belongs to its name for ever. */
export const posixIds: Migration = {
  name: '0005-posix-ids',
  statements: [
    `CREATE TABLE porthor_posix_id (
  owner varchar(5) NOT NULL CHECK (owner IN ('user', 'group')),
  name text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  assigned timestamp without time zone NOT NULL,
  PRIMARY KEY (owner, name),
  CONSTRAINT porthor_posix_id_number UNIQUE (owner, number)
)`,
    `CREATE TABLE porthor_posix_counter (
  kind varchar(7) PRIMARY KEY,
  next bigint NOT NULL
)`,
  ],
  indexes: [],
}
