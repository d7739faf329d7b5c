import autocannon from 'autocannon'
import { quantile } from '../statistics.ts'
import { type LoadOptions, type LoadResult, REQUEST_HEADERS } from './load.ts'

/** `autocannon`, in this process. */
export async function driveByAutocannon(options: LoadOptions): Promise<LoadResult> {
  const { url, path, tokens, seconds, connections } = options
  let next = 0
  const setupRequest = (request: autocannon.Request) => {
    const authorization = `Bearer ${tokens[next++ % tokens.length]}`
    return { ...request, headers: { ...REQUEST_HEADERS, authorization } }
  }
  // Its own histogram knows whole milliseconds only.
  const latencies: number[] = []
  const { duration, errors, timeouts, non2xx } = await new Promise<autocannon.Result>((done, failed) => {
    const options = { url, connections, duration: seconds, requests: [{ path, setupRequest }] }
    const run = autocannon(options, (error, result) => (error ? failed(error) : done(result)))
    run.on('response', (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds * 1000))
  })
  const [p50 = 0, p99 = 0, p999 = 0] = [0.5, 0.99, 0.999].map((share) => quantile(latencies, share))
  const requests = latencies.length
  const figures = { p50, p99, p999, refused: non2xx, failed: errors + timeouts }
  return { requests, requestsPerSecond: requests / duration, ...figures }
}
