import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'
import { startTethered, type TetheredProgram } from './tethered.ts'

/** `bin/porthor serve`, answering. */
export interface ServerProcess {
  /** Without a slash at the end: `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly port: number
  /** The program: its process id, its output, signals to it. */
  readonly program: TetheredProgram
  /**
   * Ends it as Ctrl-C does.
   *
   * @throws It had to be killed, or ended with another status than 0; the message holds its output.
   */
  close(): Promise<void>
}

export interface ServerOptions {
  /** Beside `--host` and `--port`. */
  readonly args?: readonly string[]
  /** Beside the environment of the tests, of which settings of Porthor are left out. */
  readonly environment?: Readonly<Record<string, string>>
  /** Where to listen; a free port by default. */
  readonly port?: number
  /** What starts the server, to which `--host` and `--port` are added; `bin/porthor serve` by default. */
  readonly command?: readonly [program: string, ...args: string[]]
  readonly cwd?: string
}

/** The root of this repository. */
export const checkoutFolder = fileURLToPath(new URL('../..', import.meta.url))

const porthorProgram = join(checkoutFolder, 'bin', 'porthor')

// A new data folder takes seconds, and longer on a busy machine.
const startSeconds = 90
const endSeconds = 20

/**
 * Starts the real program and waits until it is healthy.
 *
 * @throws It has ended, or is not healthy within a minute and a half; the message holds its output.
 */
export async function startServerProcess(options: ServerOptions = {}): Promise<ServerProcess> {
  const port = options.port ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  const [command, ...firstArgs] = options.command ?? [porthorProgram, 'serve']
  const args = [...firstArgs, '--host', '127.0.0.1', '--port', String(port), ...(options.args ?? [])]
  const program = await startTethered(command, args, {
    cwd: options.cwd ?? checkoutFolder,
    env: { ...cleanEnvironment(), ...options.environment },
  })
  try {
    await waitUntilHealthy(url, program)
  } catch (error) {
    await program.end('SIGKILL')
    throw error
  }
  return { url, port, program, close: () => closeProgram(program) }
}

/**
 * The environment of a new terminal: without settings of Porthor, which whoever runs the tests may have, and without what
 * npm and Vitest add for the programs that they run, the pinned runtime's place at the head of the path included.
 */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const added = /^(PORTHOR_|GAFAELFAWR_|VITEST|NODE_ENV$|npm_(?!config_)|npm_config_local_prefix$|INIT_CWD$)/
  const kept = Object.entries(process.env).filter(([name]) => !added.test(name))
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter) }
}

async function waitUntilHealthy(url: string, program: TetheredProgram): Promise<void> {
  let hasEnded = false
  void program.exited.then(() => {
    hasEnded = true
  })
  const deadline = Date.now() + startSeconds * 1000
  while (!(await isHealthy(url))) {
    if (hasEnded) throw new Error(`porthor serve has ended:\n${program.output()}`)
    if (Date.now() > deadline) throw new Error(`porthor serve is not healthy:\n${program.output()}`)
    await sleep(50)
  }
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}

async function closeProgram(program: TetheredProgram): Promise<void> {
  const killed = AbortSignal.timeout(endSeconds * 1000)
  killed.addEventListener('abort', () => program.signal('SIGKILL'))
  const status = await program.end('SIGINT')
  if (status !== 0) throw new Error(`porthor serve ended with status ${status}:\n${program.output()}`)
}
