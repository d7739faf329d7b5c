import { short } from './matching.ts'
import type { RecordedRequest, Recording } from './recording.ts'
import type { ExchangeResult, Outcome } from './replay.ts'
import type { Values } from './values.ts'

export type Counts = Readonly<Record<Outcome, number>>

export function countOutcomes(results: readonly ExchangeResult[]): Counts {
  const counts = { same: 0, accepted: 0, 'on purpose': 0, different: 0, 'not sent': 0, 'left out': 0 }
  for (const { outcome } of results) counts[outcome]++
  return counts
}

/** Whether something is wrong with an exchange. */
export function isProblem({ outcome }: ExchangeResult): boolean {
  return outcome === 'different' || outcome === 'not sent'
}

/** An exchange by its name, its request, and each difference on a line of its own. */
export function describeProblem(recording: Recording, result: ExchangeResult): string {
  const { number, exchange, outcome, notes, values } = result
  return [
    `${recording.name} #${number}: ${exchange.name}${outcome === 'not sent' ? ' (not sent)' : ''}`,
    ...describeRequest(exchange.request, values).map((line) => `    ${line}`),
    ...notes.map((note) => `  - ${note}`),
  ].join('\n')
}

/** A line such as `12 exchanges: 10 the same, 2 different`. */
export function summarize(counts: Counts): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const parts: [number, string][] = [
    [counts.same, 'the same'],
    [counts.accepted, 'better than a recorded defect'],
    [counts['on purpose'], 'different on purpose'],
    [counts.different, 'different'],
    [counts['not sent'], 'not sent'],
    [counts['left out'], 'left out'],
  ]
  const named = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return `${total} exchanges: ${named.join(', ')}`
}

function describeRequest(
  { method, path, headers = {}, ...content }: RecordedRequest,
  values: Values,
): string[] {
  const sent = content.body === undefined ? (content.text ?? content.base64) : content.body
  return [
    `${method} ${values.show(path)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${showHeader(value, values)}`),
    ...(sent === undefined ? [] : [short(sent)]),
  ]
}

function showHeader(value: string | readonly string[] | null, values: Values): string {
  if (value === null) return '(not sent)'
  return typeof value === 'string' ? values.show(value) : value.map((one) => values.show(one)).join(' | ')
}
