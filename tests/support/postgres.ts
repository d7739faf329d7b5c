import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** A database of a test's own. */
export interface TestDatabase {
  readonly name: string
  /** `postgresql://user@host:port/name` */
  readonly url: string
  /** Removes it, connected clients or not; may be called twice. */
  drop(): Promise<void>
}

const defaultUrl = 'postgresql://postgres@127.0.0.1:5432/postgres'
const prefix = 'porthor_test_'
const outlivedAfterSeconds = 6 * 3600

/** True, or why tests that need PostgreSQL are left out (found out before the tests, by global-setup.ts). */
export function postgresAvailable(): true | string {
  return process.env.PORTHOR_TEST_MISSING_POSTGRES ?? true
}

/** A database of the PostgreSQL server that the tests use, from which others can be created. */
export function postgresServerUrl(): string {
  return process.env.PORTHOR_TEST_POSTGRES_URL ?? defaultUrl
}

/**
 * Creates a database, empty or as a copy of a template, to which nobody may be connected at that moment.
 * What the test does not drop is dropped at the end of the whole run.
 */
export async function createTestDatabase(template?: TestDatabase): Promise<TestDatabase> {
  const name = newDatabaseName()
  const copied = template ? ` TEMPLATE ${pg.escapeIdentifier(template.name)}` : ''
  await onServer((client) => client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}${copied}`))
  const url = new URL(postgresServerUrl())
  url.pathname = `/${name}`
  return {
    name,
    url: url.href,
    drop: () => onServer((client) => dropDatabase(client, name)),
  }
}

/**
 * Drops the databases that a run of the tests has left, and those of other runs that must have died.
 *
 * @param run - As in PORTHOR_TEST_RUN while those tests ran.
 */
export async function dropLeftDatabases(run: string): Promise<void> {
  await onServer(async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [prefix],
    )
    for (const { datname } of rows) {
      if (datname.startsWith(`${prefix}${run}_`) || isOutlived(datname)) await dropDatabase(client, datname)
    }
  })
}

/** Seconds since the epoch, at which a run began, and a random part: names its databases. */
export function newRunName(): string {
  return `${Math.floor(Date.now() / 1000)}_${randomBytes(3).toString('hex')}`
}

const ownRun = newRunName()

function newDatabaseName(): string {
  return `${prefix}${process.env.PORTHOR_TEST_RUN ?? ownRun}_${randomBytes(6).toString('hex')}`
}

function isOutlived(name: string): boolean {
  const begun = Number(name.slice(prefix.length).split('_')[0])
  return begun + outlivedAfterSeconds < Date.now() / 1000
}

async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`)
}

/** @throws The server is not there, or refuses. */
async function onServer<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: postgresServerUrl(), connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
