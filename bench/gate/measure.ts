import type { ServerProcess } from '../../tests/support/server-process.ts'
import type { LoadResult, LoadTool } from './load.ts'
import { processorTime } from './processor-time.ts'
import type { Scenario } from './scenarios.ts'

/** What was seen of one server under one load. */
export interface Measured extends LoadResult {
  /** Processor time of all its processes, a request: microseconds; null: not known on this system. */
  processorMicroseconds: number | null
}

export interface Comparison {
  bare: Measured
  porthor: Measured
  /** Of requests a second. */
  ratio: number
  /** Of what processor time would allow, whatever else the machine does; null: not known. */
  processorRatio: number | null
}

export interface MeasureOptions {
  tool: LoadTool
  seconds: number
  rounds: number
  connections: number
  folder: string
}

const WARM_UP_SECONDS = 2

/**
 * Drives both servers, by turns unless the tokens are to be cold; the median of each counts.
 *
 * @throws Requests were refused that should not have been, or the other way round, or not answered.
 */
export async function compare(
  scenario: Scenario,
  bare: ServerProcess,
  porthor: ServerProcess,
  options: MeasureOptions,
): Promise<Comparison> {
  const servers = [bare, porthor]
  const results: Measured[][] = scenario.warmUp
    ? await apart(scenario, servers, options)
    : await byTurns(scenario, servers, options)
  const [bareResults = [], porthorResults = []] = results
  return comparisonOf(scenario, medianOf(bareResults), medianOf(porthorResults))
}

async function byTurns(
  scenario: Scenario,
  servers: ServerProcess[],
  options: MeasureOptions,
): Promise<Measured[][]> {
  const { tokens } = scenario
  for (const server of servers)
    await measure(scenario, server, { ...options, tokens, seconds: WARM_UP_SECONDS })
  const results: Measured[][] = servers.map(() => [])
  for (let round = 0; round < options.rounds; round++) {
    for (const [at, server] of servers.entries()) {
      results[at]?.push(await measure(scenario, server, { ...options, tokens }))
    }
  }
  return results
}

async function apart(
  scenario: Scenario,
  servers: ServerProcess[],
  options: MeasureOptions,
): Promise<Measured[][]> {
  const { tokens, warmUp = [] } = scenario
  const results: Measured[][] = []
  for (const server of servers) {
    await measure(scenario, server, { ...options, tokens: warmUp, seconds: WARM_UP_SECONDS })
    const own: Measured[] = []
    let asked = 0
    for (let round = 0; round < options.rounds; round++) {
      const next = asked % tokens.length
      const result = await measure(scenario, server, {
        ...options,
        tokens: [...tokens.slice(next), ...tokens.slice(0, next)],
      })
      asked += result.requests
      own.push(result)
    }
    results.push(own)
  }
  return results
}

async function measure(
  { path }: Scenario,
  server: ServerProcess,
  { tool, ...options }: MeasureOptions & { tokens: readonly string[] },
): Promise<Measured> {
  const before = await processorTime(server.program.pid)
  const result = await tool.drive({ ...options, url: server.url, path })
  const after = await processorTime(server.program.pid)
  const used = before === null || after === null ? null : after - before
  return { ...result, processorMicroseconds: used && used / result.requests }
}

function comparisonOf(scenario: Scenario, bare: Measured, porthor: Measured): Comparison {
  const { refused, failed } = porthor
  if (failed > 0 || refused > 0 !== (scenario.refused ?? false)) {
    throw new Error(`${scenario.name}: ${refused} refused, ${failed} failed`)
  }
  const { processorMicroseconds: own } = porthor
  return {
    ...{ bare, porthor },
    ratio: porthor.requestsPerSecond / bare.requestsPerSecond,
    processorRatio: own && bare.processorMicroseconds && bare.processorMicroseconds / own,
  }
}

function medianOf(results: Measured[]): Measured {
  const sorted = results.toSorted((one, other) => one.requestsPerSecond - other.requestsPerSecond)
  const median = sorted[Math.floor(sorted.length / 2)]
  if (!median) throw new Error('Nothing was measured')
  return median
}
