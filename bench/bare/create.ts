import { createHash } from 'node:crypto'
import { Token } from '../../src/models/token.ts'
import type { TokenData } from '../../src/models/token-data.ts'
import { encrypt } from './fernet.ts'
import type { BareStores } from './stores.ts'
import { inTransaction } from './transaction.ts'

const INSERT = `
  WITH added AS (
    INSERT INTO token (token, username, token_type, token_name, scopes, service, created, expires, secret_digest)
    VALUES ($1, $2, 'user', $3, $4, NULL, to_timestamp($5::float8) AT TIME ZONE 'UTC',
      to_timestamp($6::float8) AT TIME ZONE 'UTC', $7)
    ON CONFLICT (username, token_name) DO NOTHING
    RETURNING *
  ), history AS (
    INSERT INTO token_change_history (token, username, token_type, token_name, scopes, service, expires, actor, action,
      ip_address, event_time)
    SELECT token, username, token_type, token_name, scopes, service, expires, $2, 'create', $8::inet,
      date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC')
    FROM added
  )
  SELECT token FROM added`

/** A user token, asked for with another token (PROTOCOLS.md §4.1, "without a parent"). */
export async function create(stores: BareStores, maker: TokenData, tokenName: string): Promise<string> {
  const { username, name, email, uid, gid, groups } = maker
  const token = Token.generate()
  const digest = createHash('sha256').update(token.secret).digest()
  const scopes = ['exec:test', 'read:all']
  const created = Math.floor(Date.now() / 1000)
  const expires = created + 30 * 86_400

  await inTransaction(stores, async (client, values) => {
    await client.query('SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))', [
      `porthor user ${username}`,
    ])
    const frozen = await client.query('SELECT username FROM porthor_frozen_user WHERE username = $1', [
      username,
    ])
    if (frozen.rows.length > 0) throw new Error('The user is frozen')
    const made = await client.query('SELECT scopes, expires FROM token WHERE token = $1 FOR SHARE', [
      maker.token.key,
    ])
    const allowed = String(made.rows[0]?.scopes).split(',')
    if (!scopes.every((scope) => allowed.includes(scope))) throw new Error('Beyond the scopes of the maker')

    const row = [token.key, username, tokenName, scopes.join(','), created, expires, digest, '192.0.2.1']
    const added = await client.query(INSERT, row)
    if (added.rows.length === 0) throw new Error('The name is taken')

    const data = {
      ...{ username, name, email, uid, gid, groups },
      ...{ token_type: 'user', service: null, scopes, created, expires },
      token: { key: token.key, secret: token.secret },
    }
    await values.add(token.key, encrypt(stores.key, JSON.stringify(data)), expires)
  })
  return `gt-${token.key}.${token.secret}`
}
