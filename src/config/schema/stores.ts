import * as z from 'zod'
import { parseRedisUrl } from '../redis-url.ts'
import { normaliseDatabaseUrl } from '../urls.ts'
import { duration, number, option, text } from './option.ts'

const databaseUrl = () =>
  text().refine(
    (url) => normaliseDatabaseUrl(url) !== null,
    'must be a postgresql:// URL of one host, with special characters of user and password percent-encoded',
  )

const redisUrl = () =>
  text().refine(
    (url) => parseRedisUrl(url) !== null,
    'must be redis://host:port/number, rediss://… or redis+sentinel://host:port,host:port/master/number, with special characters of user and password percent-encoded',
  )

/** Where everything is kept. */
export const storeOptions = {
  database: option(z.enum(['embedded', 'postgresql']).optional(), {
    type: '`embedded` or `postgresql`',
    environment: 'DATABASE',
    own: true,
    defaultText: '`postgresql` with a configuration file, `embedded` without one',
    description:
      'The kind of database. `embedded`: one in the data folder, inside the one process of Porthor.',
  }),
  tokenStore: option(z.enum(['sql', 'redis']).optional(), {
    type: '`sql` or `redis`',
    environment: 'TOKEN_STORE',
    own: true,
    defaultText: '`redis` with PostgreSQL, `sql` with the embedded database',
    description:
      'Where the data of tokens lie: in the database too, or in Redis, where Gafaelfawr has them. The embedded database goes with `sql` only.',
  }),
  dataFolder: option(text().prefault('./data'), {
    type: 'path',
    environment: 'DATA',
    own: true,
    description: 'Folder of the embedded database and its secrets, relative to the working directory.',
  }),
  databaseUrl: option(databaseUrl().optional(), {
    type: '`postgresql://` URL',
    environment: 'DATABASE_URL',
    defaultText: 'required with PostgreSQL',
    description:
      'The database: one host, parameters such as `sslmode` after a `?`. `postgres://` and `postgresql+asyncpg://` mean the same.',
  }),
  databasePassword: option(text().optional(), {
    type: 'secret',
    environment: 'DATABASE_PASSWORD',
    description: 'Takes the place of any password in `databaseUrl`.',
  }),
  listenDatabaseUrl: option(databaseUrl().optional(), {
    type: '`postgresql://` URL',
    environment: 'LISTEN_DATABASE_URL',
    own: true,
    defaultText: '`databaseUrl`',
    description:
      'The same database without a pooler between, for `LISTEN`: a pooler that lends connections per transaction loses notifications.',
  }),
  // Two at least: who compares the stores holds a lock meanwhile.
  databasePoolSize: option(number({ minimum: 2, maximum: 10_000, integer: true }).prefault(10), {
    type: 'connections',
    environment: 'DATABASE_POOL_SIZE',
    own: true,
    description: 'The most connections that each process opens to the database.',
  }),
  redisPersistentUrl: option(redisUrl().optional(), {
    type: 'Redis URL',
    environment: 'REDIS_PERSISTENT_URL',
    defaultText: 'required with `tokenStore: redis`',
    description:
      'The Redis of tokens and quota overrides: `redis://[user@]host[:6379][/0]`, `rediss://` for TLS, `redis+sentinel://host:26379,host2:26379/<name of the master>[/0]` by way of sentinels.',
  }),
  redisEphemeralUrl: option(redisUrl().optional(), {
    type: 'Redis URL',
    environment: 'REDIS_EPHEMERAL_URL',
    defaultText: 'required with `tokenStore: redis`',
    description: 'The Redis of rate limits and OpenID Connect codes, in the same form.',
  }),
  redisPassword: option(text().optional(), {
    type: 'secret',
    environment: 'REDIS_PASSWORD',
    description: 'Password of both; takes the place of those in the URLs.',
  }),
  redisLinkLease: option(duration({ minimumSeconds: 0.1, fraction: true }).prefault('2s'), {
    type: 'duration',
    description:
      'How long an answer from memory counts without proof that its connection to Redis (or, with `tokenStore: sql`, to the database) is alive. This bounds how late a revocation is seen when a link fails in silence.',
  }),
  redisBlessingLease: option(duration({ minimumSeconds: 0.1, fraction: true }).prefault('60s'), {
    type: 'duration',
    description:
      'How long a Redis counts as the blessed one while the database cannot be asked. A failover of Redis that the database did not see is bounded by this.',
  }),
}
