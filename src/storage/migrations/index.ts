import { referenceSchema } from './0001-reference-schema.ts'
import { porthorAdditions } from './0002-porthor-additions.ts'
import type { Migration } from './migration.ts'

export const migrations: readonly Migration[] = [referenceSchema, porthorAdditions]
export type { Migration }
export { porthorAdditions, referenceSchema }
