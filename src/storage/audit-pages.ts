import { type Kysely, sql } from 'kysely'
import type { Privilege } from '../models/privilege.ts'
import { splitScopes } from '../models/scopes.ts'
import type { TokenInfo } from '../models/token-info.ts'
import type { Database } from './schema.ts'
import { comesAfter, isOwnKinship, type TokenPosition, type TokenRow, tokenInfoOfRow } from './token-rows.ts'

/** What the audit compares of a token's row, all of one moment. */
export interface AuditedToken {
  info: TokenInfo
  /** SHA-256 of the committed secret; null: not known (a row of the reference's making). */
  secretDigest: Uint8Array | null
  /** What the parent may have; null: it has no parent, or the parent is gone. */
  parent: Privilege | null
  /** Its kinship names no parent any more. */
  orphaned: boolean
}

/** What becomes of a page in one turn of the event loop takes a few milliseconds, for which requests wait. */
const PAGE_SIZE = 250

type AuditedRow = TokenRow & {
  child: string | null
  parent_scopes: string | null
  parent_expires: number | null
}

/** Every token, newest first, in pages read as they are asked for, without locks. */
export async function* auditPages(db: Kysely<Database>): AsyncGenerator<AuditedToken[], void> {
  let after: TokenPosition | undefined
  for (;;) {
    // LATERAL, with a limit: the planner would rather read all kinship and all tokens, for each page again.
    const { rows } = await sql<AuditedRow>`
      SELECT token.*, subtoken.parent, subtoken.child, above.scopes AS parent_scopes, above.expires AS parent_expires
      FROM (
        SELECT * FROM token ${after ? sql`WHERE ${comesAfter(after)}` : sql``}
        ORDER BY token.created DESC, token.token LIMIT ${PAGE_SIZE}
      ) AS token
      LEFT JOIN LATERAL (SELECT * FROM subtoken WHERE ${isOwnKinship} LIMIT 1) AS subtoken ON true
      LEFT JOIN LATERAL (SELECT scopes, expires FROM token AS above WHERE above.token = subtoken.parent LIMIT 1)
        AS above ON true
      ORDER BY token.created DESC, token.token`.execute(db)
    if (rows.length > 0) yield rows.map(auditedToken)
    const last = rows.at(-1)
    if (!last || rows.length < PAGE_SIZE) return
    after = last
  }
}

/** Which of these keys have a row. */
export async function keysWithRow(db: Kysely<Database>, keys: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ token: string }>`
    SELECT token FROM token WHERE token = ANY(${keys}::varchar[])`.execute(db)
  return new Set(rows.map((row) => row.token))
}

function auditedToken(row: AuditedRow): AuditedToken {
  const { parent_scopes: scopes, parent_expires: expires } = row
  return {
    info: tokenInfoOfRow(row),
    secretDigest: row.secret_digest,
    parent: scopes === null ? null : { scopes: splitScopes(scopes), expires },
    orphaned: row.child !== null && row.parent === null,
  }
}
