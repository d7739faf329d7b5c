import type { Migration } from './migration.ts'

/** Quota overrides and the counters of rate limits, where no Redis is used. */
export const quotas: Migration = {
  name: '0003-quotas',
  statements: [
    `CREATE TABLE porthor_quota_overrides (
  document text NOT NULL
)`,
    // One row at most: there is one document.
    `CREATE UNIQUE INDEX porthor_quota_overrides_one_row ON porthor_quota_overrides ((true))`,
    // What is lost in a crash is less than a minute's counting: not worth a write to the log with each request.
    `CREATE UNLOGGED TABLE porthor_rate_limit (
  name text COLLATE "C" PRIMARY KEY,
  count bigint NOT NULL,
  ends_at timestamp without time zone NOT NULL
) WITH (fillfactor = 50)`,
  ],
  indexes: [],
}
