import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Process ids of the programs that a program has started and that run still: with `--workers`, its workers. */
export async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '--ppid', String(pid)]).catch(() => ({
    stdout: '',
  }))
  return stdout.trim().split('\n').filter(Boolean).map(Number)
}
