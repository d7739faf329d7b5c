import type { Scopes } from '../models/scopes.ts'

/** What can be wrong with a token when its row, its value and its kinship are compared. */
export type FindingKind =
  /** The value cannot be read. */
  | 'malformed'
  /** A row without a value: the token is not valid, though it is listed. */
  | 'only-in-database'
  /** A value without a row: a token that nobody can list. */
  | 'only-in-data'
  /** Row and value say different things. */
  | 'mismatch'
  /** The secret of the value was never committed to the database. */
  | 'secret-mismatch'
  /** The token ends after its parent. */
  | 'outlives-parent'
  /** The token has scopes that its parent has not. */
  | 'exceeds-parent'
  /** The kinship names no parent any more. */
  | 'orphaned'
  /** A scope that the configuration does not know. */
  | 'unknown-scope'

/** What a repair does, or has done, about a token: always towards less privilege. `tokens`: it and all below it. */
export type AuditRepair =
  /** They end. */
  | { action: 'end'; tokens: number }
  /** What is valid, but unknown to the database, is no longer valid. */
  | { action: 'delete-data' }
  /** They have no more than these scopes, and end no later; `expires`: whole seconds since the epoch, null: never. */
  | { action: 'narrow'; tokens: number; scopes: Scopes; expires: number | null }
  /** The secret that the database knows is the only one again. */
  | { action: 'restore-secret' }

export interface AuditFinding {
  kind: FindingKind
  /** Key of the token. */
  key: string
  /** Null: not known. */
  username: string | null
  /** One line for people. */
  message: string
  /** For programs: `mismatches`, `scope`, `expires`, `parentExpires`, as the kind has it. */
  details: Record<string, unknown>
  /** Whether the repair can do something about it. */
  repairable: boolean
  /** What; null: nothing. All findings about one token have the same repair. */
  repair: AuditRepair | null
  repaired: boolean
}

export interface AuditSummary {
  /** How many rows and values were looked at. */
  checked: number
  findings: number
  repaired: number
  /** Why nothing was repaired though it was asked for; null: no such reason. */
  alarm: string | null
}
