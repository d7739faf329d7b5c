import type { Migration } from './migration.ts'

/**
 * The reference's schema at revision 2feb306dd1ee, to the name (spec/token-store.md §1), its version stamp included.
 * Skipped on a database that has it.
 */
export const referenceSchema: Migration = {
  name: '0001-reference-schema',
  statements: [
    `CREATE TYPE adminchange AS ENUM ('add', 'remove')`,
    `CREATE TYPE tokentype AS ENUM ('session', 'user', 'notebook', 'internal', 'service', 'oidc')`,
    `CREATE TYPE tokenchange AS ENUM ('create', 'revoke', 'expire', 'edit')`,
    `CREATE TABLE admin (
  username varchar(64) NOT NULL,
  CONSTRAINT admin_pkey PRIMARY KEY (username)
)`,
    `CREATE TABLE admin_history (
  id serial NOT NULL,
  username varchar(64) NOT NULL,
  action adminchange NOT NULL,
  actor varchar(64) NOT NULL,
  ip_address inet NOT NULL,
  event_time timestamp without time zone NOT NULL,
  CONSTRAINT admin_history_pkey PRIMARY KEY (id)
)`,
    `CREATE INDEX admin_history_by_time ON admin_history (event_time, id)`,
    `CREATE TABLE token (
  token varchar(64) COLLATE "C" NOT NULL,
  username varchar(64) NOT NULL,
  token_type tokentype NOT NULL,
  token_name varchar(64),
  scopes varchar(512) NOT NULL,
  service varchar(64),
  created timestamp without time zone NOT NULL,
  last_used timestamp without time zone,
  expires timestamp without time zone,
  CONSTRAINT token_pkey PRIMARY KEY (token),
  CONSTRAINT token_username_token_name_key UNIQUE (username, token_name)
)`,
    `CREATE INDEX token_by_username ON token (username, token_type)`,
    `CREATE TABLE token_auth_history (
  id serial NOT NULL,
  token varchar(64) NOT NULL,
  username varchar(64) NOT NULL,
  token_type tokentype NOT NULL,
  token_name varchar(64),
  parent varchar(64),
  scopes varchar(512),
  service varchar(64),
  ip_address inet,
  event_time timestamp without time zone NOT NULL,
  CONSTRAINT token_auth_history_pkey PRIMARY KEY (id)
)`,
    `CREATE INDEX token_auth_history_by_time ON token_auth_history (event_time, id)`,
    `CREATE INDEX token_auth_history_by_token ON token_auth_history (token, event_time, id)`,
    `CREATE INDEX token_auth_history_by_username ON token_auth_history (username, event_time, id)`,
    `CREATE TABLE token_change_history (
  id serial NOT NULL,
  token varchar(64) NOT NULL,
  username varchar(64) NOT NULL,
  token_type tokentype NOT NULL,
  token_name varchar(64),
  parent varchar(64),
  scopes varchar(512) NOT NULL,
  service varchar(64),
  expires timestamp without time zone,
  actor varchar(64),
  action tokenchange NOT NULL,
  old_token_name varchar(64),
  old_scopes varchar(512),
  old_expires timestamp without time zone,
  ip_address inet,
  event_time timestamp without time zone NOT NULL,
  CONSTRAINT token_change_history_pkey PRIMARY KEY (id)
)`,
    `CREATE INDEX token_change_history_by_time ON token_change_history (event_time, id)`,
    `CREATE INDEX token_change_history_by_token ON token_change_history (token, event_time, id)`,
    `CREATE INDEX token_change_history_by_username ON token_change_history (username, event_time, id)`,
    `CREATE TABLE subtoken (
  child varchar(64) NOT NULL,
  parent varchar(64),
  CONSTRAINT subtoken_pkey PRIMARY KEY (child),
  CONSTRAINT subtoken_child_fkey FOREIGN KEY (child) REFERENCES token (token) ON DELETE CASCADE,
  CONSTRAINT subtoken_parent_fkey FOREIGN KEY (parent) REFERENCES token (token) ON DELETE SET NULL
)`,
    `CREATE INDEX subtoken_by_parent ON subtoken (parent)`,
    `CREATE TABLE alembic_version (
  version_num varchar(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)`,
    `INSERT INTO alembic_version (version_num) VALUES ('2feb306dd1ee')`,
  ],
  indexes: [],
}
