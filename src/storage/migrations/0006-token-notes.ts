import type { Migration } from './migration.ts'

/** What people write down beside a token, and beside a user whom they freeze. */
export const tokenNotes: Migration = {
  name: '0006-token-notes',
  statements: [
    `ALTER TABLE token ADD COLUMN note varchar(500)`,
    `ALTER TABLE porthor_frozen_user ADD COLUMN reason varchar(500)`,
  ],
  indexes: [],
}
