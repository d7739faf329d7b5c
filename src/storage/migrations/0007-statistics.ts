import type { Migration } from './migration.ts'

/** What each process has counted, minute by minute, and leases on what only one may do at a time. */
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
    `CREATE TABLE porthor_lease (
  name varchar(64) COLLATE "C" PRIMARY KEY,
  holder varchar(64) NOT NULL,
  until timestamp without time zone NOT NULL
)`,
  ],
  indexes: [],
}
