import { createClient } from '@redis/client'
import pg from 'pg'
import type { Config } from '../../src/config/index.ts'
import { openEmbeddedDatabase } from '../../src/storage/embedded/embedded-database.ts'
import { type FernetKey, fernetKey } from './fernet.ts'

export type Row = Record<string, string | number | Buffer | null>

/** A connection to the database, taken from the pool. */
export interface Client {
  query(text: string, values?: unknown[]): Promise<{ rows: Row[] }>
  release(): void
}

export interface Pool {
  connect(): Promise<Client>
  end(): Promise<void>
}

export type RedisClient = Awaited<ReturnType<typeof openRedis>>

/** One Redis connection, and which Redis it leads to (PROTOCOLS.md §7). */
export interface RedisLink {
  client: RedisClient
  identity: string
}

export interface BareStores {
  pool: Pool
  /** Connections that nobody uses at the moment; null: token data lies in the database. */
  idle: RedisLink[] | null
  openRedisLink: () => Promise<RedisLink>
  key: FernetKey
  knownScopes: string[]
}

const TIMESTAMP = 1114

/** The stores of a configuration, through `pg` and `@redis/client` alone; the embedded database through its worker. */
export async function openBareStores(config: Config): Promise<BareStores> {
  const { tokenStore, sessionSecrets } = config
  const openRedisLink = async () => {
    if (tokenStore.kind !== 'redis' || tokenStore.persistent.kind !== 'server') throw new Error('No Redis')
    const client = await openRedis(tokenStore.persistent)
    return { client, identity: await readIdentity(client) }
  }
  return {
    pool: await openPool(config),
    idle: tokenStore.kind === 'redis' ? [] : null,
    openRedisLink,
    key: fernetKey(sessionSecrets[0] ?? ''),
    knownScopes: config.knownScopes.map(({ name }) => name),
  }
}

async function openPool({ database }: Config): Promise<Pool> {
  if (database.kind === 'embedded') {
    return (await openEmbeddedDatabase({ folder: database.folder })).pool as unknown as Pool
  }
  const types = {
    getTypeParser(oid: number, format?: 'text' | 'binary') {
      if (oid === TIMESTAMP)
        return (text: string) => Math.floor(Date.parse(`${text.replace(' ', 'T')}Z`) / 1000)
      return pg.types.getTypeParser(oid, format)
    },
  } as pg.CustomTypesConfig
  const pool = new pg.Pool({ connectionString: database.url, max: database.poolSize, types })
  // Its end does not wait for the connections': one that its database's end cuts short is no failure.
  pool.on('error', () => {})
  return pool
}

async function openRedis({ host, port }: { host: string; port: number }) {
  const client = createClient({
    RESP: 3,
    disableOfflineQueue: true,
    commandOptions: { timeout: 2_000 },
    socket: { host, port, reconnectStrategy: false },
  })
  client.on('error', () => {})
  await client.connect()
  return client
}

async function readIdentity(client: RedisClient): Promise<string> {
  const info = (await client.info('server')) + (await client.info('replication'))
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
  return `${field('run_id')}:${field('master_replid')}`
}

export async function takeRedis(stores: BareStores): Promise<RedisLink | null> {
  if (stores.idle === null) return null
  return stores.idle.pop() ?? stores.openRedisLink()
}

export function giveBack(stores: BareStores, link: RedisLink | null): void {
  if (link) stores.idle?.push(link)
}
