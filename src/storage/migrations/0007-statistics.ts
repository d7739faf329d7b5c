import type { Migration } from './migration.ts'

/** What each process has counted, minute by minute. */
export const statistics: Migration = {
  name: '0007-statistics',
  statements: [
    `CREATE TABLE porthor_statistics (
  minute timestamp without time zone NOT NULL,
  process varchar(64) COLLATE "C" NOT NULL,
  name varchar(128) COLLATE "C" NOT NULL,
  value double precision NOT NULL,
  PRIMARY KEY (minute, process, name)
)`,
  ],
  indexes: [],
}
