import { driveByAutocannon } from './load-autocannon.ts'
import { driveByWrk, hasWrk } from './load-wrk.ts'

/** What a load tool saw: latencies in microseconds. */
export interface LoadResult {
  requests: number
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

/** Drives a server over connections that are kept alive, each of which sends its next request when it is answered. */
export interface LoadTool {
  name: string
  drive(options: LoadOptions): Promise<LoadResult>
}

/** `wrk` where it is installed: it leaves more of the machine to the server. */
export async function findLoadTool(): Promise<LoadTool> {
  if (await hasWrk()) return { name: 'wrk', drive: driveByWrk }
  return { name: 'autocannon', drive: driveByAutocannon }
}

/** What each request says beside its token. */
export const REQUEST_HEADERS = {
  'X-Original-URL': 'https://example.com/service/path',
  'X-Original-Method': 'GET',
}
