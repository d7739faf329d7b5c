import type { TokenData } from '../../src/models/token-data.ts'
import { decrypt, encrypt } from './fernet.ts'
import type { BareStores, Client, Row } from './stores.ts'
import { inTransaction, lockSubtree } from './transaction.ts'

const EDIT = `
  WITH change AS (
    SELECT * FROM unnest($1::varchar[], $2::varchar[], $3::varchar[], $4::varchar[], $5::varchar[], $6::varchar[],
      $7::varchar[]) WITH ORDINALITY
      AS change(key, token_name, scopes, parent, old_token_name, old_scopes, ancestor, place)
  ), changed AS (
    UPDATE token SET token_name = change.token_name, scopes = change.scopes
    FROM change WHERE token.token = change.key COLLATE "C"
    RETURNING token.*, change.parent, change.old_token_name, change.old_scopes, change.ancestor, change.place
  )
  INSERT INTO token_change_history (token, username, token_type, token_name, parent, scopes, service, expires, actor,
    action, old_token_name, old_scopes, ip_address, event_time, cause, ancestor)
  SELECT token, username, token_type, token_name, parent, scopes, service, expires, $8, 'edit', old_token_name,
    old_scopes, $9::inet, date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC'),
    CASE WHEN ancestor IS NULL THEN NULL ELSE 'narrowed' END, ancestor
  FROM changed ORDER BY place`

interface Edit {
  row: Row
  tokenName: unknown
  scopes: string
  oldTokenName: unknown
  oldScopes: unknown
  ancestor: string | null
}

/** PROTOCOLS.md §4.3 for a change that takes away: every value of the subtree is lowered before COMMIT. */
export async function narrow(stores: BareStores, token: TokenData): Promise<void> {
  const { key } = token.token
  const kept = token.scopes.slice(0, 1)
  await inTransaction(stores, async (client, values) => {
    await shareParent(client, key)
    const locked = await lockSubtree(client, key)
    const keys = locked.map((row) => String(row.token))
    const texts = await values.get(keys)

    const edits = locked.map((row): Edit => {
      const scopes = String(row.scopes)
        .split(',')
        .filter((scope) => kept.includes(scope))
        .join(',')
      const ancestor = row.token === key ? null : key
      return { row, tokenName: row.token_name, scopes, oldTokenName: null, oldScopes: row.scopes, ancestor }
    })
    await client.query(EDIT, edited(edits))

    for (let index = keys.length - 1; index >= 0; index--) {
      const text = texts[index]
      if (text == null) throw new Error('The token has no data')
      const data = JSON.parse(decrypt(stores.key, text))
      data.scopes = data.scopes.filter((scope: string) => kept.includes(scope))
      await values.replace(String(keys[index]), text, encrypt(stores.key, JSON.stringify(data)), data.expires)
    }
  })
}

/** PROTOCOLS.md §4.3 for a change that neither takes away nor gives. */
export async function rename(stores: BareStores, token: TokenData, tokenName: string): Promise<void> {
  const { key } = token.token
  await inTransaction(stores, async (client, values) => {
    await shareParent(client, key)
    const locked = await lockSubtree(client, key)
    const [text] = await values.get(locked.map((row) => String(row.token)))
    const [row] = locked
    if (text == null || !row) throw new Error('The token has no data')
    // Only the value tells whether anything is left to be lifted.
    const data = JSON.parse(decrypt(stores.key, text))
    if (data.scopes.join() !== row.scopes) throw new Error('The value is below its row')
    const edit = { row, tokenName, scopes: String(row.scopes), oldTokenName: row.token_name, oldScopes: null }
    await client.query(EDIT, edited([{ ...edit, ancestor: null }]))
  })
}

async function shareParent(client: Client, key: string): Promise<void> {
  const { rows } = await client.query('SELECT parent FROM subtoken WHERE child = $1', [key])
  const parent = rows[0]?.parent
  if (parent) await client.query('SELECT token FROM token WHERE token = $1 FOR SHARE', [parent])
}

function edited(edits: Edit[]): unknown[] {
  return [
    edits.map(({ row }) => row.token),
    edits.map(({ tokenName }) => tokenName),
    edits.map(({ scopes }) => scopes),
    edits.map(({ row }) => row.parent),
    edits.map(({ oldTokenName }) => oldTokenName),
    edits.map(({ oldScopes }) => oldScopes),
    edits.map(({ ancestor }) => ancestor),
    'admin',
    '192.0.2.1',
  ]
}
