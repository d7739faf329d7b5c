import Table from 'cli-table3'
import type { Output } from './shell.ts'

const NO_BORDERS = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
}

export type Cell = string | number | null

/** Writes a table for people: a heading, then a line for each row. Null reads "-". */
export function writeTable(
  output: Output,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
): void {
  const table = new Table({
    head: head.map((title) => title.toUpperCase()),
    chars: NO_BORDERS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  })
  table.push(...rows.map((row) => row.map(cellText)))
  writeLines(output, table.toString())
}

/** Writes names and values of one thing, a line for each. */
export function writeFields(output: Output, fields: readonly (readonly [name: string, value: Cell])[]): void {
  const width = Math.max(...fields.map(([name]) => name.length))
  for (const [name, value] of fields) output.write(`${name.padEnd(width)}  ${cellText(value)}\n`)
}

export function writeLine(output: Output, line: string): void {
  output.write(`${printable(line)}\n`)
}

/** Writes a value for programs: one JSON document. */
export function writeJson(output: Output, value: unknown): void {
  output.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** Writes a JSON array for programs as its members come, in bounded memory. */
export class JsonArrayWriter {
  readonly #output: Output
  #isEmpty = true

  constructor(output: Output) {
    this.#output = output
    output.write('[')
  }

  add(member: unknown): void {
    this.#output.write(`${this.#isEmpty ? '' : ','}\n  ${JSON.stringify(member)}`)
    this.#isEmpty = false
  }

  /** @param lineEnd - What comes after the array. */
  end(lineEnd = '\n'): void {
    this.#output.write(`${this.#isEmpty ? '' : '\n'}]${lineEnd}`)
  }
}

/** `2026-01-31T12:00:00Z`; null: never. */
export function timeText(seconds: number | null): string {
  return seconds === null ? 'never' : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

/** "1 token", "2 tokens". */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`
}

/**
 * Without what could steer a terminal: names that the reference has stored may hold anything.
 */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '\u{FFFD}')
}

function cellText(value: Cell): string {
  return value === null ? '-' : printable(String(value))
}

/** cli-table3 fills each line with blanks up to the width of the table. */
function writeLines(output: Output, text: string): void {
  for (const line of text.split('\n')) output.write(`${line.trimEnd()}\n`)
}
