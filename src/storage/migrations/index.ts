import { referenceSchema } from './0001-reference-schema.ts'
import { porthorAdditions } from './0002-porthor-additions.ts'
import { quotas } from './0003-quotas.ts'
import type { Migration } from './migration.ts'

export const migrations: readonly Migration[] = [referenceSchema, porthorAdditions, quotas]
export type { Migration }
export { referenceSchema }
