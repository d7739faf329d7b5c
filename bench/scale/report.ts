import type { Measurement } from './measure.ts'
import type { Latency, VerificationFigures } from './verification.ts'

/** What was measured with so many tokens. */
export interface Size {
  tokens: number
  requests: Record<string, Measurement>
  jobs: Record<string, Measurement>
  verification: VerificationFigures | null
}

/** Tables in Markdown, as docs/performance-at-scale.md has them. */
export function writeReport(sizes: readonly Size[]): string {
  return [
    '## Requests\n',
    table(sizes, ({ requests }) => requests),
    '\n## Jobs\n',
    table(sizes, ({ jobs }) => jobs),
    '\n## Verification\n',
    verificationTable(sizes),
    '',
  ].join('\n')
}

function table(sizes: readonly Size[], part: (size: Size) => Record<string, Measurement>): string {
  const names = Object.keys(sizes[0] ? part(sizes[0]) : {})
  const heads = sizes.map(({ tokens }) => `${tokens.toLocaleString('en')}: ms | rows | statements`)
  const lines = names.map((name) => {
    const cells = sizes.map((size) => {
      const figure = part(size)[name]
      if (!figure) return '– | – | –'
      return `${number(figure.milliseconds)} | ${figure.rows.toLocaleString('en')} | ${figure.statements}`
    })
    const last = sizes.at(-1)
    const memory = last ? part(last)[name]?.memory : undefined
    const blocked = last ? part(last)[name]?.blocked : undefined
    return `| ${name} | ${cells.join(' | ')} | ${rounded(memory && memory / 1e6)} | ${rounded(blocked)} |`
  })
  return [
    `| | ${heads.join(' | ')} | memory, MB | blocked, ms |`,
    `|---|${'---:|'.repeat(sizes.length * 3 + 2)}`,
    ...lines,
  ].join('\n')
}

function verificationTable(sizes: readonly Size[]): string {
  const rows = sizes.flatMap(({ tokens, verification }) => {
    if (!verification) return []
    const { beside } = verification
    const line = (what: string, { median, p99, rate }: Latency) =>
      `| ${tokens.toLocaleString('en')} | ${what} | ${median.toFixed(2)} | ${p99.toFixed(2)} | ${Math.round(rate)} |`
    return beside.flatMap(({ command, alone, latency, seconds }) => [
      line('alone', alone),
      line(`beside \`${command}\`, ${seconds.toFixed(1)} s`, latency),
    ])
  })
  return ['| tokens | | median, ms | p99, ms | a second |', '|---:|---|---:|---:|---:|', ...rows].join('\n')
}

function rounded(value: number | undefined): string {
  return value === undefined ? '–' : String(Math.round(value))
}

function number(milliseconds: number): string {
  return milliseconds < 100 ? milliseconds.toFixed(1) : Math.round(milliseconds).toLocaleString('en')
}
