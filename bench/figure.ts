import { quantile } from './statistics.ts'

/** Operations a second of one subject, over all rounds. */
export interface Speed {
  median: number
  best: number
}

/** The highest that a process's memory was, in bytes; `half` with half of the tokens. */
export interface PeakMemory {
  half: number
  whole: number
}

/** One line of the report: the same work by both, in alternating rounds of one run. */
export interface Figure {
  name: string
  /** What is counted: calls, or tokens that a call has dealt with. */
  unit: 'operations' | 'tokens'
  /** How many were under way at any moment. */
  atOnce: number
  bare: Speed
  porthor: Speed
  /** Porthor's median speed over that of the bare statements. */
  ratio: number
  /** The quartiles of the ratios of neighbouring rounds: how sure the ratio is. */
  quartiles: [number, number]
  memory: { bare: PeakMemory; porthor: PeakMemory } | null
}

/** How long a round of each took, one after the other: seconds. */
export interface Round {
  bare: number
  porthor: number
}

/** @param size - How many operations or tokens a round has. */
export function figureOf(
  what: Pick<Figure, 'name' | 'unit' | 'atOnce'>,
  size: number,
  rounds: readonly Round[],
  memory: Figure['memory'] = null,
): Figure {
  const bare = speedOf(rounds.map((round) => size / round.bare))
  const porthor = speedOf(rounds.map((round) => size / round.porthor))
  const ratios = rounds.map((round) => round.bare / round.porthor)
  const quartiles: [number, number] = [quantile(ratios, 0.25), quantile(ratios, 0.75)]
  return { ...what, bare, porthor, ratio: porthor.median / bare.median, quartiles, memory }
}

function speedOf(speeds: number[]): Speed {
  return { median: quantile(speeds, 0.5), best: Math.max(...speeds) }
}
