import { createHash } from 'node:crypto'
import { encodeTokenData } from '../src/models/token-data.ts'
import { Fernet } from '../src/storage/token-data/fernet.ts'
import type { Seed } from './seeds.ts'
import type { Subject } from './subject.ts'

const BATCH = 1_000

const INSERT_TOKENS = `
  WITH seed AS (
    SELECT key, username, type::tokentype, name, scopes, service, decode(digest, 'hex') AS digest, parent,
      to_timestamp(created) AT TIME ZONE 'UTC' AS created, to_timestamp(expires) AT TIME ZONE 'UTC' AS expires
    FROM unnest($1::varchar[], $2::varchar[], $3::varchar[], $4::varchar[], $5::varchar[], $6::varchar[], $7::varchar[],
      $8::varchar[], $9::float8[], $10::float8[])
      AS seed(key, username, type, name, scopes, service, digest, parent, created, expires)
  ), added AS (
    INSERT INTO token (token, username, token_type, token_name, scopes, service, created, expires, secret_digest)
    SELECT key, username, type, name, scopes, service, created, expires, digest FROM seed
  ), kinship AS (
    INSERT INTO subtoken (child, parent) SELECT key, parent FROM seed WHERE parent IS NOT NULL
  )
  INSERT INTO token_change_history (token, username, token_type, token_name, parent, scopes, service, expires, actor,
    action, ip_address, event_time)
  SELECT key, username, type, name, parent, scopes, service, expires, username, 'create', '192.0.2.1', created FROM seed`

const INSERT_VALUES = `
  INSERT INTO porthor_token_data (key, value, expires)
  SELECT key, value, to_timestamp(expires) AT TIME ZONE 'UTC'
  FROM unnest($1::varchar[], $2::text[], $3::float8[]) AS seed(key, value, expires)`

/** Puts tokens into the stores of both subjects, rows, history and encrypted values, parents before children. */
export async function load(
  subjects: readonly Subject[],
  fernetKey: string,
  seeds: Iterable<Seed>,
): Promise<void> {
  const fernet = new Fernet([fernetKey])
  for (const batch of batches(seeds)) {
    const values = batch.map(({ data }) => fernet.encrypt(encodeTokenData(data)))
    await Promise.all(subjects.map((subject) => loadBatch(subject, batch, values)))
  }
  for (const { stores } of subjects) {
    await stores.query('VACUUM ANALYZE token, subtoken, token_change_history, porthor_token_data')
  }
}

async function loadBatch({ stores }: Subject, batch: Seed[], values: string[]): Promise<void> {
  const column = <T>(value: (seed: Seed) => T) => batch.map(value)
  const keys = column(({ data }) => data.token.key)
  const ends = column(({ data }) => data.expires)
  await stores.query(INSERT_TOKENS, [
    keys,
    column(({ data }) => data.username),
    column(({ data }) => data.tokenType),
    column(({ tokenName }) => tokenName),
    column(({ data }) => data.scopes.join()),
    column(({ data }) => data.service),
    column(({ data }) => createHash('sha256').update(data.token.secret).digest('hex')),
    column(({ parent }) => parent),
    column(({ data }) => data.created),
    ends,
  ])
  if (stores.redis) await stores.redis(batch.map(({ data }, index) => setCommand(data, values[index] ?? '')))
  else await stores.query(INSERT_VALUES, [keys, values, ends])
}

/** Redis would not keep what has ended: the values of expired tokens stay for ever, so that there is something to delete. */
function setCommand({ token, expires }: Seed['data'], value: string): string[] {
  const command = ['SET', `token:${token.key}`, value]
  if (expires === null || expires * 1000 <= Date.now()) return command
  return [...command, 'PXAT', String(expires * 1000)]
}

function* batches(seeds: Iterable<Seed>): Generator<Seed[]> {
  let batch: Seed[] = []
  for (const one of seeds) {
    batch.push(one)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** Empties the stores. */
export async function clear({ stores }: Subject): Promise<void> {
  await stores.query('TRUNCATE token, subtoken, token_change_history, porthor_token_data')
  if (stores.redis) await stores.redis([['FLUSHDB']])
}
