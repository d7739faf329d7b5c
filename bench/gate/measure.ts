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

/** A server and what was seen of it, round by round. */
interface Side {
  readonly server: ServerProcess
  readonly results: Measured[]
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
 * Drives both servers, by turns unless the tokens are to be cold; the median of each counts. Each round of a server goes on with
 * the token at which its last one ended.
 *
 * @throws Requests were refused that should not have been, or the other way round, or not answered.
 */
export async function compare(
  scenario: Scenario,
  bare: ServerProcess,
  porthor: ServerProcess,
  options: MeasureOptions,
): Promise<Comparison> {
  const { tokens, warmUp } = scenario
  const bareSide: Side = { server: bare, results: [] }
  const porthorSide: Side = { server: porthor, results: [] }
  for (const sides of warmUp ? [[bareSide], [porthorSide]] : [[bareSide, porthorSide]]) {
    for (const { server } of sides) {
      await measure(scenario, server, { ...options, tokens: warmUp ?? tokens, seconds: WARM_UP_SECONDS })
    }
    for (let round = 0; round < options.rounds; round++) {
      for (const { server, results } of sides) {
        const asked = results.reduce((sum, { requests }) => sum + requests, 0) % tokens.length
        const next = [...tokens.slice(asked), ...tokens.slice(0, asked)]
        results.push(await measure(scenario, server, { ...options, tokens: next }))
      }
    }
  }
  return comparisonOf(scenario, medianOf(bareSide.results), medianOf(porthorSide.results))
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
