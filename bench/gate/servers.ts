import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkoutFolder, type ServerProcess, startServerProcess } from '../../tests/support/server-process.ts'
import { FERNET_KEY, type Stage } from '../stage.ts'

const BARE = fileURLToPath(new URL('bare-server.ts', import.meta.url))
/** The log of a run is far larger than what is to be kept in memory. */
const SILENTLY = ['/bin/sh', '-c', 'exec "$@" >/dev/null', 'sh'] as const

export interface PorthorVariant {
  workers: number
  logLevel: 'INFO' | 'WARNING'
}

/** The real program, on the stores of a stage. */
export async function startPorthor(
  { config }: Stage,
  folder: string,
  { workers, logLevel }: PorthorVariant,
): Promise<ServerProcess> {
  const file = join(folder, 'porthor.yaml')
  const { database, tokenStore } = config
  const redisUrl = redisUrlOf({ config })
  const settings = {
    ...(database.kind === 'embedded' && { database: 'embedded' }),
    ...(database.kind === 'postgresql' && { databaseUrl: database.url }),
    ...(tokenStore.kind === 'sql' && { tokenStore: 'sql' }),
    ...(database.kind === 'postgresql' && { bootstrapToken: config.bootstrapToken }),
    ...(redisUrl && { redisPersistentUrl: redisUrl, redisEphemeralUrl: redisUrl }),
    baseUrl: 'https://example.com',
    baseInternalUrl: 'http://127.0.0.1:8080',
    afterLogoutUrl: 'https://example.com/',
    sessionSecret: FERNET_KEY,
    knownScopes: {
      'admin:userinfo': 'User information',
      ...Object.fromEntries(config.knownScopes.map(({ name, description }) => [name, description])),
    },
    github: { clientId: 'bench', clientSecret: 'bench' },
    logLevel,
  }
  await writeFile(file, JSON.stringify(settings))
  return startServerProcess({
    command: [...SILENTLY, join(checkoutFolder, 'bin', 'porthor'), 'serve'],
    args: ['--config', file, '--workers', String(workers)],
    environment: database.kind === 'embedded' ? { PORTHOR_DATA: database.folder } : {},
  })
}

/** A server of bare node:http; with the address of a Redis, one that reads and decrypts each token. */
export function startBare(redisUrl: string | null = null): Promise<ServerProcess> {
  const args = redisUrl === null ? [] : ['--redis', redisUrl, '--key', FERNET_KEY]
  return startServerProcess({ command: [process.execPath, BARE], args })
}

/** Null: the stage has no Redis. */
export function redisUrlOf({ config }: Pick<Stage, 'config'>): string | null {
  const { tokenStore } = config
  if (tokenStore.kind !== 'redis' || tokenStore.persistent.kind !== 'server') return null
  return `redis://127.0.0.1:${tokenStore.persistent.port}/0`
}
