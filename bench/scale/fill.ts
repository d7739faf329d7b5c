import { createClient } from '@redis/client'
import pg from 'pg'
import { joinScopes } from '../../src/models/scopes.ts'
import { secretDigest, Token } from '../../src/models/token.ts'
import { openPostgres } from '../../src/storage/database.ts'
import { migrations } from '../../src/storage/migrations/index.ts'
import { SchemaManager } from '../../src/storage/schema-manager.ts'
import type { TokenDataCipher } from '../../src/storage/token-data/token-data-cipher.ts'
import { copyInto } from './copy.ts'
import { type PastToken, pastTokens, type SiteToken, siteTokens, TOKENS_A_USER } from './site.ts'

export interface FillTarget {
  databaseUrl: string
  redisPort: number
  cipher: TokenDataCipher
}

/** Some of the tokens that were made, to be asked about. */
export class Sample {
  /** Live ones from everywhere. */
  readonly tokens: Token[] = []
  /** A notebook's, with two services' below it; null: none yet. */
  notebook: { username: string; token: Token } | null = null
  #seen = 0

  take({ data }: SiteToken, now: number): void {
    if (data.expires !== null && data.expires <= now) return
    if (this.#seen++ % SAMPLED_EACH === 0) this.tokens.push(data.token)
    if (data.tokenType === 'notebook') this.notebook ??= { username: data.username, token: data.token }
  }
}

const SAMPLED_EACH = 97
/** Users a round: their tokens are in memory at once. */
const USERS_A_ROUND = 1_000
const REDIS_BATCH = 2_000

/**
 * Adds the tokens of users, with two years of history, to PostgreSQL (COPY) and Redis (pipelined).
 *
 * @param onProgress - Told after each round how many tokens are there.
 */
export async function fill(
  target: FillTarget,
  users: { first: number; end: number; now: number },
  sample: Sample,
  onProgress: (tokens: number) => void,
): Promise<void> {
  const client = new pg.Client(target.databaseUrl)
  const redis = connectionTo(target.redisPort)
  await Promise.all([client.connect(), redis.connect()])
  try {
    // As for any bulk load: no checks of foreign keys row by row, and indexes made at the end.
    await client.query('SET session_replication_role = replica; SET synchronous_commit = off')
    for (const { name } of migrations.flatMap(({ indexes }) => indexes))
      await client.query(`DROP INDEX IF EXISTS ${pg.escapeIdentifier(name)}`)
    for (let first = users.first; first < users.end; first += USERS_A_ROUND) {
      const end = Math.min(first + USERS_A_ROUND, users.end)
      const tokens = [...siteTokens(first, end, users.now)]
      for (const token of tokens) sample.take(token, users.now)
      await copyTokens(client, tokens)
      await copyHistory(client, tokens, pastTokens(first, end, users.now))
      await setValues(redis, target.cipher, tokens, users.now)
      onProgress(end * TOKENS_A_USER)
    }
    const connection = openPostgres({ url: target.databaseUrl })
    await new SchemaManager(connection).update()
    await connection.close()
    // As autovacuum would leave it: the visibility map and the planner's figures.
    await client.query('VACUUM ANALYZE')
  } finally {
    await client.end()
    redis.destroy()
  }
}

/** Adds one token with so many others below it, ten below each. */
export async function fillSubtree(target: FillTarget, top: SiteToken, descendants: number, now: number) {
  const tokens = [top]
  for (let index = 0; index < descendants; index++) {
    const parent = tokens[Math.floor(index / 10)]?.data.token.key ?? null
    const data = { ...top.data, token: Token.generate(), tokenType: 'internal' as const, service: 'tap' }
    tokens.push({ data, tokenName: null, parent })
  }
  const client = new pg.Client(target.databaseUrl)
  const redis = connectionTo(target.redisPort)
  await Promise.all([client.connect(), redis.connect()])
  await copyTokens(client, tokens)
  await setValues(redis, target.cipher, tokens, now)
  await client.query('ANALYZE token, subtoken')
  await client.end()
  redis.destroy()
}

/** Where the machine is busy, a batch may take its time. */
function connectionTo(port: number) {
  const client = createClient({ socket: { host: '127.0.0.1', port }, commandOptions: { timeout: 0 } })
  // Its commands fail where it breaks; unheard, this would end the process.
  client.on('error', () => {})
  return client
}

async function copyTokens(client: pg.Client, tokens: readonly SiteToken[]): Promise<void> {
  await copyInto(
    client,
    'token (token, username, token_type, token_name, scopes, service, created, expires, secret_digest)',
    tokens.map(({ data, tokenName }) => [
      ...[data.token.key, data.username, data.tokenType, tokenName, joinScopes(data.scopes), data.service],
      ...[time(data.created), time(data.expires), `\\x${secretDigest(data.token.secret).toString('hex')}`],
    ]),
  )
  const children = tokens.filter(({ parent }) => parent !== null)
  await copyInto(
    client,
    'subtoken (child, parent)',
    children.map(({ data, parent }) => [data.token.key, parent]),
  )
}

async function copyHistory(
  client: pg.Client,
  tokens: readonly SiteToken[],
  past: Iterable<PastToken>,
): Promise<void> {
  const target = `token_change_history
    (token, username, token_type, token_name, parent, scopes, service, expires, actor, action, ip_address, event_time)`
  await copyInto(
    client,
    target,
    tokens.map(({ data, tokenName, parent }) => [
      ...[data.token.key, data.username, data.tokenType, tokenName, parent, joinScopes(data.scopes)],
      ...[data.service, time(data.expires), data.username, 'create', '192.0.2.1', time(data.created)],
    ]),
  )
  await copyInto(
    client,
    'token_auth_history (token, username, token_type, token_name, parent, scopes, service, ip_address, event_time)',
    tokens.map(({ data, tokenName, parent }) => [
      ...[data.token.key, data.username, data.tokenType, tokenName, parent, joinScopes(data.scopes)],
      ...[data.service, '192.0.2.1', time(data.created + 60)],
    ]),
  )
  function* entries() {
    for (const { key, username, created, ended } of past) {
      const of = [key, username, 'session', null, null, 'exec:test,read:all', null, time(ended), username]
      yield [...of, 'create', '192.0.2.1', time(created)]
      yield [...of, 'expire', null, time(ended)]
    }
  }
  await copyInto(client, target, entries())
}

async function setValues(
  redis: { sendCommand(command: string[]): Promise<unknown> },
  cipher: TokenDataCipher,
  tokens: readonly SiteToken[],
  now: number,
): Promise<void> {
  const live = tokens.filter(({ data }) => data.expires === null || data.expires > now)
  for (let start = 0; start < live.length; start += REDIS_BATCH) {
    await Promise.all(
      live.slice(start, start + REDIS_BATCH).map(({ data }) => {
        const end = data.expires === null ? [] : ['PXAT', String(data.expires * 1000)]
        return redis.sendCommand(['SET', `token:${data.token.key}`, cipher.encrypt(data), ...end])
      }),
    )
  }
}

function time(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString().slice(0, 19)
}
