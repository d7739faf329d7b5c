import type { ServerProcess } from '../../tests/support/server-process.ts'
import type { LoadOptions, LoadResult, LoadTool } from './load.ts'
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
 * Drives both servers by turns; the median of each counts.
 *
 * @throws Requests were refused that should not have been, or the other way round, or not answered.
 */
export async function compare(
  scenario: Scenario,
  bare: ServerProcess,
  porthor: ServerProcess,
  options: MeasureOptions,
): Promise<Comparison> {
  const { tool, seconds, connections, folder } = options
  const { path, tokens } = scenario
  const rounds = scenario.once ? 1 : options.rounds
  const load = (server: ServerProcess, seconds: number) =>
    measure(tool, server, { url: server.url, path, tokens, seconds, connections, folder })
  if (!scenario.once) for (const server of [bare, porthor]) await load(server, WARM_UP_SECONDS)
  const results: { bare: Measured[]; porthor: Measured[] } = { bare: [], porthor: [] }
  for (let round = 0; round < rounds; round++) {
    results.bare.push(await load(bare, seconds))
    results.porthor.push(await load(porthor, seconds))
  }
  return comparisonOf(scenario, medianOf(results.bare), medianOf(results.porthor))
}

async function measure(tool: LoadTool, server: ServerProcess, options: LoadOptions): Promise<Measured> {
  const before = await processorTime(server.program.pid)
  const result = await tool.drive(options)
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
