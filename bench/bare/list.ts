import type { BareStores, Row } from './stores.ts'

const TOKENS = `SELECT token.*, parent FROM token
  LEFT JOIN subtoken ON subtoken.child = token.token COLLATE "default"`

export async function list(stores: BareStores, username: string) {
  const client = await stores.pool.connect()
  try {
    const { rows } = await client.query(`${TOKENS} WHERE username = $1 ORDER BY created DESC, token`, [
      username,
    ])
    return rows.map(tokenOf)
  } finally {
    client.release()
  }
}

export async function getInfo(stores: BareStores, key: string) {
  const client = await stores.pool.connect()
  try {
    const { rows } = await client.query(`${TOKENS} WHERE token = $1`, [key])
    return rows[0] ? tokenOf(rows[0]) : null
  } finally {
    client.release()
  }
}

function tokenOf(row: Row) {
  return {
    token: row.token,
    username: row.username,
    tokenType: row.token_type,
    tokenName: row.token_name,
    service: row.service,
    scopes: row.scopes === '' ? [] : String(row.scopes).split(','),
    created: row.created,
    lastUsed: row.last_used,
    note: row.note,
    expires: row.expires,
    parent: row.parent,
  }
}
