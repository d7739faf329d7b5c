import { join } from 'node:path'
import { sql } from 'kysely'
import { type Config, loadConfig } from '../src/config/index.ts'
import { openEmbedded, openPostgres } from '../src/storage/database.ts'
import { SchemaManager } from '../src/storage/schema-manager.ts'
import { Fernet } from '../src/storage/token-data/fernet.ts'
import { makeDataFolder } from '../tests/support/embedded-template.ts'
import { createTestDatabase } from '../tests/support/postgres.ts'
import { startRedis } from '../tests/support/redis.ts'
import { temporaryFolder } from '../tests/support/temporary-folder.ts'

export type StoreKind = 'redis' | 'sql' | 'embedded'

/** Stores of one subject's own: a database with its tables, and a Redis. */
export interface Stage {
  readonly config: Config
  remove(): Promise<void>
}

const SCOPES = ['admin:token', 'exec:test', 'read:all', 'user:token']
export const FERNET_KEY = Fernet.generateKey()

export async function createStage(kind: StoreKind): Promise<Stage> {
  const folder = await temporaryFolder('bench')
  const removals: (() => Promise<void>)[] = [() => folder.remove()]
  const base = await loadConfig({ environment: { PORTHOR_DATA: join(folder.path, 'data') } })
  let config: Config = {
    ...base,
    sessionSecrets: [FERNET_KEY],
    knownScopes: SCOPES.map((name) => ({ name, description: name })),
  }
  if (kind !== 'embedded') {
    const { url, drop } = await createTestDatabase()
    removals.push(drop)
    config = {
      ...config,
      database: { kind: 'postgresql', url, listenUrl: url, poolSize: 10 },
      tokenStore: { kind: 'sql' },
    }
  }
  if (kind === 'redis') {
    const { port, stop } = await startRedis()
    removals.push(stop)
    const login = { database: 0, username: null, password: null, tls: false }
    const address = { kind: 'server' as const, host: '127.0.0.1', port, ...login }
    config = { ...config, tokenStore: { kind: 'redis', persistent: address, ephemeral: address } }
  }
  await makeTables(config)
  return {
    config,
    async remove() {
      for (const removal of removals.toReversed()) await removal()
    },
  }
}

async function makeTables({ database }: Config): Promise<void> {
  if (database.kind === 'embedded') await makeDataFolder(database.folder)
  const connection =
    database.kind === 'embedded' ? await openEmbedded({ folder: database.folder }) : openPostgres(database)
  await new SchemaManager(connection).update()
  // No vacuum of PostgreSQL's own between two rounds that are compared.
  for (const table of ['token', 'subtoken', 'token_change_history', 'porthor_token_data']) {
    await sql.raw(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`).execute(connection.db)
  }
  await connection.close()
}
