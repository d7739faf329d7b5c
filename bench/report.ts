import { cpus } from 'node:os'
import Table from 'cli-table3'
import type { Figure, PeakMemory } from './figure.ts'
import type { Options } from './options.ts'

/** What the figures were measured on, for whoever compares. */
export interface Setting {
  store: string
  database: string
  node: string
  processors: string
  backgroundTokens: number
  rounds: number
}

export function settingOf(options: Options, database: string): Setting {
  const [first] = cpus()
  return {
    store: options.store,
    database,
    node: process.version,
    processors: `${cpus().length} × ${first?.model.trim() ?? 'unknown'}`,
    backgroundTokens: options.backgroundTokens,
    rounds: options.rounds,
  }
}

export function asTable(setting: Setting, figures: readonly Figure[]): string {
  const table = new Table({
    head: ['', 'at once', 'bare /s', 'best', 'Porthor /s', 'best', 'ratio', 'quartiles'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const { name, unit, atOnce, bare, porthor, ratio, quartiles } of figures) {
    const speeds = [bare.median, bare.best, porthor.median, porthor.best].map(rounded)
    const what = unit === 'tokens' ? `${name} (tokens)` : name
    table.push([
      what,
      atOnce,
      ...speeds,
      ratio.toFixed(2),
      quartiles.map((one) => one.toFixed(2)).join(' – '),
    ])
  }
  const memory = figures.flatMap((figure) => memoryLines(figure))
  return [`${settingLine(setting)}\n`, table.toString(), ...memory, ''].join('\n')
}

function settingLine({ store, database, node, processors, backgroundTokens, rounds }: Setting): string {
  return `${store}, ${database}, Node ${node}, ${processors}; ${rounds} rounds each over ${backgroundTokens} other tokens`
}

function memoryLines({ name, memory }: Figure): string[] {
  if (!memory) return []
  const peak = ({ half, whole }: PeakMemory) =>
    `${megabytes(half)} with half of them, ${megabytes(whole)} with all`
  return [`${name}: peak memory of the process: bare ${peak(memory.bare)}; Porthor ${peak(memory.porthor)}`]
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}

function rounded(speed: number): string {
  return speed < 100 ? speed.toPrecision(3) : Math.round(speed).toLocaleString('en')
}
