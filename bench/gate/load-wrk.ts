import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { LoadOptions, LoadResult } from './load.ts'

const SCRIPT = fileURLToPath(new URL('load.lua', import.meta.url))

/** `wrk`, with one thread. */
export async function driveByWrk(options: LoadOptions): Promise<LoadResult> {
  const { url, path, tokens, seconds, connections, folder } = options
  const file = join(folder, 'tokens')
  await writeFile(file, `${tokens.join('\n')}\n`, { mode: 0o600 })
  const { stdout } = await promisify(execFile)(
    'wrk',
    [
      ...['--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`],
      ...['--script', SCRIPT, url],
    ],
    { env: { ...process.env, BENCH_TOKENS: file, BENCH_PATH: path } },
  )
  const line = stdout.trim().split('\n').at(-1) ?? ''
  const { microseconds, ...result } = JSON.parse(line) as Omit<LoadResult, 'requestsPerSecond'> & {
    microseconds: number
  }
  return { requestsPerSecond: result.requests / (microseconds / 1e6), ...result }
}

export async function hasWrk(): Promise<boolean> {
  return promisify(execFile)('wrk', ['--version']).then(
    () => true,
    // It prints its version and ends with 1.
    (error: { code?: unknown }) => error.code === 1,
  )
}
