import { referenceSchema } from './0001-reference-schema.ts'
import { porthorAdditions } from './0002-porthor-additions.ts'
import { quotas } from './0003-quotas.ts'
import { sessions } from './0004-sessions.ts'
import { posixIds } from './0005-posix-ids.ts'
import { tokenNotes } from './0006-token-notes.ts'
import { statistics } from './0007-statistics.ts'
import { tokenSearch } from './0008-token-search.ts'
import { historyAddresses } from './0009-history-addresses.ts'
import { roomForUpdates } from './0010-room-for-updates.ts'
import { databaseLineage } from './0011-database-lineage.ts'
import type { Migration } from './migration.ts'

export const migrations: readonly Migration[] = [
  referenceSchema,
  porthorAdditions,
  quotas,
  sessions,
  posixIds,
  tokenNotes,
  statistics,
  tokenSearch,
  historyAddresses,
  roomForUpdates,
  databaseLineage,
]
export type { Migration }
export { referenceSchema }
