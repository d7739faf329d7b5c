import { referenceSchema } from './0001-reference-schema.ts'
import { porthorAdditions } from './0002-porthor-additions.ts'
import { quotas } from './0003-quotas.ts'
import { sessions } from './0004-sessions.ts'
import type { Migration } from './migration.ts'

export const migrations: readonly Migration[] = [referenceSchema, porthorAdditions, quotas, sessions]
export type { Migration }
export { referenceSchema }
