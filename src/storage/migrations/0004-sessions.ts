import type { Migration } from './migration.ts'

/** What is known of sessions beside their tokens, and what logs people in and out without a password of theirs. */
export const sessions: Migration = {
  name: '0004-sessions',
  statements: [
    // A row may be there before its token is and after it has gone: without a token it means nothing.
    `CREATE TABLE porthor_session (
  token varchar(64) COLLATE "C" PRIMARY KEY,
  created timestamp without time zone NOT NULL,
  ip_address inet,
  user_agent varchar(512),
  upstream_issuer text,
  upstream_subject text,
  upstream_session text
)`,
    `CREATE INDEX porthor_session_by_created ON porthor_session (created)`,
    `CREATE INDEX porthor_session_by_upstream ON porthor_session (upstream_issuer, upstream_subject) WHERE upstream_issuer IS NOT NULL`,
    `CREATE INDEX porthor_session_by_upstream_session ON porthor_session (upstream_issuer, upstream_session) WHERE upstream_session IS NOT NULL`,
    `CREATE TABLE porthor_login_link (
  digest bytea PRIMARY KEY,
  username varchar(64) NOT NULL,
  scopes varchar(512) NOT NULL,
  expires timestamp without time zone NOT NULL
)`,
    `CREATE TABLE porthor_logout_token (
  issuer text NOT NULL,
  token_id text NOT NULL,
  expires timestamp without time zone NOT NULL,
  PRIMARY KEY (issuer, token_id)
)`,
  ],
  indexes: [],
}
