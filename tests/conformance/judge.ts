import type { ReplayClock } from './clock.ts'
import type { Departure } from './differences.ts'
import { type AnswerHeaders, compareHeaders, compareNamedHeaders, tryParse } from './headers.ts'
import type { Json } from './json.ts'
import { difference, Matching } from './matching.ts'
import type { Alternative, Exchange, Preamble, RecordedResponse } from './recording.ts'
import { compareSession } from './session-cookie.ts'
import type { Values } from './values.ts'

export interface Answer {
  readonly status: number
  readonly headers: AnswerHeaders
  /** The body, read as UTF-8. */
  readonly text: string
}

/**
 * What is to be said of an answer: the same as recorded; as good as recorded, for `defect` of the file accepts it; another one
 * on purpose, as `differences.ts` has it; or different.
 */
export type Verdict =
  | { readonly outcome: 'same' | 'accepted' | 'on purpose' }
  | { readonly outcome: 'different'; readonly differences: readonly string[] }

export interface JudgeOptions {
  readonly clock: ReplayClock
  readonly strict: boolean
  /** How the server under test answers this exchange on purpose, if otherwise than recorded. */
  readonly departure?: Departure | undefined
}

/** Judges an answer; what it captures is remembered in `values`, also when the answer differs. */
export function judge(
  exchange: Exchange,
  answer: Answer,
  preamble: Preamble,
  values: Values,
  options: JudgeOptions,
): Verdict {
  const matching = new Matching(values.copy(), options)
  const differences = compareAnswer(matching, preamble, exchange.response, answer)
  if (options.departure)
    return judgeDeparture(options.departure, differences, answer, matching, values, options)
  const alternatives = options.strict ? [] : (exchange.defect?.accept ?? [])
  if (differences.length > 0 && alternatives.some((one) => tryAlternative(one, answer, values, options))) {
    return { outcome: 'accepted' }
  }
  values.adopt(matching.values)
  return differences.length > 0 ? { outcome: 'different', differences } : { outcome: 'same' }
}

/** An answer that is to differ on purpose must do so, and just as it is said to. */
function judgeDeparture(
  departure: Departure,
  differences: readonly string[],
  answer: Answer,
  matching: Matching,
  values: Values,
  options: JudgeOptions,
): Verdict {
  if (differences.length > 0 && tryAlternative(departure.answer, answer, values, options)) {
    return { outcome: 'on purpose' }
  }
  values.adopt(matching.values)
  if (differences.length > 0) return { outcome: 'different', differences }
  return {
    outcome: 'different',
    differences: [
      'answered as recorded, though listed among the differences on purpose: take it off that list',
    ],
  }
}

function compareAnswer(
  matching: Matching,
  preamble: Preamble,
  expected: RecordedResponse,
  answer: Answer,
): string[] {
  const { 'set-cookie': setCookie = [], ...headers } = Object.fromEntries(answer.headers)
  const found =
    expected.status === answer.status
      ? []
      : [`status: expected ${expected.status}, got ${answer.status} ${answer.text.slice(0, 300)}`]
  return [
    ...found,
    ...compareSession(matching, preamble, expected.session, setCookie),
    ...compareHeaders(matching, expected.headers ?? {}, new Map(Object.entries(headers))),
    ...compareBody(matching, expected, answer),
  ]
}

function compareBody(matching: Matching, expected: RecordedResponse, answer: Answer): string[] {
  if (expected.body === '{{any}}') return []
  if (expected.body !== undefined) return compareJsonBody(matching, expected.body, answer)
  const text = expected.text ?? ''
  return answer.text === text ? [] : [difference('body', text, answer.text.slice(0, 300))]
}

function compareJsonBody(matching: Matching, expected: Json, answer: Answer): string[] {
  const body = tryParse(answer.text)
  if (body === undefined) return [`body: expected JSON, got ${JSON.stringify(answer.text.slice(0, 300))}`]
  return matching.compare(expected, body, 'body')
}

/** Whether an answer is this alternative, of which only what it names counts; if so, what it captures is remembered. */
function tryAlternative(
  alternative: Alternative,
  answer: Answer,
  values: Values,
  options: JudgeOptions,
): boolean {
  const { status, headers = {}, absent = [], body } = alternative
  if (status !== answer.status || absent.some((name) => answer.headers.has(name.toLowerCase()))) return false
  const matching = new Matching(values.copy(), options)
  const found = [
    ...compareNamedHeaders(matching, headers, answer.headers),
    ...(body === undefined ? [] : compareJsonBody(matching, body, answer)),
  ]
  if (found.length > 0) return false
  values.adopt(matching.values)
  return true
}
