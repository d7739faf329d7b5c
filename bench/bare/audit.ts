import { createHash } from 'node:crypto'
import { decrypt } from './fernet.ts'
import { type BareStores, type Client, giveBack, type RedisLink, type Row, takeRedis } from './stores.ts'
import { redisValues, sqlValues, type TokenValues } from './token-values.ts'

const PAGE = 1_000
const ROWS = `
  SELECT token.*, subtoken.child, subtoken.parent, above.scopes AS parent_scopes, above.expires AS parent_expires,
    above.token AS parent_token
  FROM token LEFT JOIN subtoken ON subtoken.child = token.token COLLATE "default"
  LEFT JOIN token AS above ON above.token = subtoken.parent
  WHERE token.token > $1 ORDER BY token.token LIMIT ${PAGE}`

/** Both stores compared page by page, without locks (PROTOCOLS.md §6, the lists). @returns How many tokens were seen. */
export async function audit(stores: BareStores): Promise<number> {
  const link = await takeRedis(stores)
  const client = await stores.pool.connect()
  const values = link ? redisValues(link.client) : sqlValues(client)
  try {
    const checked = await auditRows(stores, client, values)
    for await (const keys of link ? scanRedis(link) : scanTable(client)) await auditKeys(client, keys)
    return checked
  } finally {
    client.release()
    giveBack(stores, link)
  }
}

async function auditRows(stores: BareStores, client: Client, values: TokenValues): Promise<number> {
  let checked = 0
  for (let after = ''; ; ) {
    const { rows } = await client.query(ROWS, [after])
    const texts = await values.get(rows.map((row) => String(row.token)))
    for (const [index, row] of rows.entries()) {
      if (!isRight(stores, row, texts[index] ?? null)) throw new Error(`Token ${row.token} is not right`)
    }
    checked += rows.length
    if (rows.length < PAGE) return checked
    after = String(rows.at(-1)?.token)
  }
}

function isRight(stores: BareStores, row: Row, text: string | null): boolean {
  if (row.expires !== null && Number(row.expires) * 1000 <= Date.now()) return true
  if (text === null) return false
  const data = JSON.parse(decrypt(stores.key, text))
  const scopes = String(row.scopes).split(',')
  const digest = createHash('sha256').update(data.token.secret).digest()
  return (
    data.token.key === row.token &&
    data.username === row.username &&
    data.token_type === row.token_type &&
    data.service === row.service &&
    data.scopes.join() === row.scopes &&
    data.created === row.created &&
    data.expires === row.expires &&
    digest.equals(row.secret_digest as unknown as Buffer) &&
    scopes.every((scope) => stores.knownScopes.includes(scope)) &&
    isWithinParent(row, scopes)
  )
}

function isWithinParent(row: Row, scopes: string[]): boolean {
  if (row.child === null) return true
  if (row.parent_token === null) return false
  const allowed = String(row.parent_scopes).split(',')
  const inTime =
    row.parent_expires === null || (row.expires !== null && Number(row.expires) <= Number(row.parent_expires))
  return inTime && scopes.every((scope) => allowed.includes(scope))
}

async function auditKeys(client: Client, keys: string[]): Promise<void> {
  const { rows } = await client.query('SELECT token FROM token WHERE token = ANY($1::varchar[])', [keys])
  const known = new Set(rows.map((row) => row.token))
  const unknown = keys.filter((key) => !known.has(key))
  if (unknown.length > 0) throw new Error(`Data without a row: ${unknown}`)
}

async function* scanRedis({ client }: RedisLink): AsyncGenerator<string[]> {
  let cursor = '0'
  do {
    const reply = await client.scan(cursor, { MATCH: 'token:*', COUNT: PAGE })
    if (reply.keys.length > 0) yield reply.keys.map((key) => key.slice('token:'.length))
    cursor = reply.cursor
  } while (cursor !== '0')
}

async function* scanTable(client: Client): AsyncGenerator<string[]> {
  for (let after = ''; ; ) {
    const { rows } = await client.query(
      `SELECT key FROM porthor_token_data WHERE key > $1 ORDER BY key LIMIT ${PAGE}`,
      [after],
    )
    if (rows.length === 0) return
    yield rows.map((row) => String(row.key))
    after = String(rows.at(-1)?.key)
  }
}
