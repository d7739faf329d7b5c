import type { Kysely } from 'kysely'
import type { Porthor } from '../../src/composition.ts'
import { nowSeconds } from '../../src/models/clock.ts'
import type { Privilege } from '../../src/models/privilege.ts'
import { splitScopes } from '../../src/models/scopes.ts'
import type { TokenData } from '../../src/models/token-data.ts'
import type { Database } from '../../src/storage/schema.ts'

/** A token's row with its kinship. */
export interface SnapshotRow extends Privilege {
  key: string
  username: string
  tokenName: string | null
  /** Null: no kinship. */
  kinship: { parent: string | null } | null
  /** Hexadecimal; null: none. */
  secretDigest: string | null
}

export interface SnapshotEntry extends Privilege {
  key: string
  action: string
  cause: string | null
  tokenName: string | null
  parent: string | null
  oldTokenName: string | null
  oldScopes: readonly string[] | null
  oldExpires: number | null
}

/** All that both stores say at one quiet moment. */
export interface Snapshot {
  /** Whole seconds since the epoch, by Porthor's clock. */
  now: number
  rows: ReadonlyMap<string, SnapshotRow>
  /** What can be read and has not expired; null: it cannot be read. */
  values: ReadonlyMap<string, TokenData | null>
  /** In the order in which they were written. */
  history: readonly SnapshotEntry[]
  frozenUsers: readonly string[]
  /** As the token data store has them. */
  frozenMarks: readonly string[]
}

export async function takeSnapshot({ database: { db }, data, clock }: Porthor): Promise<Snapshot> {
  const lease = await data.acquire()
  const [frozenMarks, frozen, rows, values, history] = await Promise.all([
    lease.within(db).frozenUsers().finally(lease.release),
    db.selectFrom('porthor_frozen_user').select('username').execute(),
    readRows(db),
    readValues(data),
    readHistory(db),
  ])
  return {
    now: nowSeconds(clock),
    rows,
    values,
    history,
    frozenUsers: frozen.map(({ username }) => username).toSorted(),
    frozenMarks: frozenMarks.toSorted(),
  }
}

async function readRows(db: Kysely<Database>): Promise<Map<string, SnapshotRow>> {
  const rows = await db.selectFrom('token').selectAll().orderBy('token').execute()
  const kinship = await db.selectFrom('subtoken').selectAll().execute()
  const parents = new Map(kinship.map(({ child, parent }) => [child, { parent }]))
  return new Map(
    rows.map((row) => [
      row.token,
      {
        key: row.token,
        username: row.username,
        tokenName: row.token_name,
        scopes: splitScopes(row.scopes),
        expires: row.expires,
        kinship: parents.get(row.token) ?? null,
        secretDigest: row.secret_digest && Buffer.from(row.secret_digest).toString('hex'),
      },
    ]),
  )
}

async function readValues(data: Porthor['data']): Promise<Map<string, TokenData | null>> {
  const values = new Map<string, TokenData | null>()
  for await (const keys of data.scan()) {
    const stored = await data.getMany(keys)
    for (const [index, key] of keys.entries()) {
      const value = stored[index]
      if (value) values.set(key, value.data)
    }
  }
  return values
}

async function readHistory(db: Kysely<Database>): Promise<SnapshotEntry[]> {
  const entries = await db.selectFrom('token_change_history').selectAll().orderBy('id').execute()
  return entries.map((entry) => ({
    key: entry.token,
    action: entry.action,
    cause: entry.cause,
    tokenName: entry.token_name,
    parent: entry.parent,
    scopes: splitScopes(entry.scopes),
    expires: entry.expires,
    oldTokenName: entry.old_token_name,
    oldScopes: entry.old_scopes === null ? null : splitScopes(entry.old_scopes),
    oldExpires: entry.old_expires,
  }))
}
