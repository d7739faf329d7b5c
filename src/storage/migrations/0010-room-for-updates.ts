import type { Migration } from './migration.ts'

/**
 * Leaves room in each page for newer versions of its rows: `last_used` changes all the time, and stands in no index, so that what
 * is written beside its old version leaves all indexes as they are.
 */
export const roomForUpdates: Migration = {
  name: '0010-room-for-updates',
  statements: ['ALTER TABLE token SET (fillfactor = 70)'],
  indexes: [],
}
