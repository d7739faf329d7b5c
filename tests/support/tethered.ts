import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

/** A program that cannot outlive the process that started it, even one that is killed. */
export interface TetheredProgram {
  /** Of the program itself. */
  readonly pid: number
  /** Settles when the program has ended: with its exit status, or 128 plus the number of the signal that ended it. */
  readonly exited: Promise<number>
  /** What it has written so far, to either of its output streams. */
  output(): string
  /**
   * Waits until the output holds this text.
   *
   * @throws The program has ended, or the time is over, without it; the message holds the output.
   */
  waitForOutput(text: string, timeoutSeconds?: number): Promise<void>
  /** Sends it a signal, if it still runs. */
  signal(signal: NodeJS.Signals): void
  /** Sends it a signal and waits for its end: with its exit status, as `exited`. */
  end(signal: NodeJS.Signals): Promise<number>
}

export interface TetherOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Whom to run it as; only root may say so. */
  readonly uid?: number
  readonly gid?: number
  /** A folder to be removed when the program has ended. */
  readonly removeFolder?: string
}

/**
 * The shell between. Its input ends when the parent does, however that dies: then it kills the program.
 * On file descriptor 3 it tells the program's process id.
 */
const TETHER = `
folder=$1
shift
exec 4<&0
"$@" </dev/null 3>&- 4<&- &
program=$!
echo "$program" >&3
exec 3>&- >/dev/null 2>&1
{ read -r _ <&4; kill -KILL "$program"; } &
watcher=$!
wait "$program"
status=$?
kill "$watcher"
# Killed, it may leave children that write a little longer.
[ -z "$folder" ] || rm -rf "$folder" || { sleep 2; rm -rf "$folder"; }
exit "$status"
`

/**
 * Starts a program that ends with this process at the latest, and before it wherever the process would not end by itself.
 *
 * @throws There is no shell. A command that cannot be run is no error here: it exits with 126 or 127.
 */
export async function startTethered(
  command: string,
  args: readonly string[],
  options: TetherOptions = {},
): Promise<TetheredProgram> {
  const { removeFolder = '', ...spawnOptions } = options
  const shell = spawn('/bin/sh', ['-c', TETHER, 'tether', removeFolder, command, ...args], {
    ...spawnOptions,
    // In a session of its own: Ctrl-C in the terminal is for the tests, which end what they started.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  })
  let written = ''
  let hasEnded = false
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      written += chunk
    })
  }
  // 'close' rather than 'exit': by then all output has been read.
  const exited = new Promise<number>((resolve, reject) => {
    shell.once('error', reject)
    shell.once('close', (status, signal) => {
      hasEnded = true
      resolve(status ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
  const pid = await readPid(shell.stdio[3] as Readable)

  return {
    pid,
    exited,
    output: () => written,
    async waitForOutput(text, timeoutSeconds = 30) {
      const deadline = Date.now() + timeoutSeconds * 1000
      while (!written.includes(text)) {
        if (hasEnded) throw new Error(`${command} ended without writing "${text}":\n${written}`)
        if (Date.now() > deadline) throw new Error(`${command} has not written "${text}":\n${written}`)
        await sleep(5)
      }
    },
    signal(signal) {
      if (!hasEnded) sendSignal(pid, signal)
    },
    async end(signal) {
      if (!hasEnded) sendSignal(pid, signal)
      return exited
    },
  }
}

async function readPid(stream: Readable): Promise<number> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return Number(text)
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It has just ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
