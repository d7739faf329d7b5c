import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { runCommandLine } from '../../src/cli/run.ts'
import { checkoutFolder, cleanEnvironment } from '../support/server-process.ts'
import { collector } from './collector.ts'

export interface CliRun {
  /** The exit status; of one that a signal has ended: null. */
  status: number | null
  stdout: string
  stderr: string
}

export interface CliOptions {
  environment?: Readonly<Record<string, string>>
  cwd?: string
  /** What comes in at the input stream. */
  input?: string
}

const mainFile = join(checkoutFolder, 'src', 'cli', 'main.ts')

/** Runs the real program as a child process. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const child = spawn(process.execPath, [mainFile, ...args], {
    cwd: options.cwd ?? checkoutFolder,
    env: { ...cleanEnvironment(), ...options.environment },
  })
  child.stdin.on('error', () => {}).end(options.input ?? '')
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { status, stdout, stderr }
}

/** The same without a process of its own, which takes most of the time. */
export async function runCliHere(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const stdout = collector()
  const stderr = collector()
  const stdin = Readable.from([options.input ?? '']) as unknown as NodeJS.ReadStream
  const status = await runCommandLine(args, { stdin, stdout, stderr, environment: options.environment ?? {} })
  return { status, stdout: stdout.text(), stderr: stderr.text() }
}
