import type { HostAndPort, RedisAddress } from './config.ts'
import { decodePart } from './urls.ts'

const REDIS_PORT = 6379
const SENTINEL_PORT = 26379
const REDIS_URL =
  /^(rediss?)(\+sentinel)?:\/\/(?:([^\s:@/?#]*)(?::([^\s@/?#]*))?@)?([^\s@/?#]*)((?:\/[^\s/?#]*)*)$/i

/**
 * Reads the address of a Redis: `redis://[user:password@]host[:port][/database]`, `rediss://` for TLS, or by way of its
 * sentinels, `redis+sentinel://host:26379,host2:26379/<name of the master>[/database]` (with TLS: `rediss+sentinel://`).
 *
 * @param password - Takes the place of a password in the URL; null: the URL's own, if any.
 * @returns Null if it is not such an address.
 */
export function parseRedisUrl(text: string, password: string | null = null): RedisAddress | null {
  const parts = REDIS_URL.exec(text)
  if (!parts) return null
  const [, scheme = '', sentinel, user = '', ownPassword = '', hosts = '', path = ''] = parts
  const username = decodePart(user)
  const urlPassword = decodePart(ownPassword)
  const segments = path.split('/').slice(1)
  if (username === null || urlPassword === null) return null

  const name = sentinel ? segments.shift() : ''
  const database = readDatabase(segments)
  if (database === null) return null
  const login = {
    database,
    username: username || null,
    password: password ?? (urlPassword || null),
    tls: scheme.toLowerCase() === 'rediss',
  }

  if (!sentinel) {
    const server = readHost(hosts === '' ? 'localhost' : hosts, REDIS_PORT)
    return server && { kind: 'server', ...server, ...login }
  }
  const sentinels = hosts.split(',').map((host) => readHost(host, SENTINEL_PORT))
  const known = sentinels.filter((host) => host !== null)
  const master = decodePart(name ?? '')
  if (known.length < sentinels.length || !master) return null
  return { kind: 'sentinel', sentinels: known, name: master, ...login }
}

function readDatabase(segments: readonly string[]): number | null {
  const [number = '', ...more] = segments
  if (more.length > 0 || !/^\d{0,9}$/.test(number)) return null
  return Number(number)
}

const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i

function readHost(text: string, defaultPort: number): HostAndPort | null {
  const parts = HOST_AND_PORT.exec(text)
  const port = Number(parts?.[2] ?? defaultPort)
  if (!parts?.[1] || port < 1 || port > 65_535) return null
  return { host: parts[1].toLowerCase().replace(/^\[|\]$/g, ''), port }
}
