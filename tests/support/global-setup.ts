import { chmod } from 'node:fs/promises'
import pg from 'pg'
import { opensslAvailable } from './certificates.ts'
import { browserAvailable } from './chromium.ts'
import { curlAvailable } from './curl.ts'
import { embeddedImage } from './embedded-template.ts'
import { dropLeftDatabases, newRunName, postgresServerUrl } from './postgres.ts'
import { type PostgresServer, startPostgresServer } from './postgres-server.ts'
import { programAvailable } from './programs.ts'
import { redisAvailable } from './redis.ts'
import { slapdAvailable } from './slapd.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'

/** What tests/proxies runs. */
const proxyPrograms = ['nginx', 'traefik', 'caddy', 'envoy', 'haproxy'] as const

/**
 * Finds or starts what the tests share, before the first of them, and ends it after the last.
 * The workers learn of it by the environment: PORTHOR_TEST_POSTGRES_URL, PORTHOR_TEST_RUN, PORTHOR_TEST_FOLDER, and for each
 * missing part PORTHOR_TEST_MISSING_… with the reason.
 *
 * @throws PORTHOR_TEST_POSTGRES_URL leads nowhere.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  const run = newRunName()
  process.env.PORTHOR_TEST_RUN = run
  const folder = await folderOfRun()
  const ownServer = await findOrStartPostgres()
  // Before several workers would each make it.
  await embeddedImage('schema')
  noteMissing('REDIS', redisAvailable())
  noteMissing('CURL', curlAvailable())
  noteMissing('SLAPD', slapdAvailable())
  noteMissing('OPENSSL', opensslAvailable())
  noteMissing('CHROMIUM', browserAvailable())
  for (const program of proxyPrograms) noteMissing(program.toUpperCase(), programAvailable(program))
  return async () => {
    if (ownServer) await ownServer.stop()
    else if (!process.env.PORTHOR_TEST_MISSING_POSTGRES) await dropLeftDatabases(run)
    await folder.remove()
  }
}

/** Where the tests of this run put their temporary folders. */
async function folderOfRun(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder('run')
  // Entered by the user that runs PostgreSQL, too.
  await chmod(folder.path, 0o711)
  process.env.PORTHOR_TEST_FOLDER = folder.path
  return folder
}

/** The server started for this run; undefined where one was found, or none could be started. */
async function findOrStartPostgres(): Promise<PostgresServer | undefined> {
  const refusal = await connectionRefusal(postgresServerUrl())
  if (!refusal) return undefined
  if (process.env.PORTHOR_TEST_POSTGRES_URL) {
    throw new Error('no PostgreSQL answers at PORTHOR_TEST_POSTGRES_URL', { cause: refusal })
  }
  try {
    const server = await startPostgresServer()
    process.env.PORTHOR_TEST_POSTGRES_URL = server.url
    return server
  } catch (error) {
    noteMissing('POSTGRES', `no PostgreSQL runs at ${postgresServerUrl()}, and none starts: ${error}`)
    return undefined
  }
}

async function connectionRefusal(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    await client.end()
    return undefined
  } catch (error) {
    return error
  }
}

function noteMissing(part: string, available: true | string): void {
  if (available !== true) process.env[`PORTHOR_TEST_MISSING_${part}`] = available
}

/** The reasons why tests will be left out, one for each missing part. */
export function missingParts(): string[] {
  return Object.entries(process.env)
    .filter(([name]) => name.startsWith('PORTHOR_TEST_MISSING_'))
    .map(([, reason]) => String(reason))
}
