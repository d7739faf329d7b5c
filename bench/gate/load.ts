import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** What a load tool saw: latencies in microseconds. */
export interface LoadResult {
  requestsPerSecond: number
  p50: number
  p99: number
  p999: number
  /** Answers of another status than 2xx. */
  refused: number
  /** Requests without an answer. */
  failed: number
}

export interface LoadOptions {
  url: string
  path: string
  /** Asked with one after the other, again and again. */
  tokens: readonly string[]
  seconds: number
  connections: number
  /** For the file of tokens. */
  folder: string
}

const SCRIPT = fileURLToPath(new URL('load.lua', import.meta.url))

/** Drives a server with `wrk`, one thread, over connections that are kept alive. */
export async function drive(options: LoadOptions): Promise<LoadResult> {
  const { url, path, tokens, seconds, connections, folder } = options
  const file = join(folder, 'tokens')
  await writeFile(file, `${tokens.join('\n')}\n`, { mode: 0o600 })
  const { stdout } = await promisify(execFile)(
    'wrk',
    [
      '--threads',
      '1',
      '--connections',
      String(connections),
      '--duration',
      `${seconds}s`,
      '--script',
      SCRIPT,
      url,
    ],
    { env: { ...process.env, BENCH_TOKENS: file, BENCH_PATH: path } },
  )
  const line = stdout.trim().split('\n').at(-1) ?? ''
  const { requests, microseconds, ...rest } = JSON.parse(line) as Omit<LoadResult, 'requestsPerSecond'> & {
    requests: number
    microseconds: number
  }
  return { requestsPerSecond: requests / (microseconds / 1e6), ...rest }
}

export async function hasWrk(): Promise<boolean> {
  return promisify(execFile)('wrk', ['--version']).then(
    () => true,
    // It prints its version and ends with 1.
    (error: { code?: unknown }) => error.code === 1,
  )
}
