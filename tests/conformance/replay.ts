import { machineClock, type ReplayClock } from './clock.ts'
import type { Departure } from './differences.ts'
import { type Answer, judge } from './judge.ts'
import type { Exchange, Recording } from './recording.ts'
import { NoAnswerError, type OutgoingRequest, outgoingRequest, type Send } from './sending.ts'
import { MissingValueError, Values } from './values.ts'

export type Outcome = 'same' | 'accepted' | 'on purpose' | 'different' | 'not sent' | 'left out'

/** What came of one exchange. */
export interface ExchangeResult {
  /** Counted from 1. */
  readonly number: number
  readonly exchange: Exchange
  readonly outcome: Outcome
  /** The differences, or why the request was not sent or left out; sentences. */
  readonly notes: readonly string[]
  /** What was known when the exchange was over, to show its request with. */
  readonly values: Values
}

export interface ReplayOptions {
  /** The server's clock; the machine's, unless given. A `movedClock` waits without taking time. */
  readonly clock?: ReplayClock
  /** Count every difference, allowed ones too; false unless given. */
  readonly strict?: boolean
  /** Where the server is to answer otherwise than recorded; those of other files are ignored. */
  readonly departures?: readonly Departure[]
  /** Called for each exchange when it is over. */
  readonly onResult?: (result: ExchangeResult) => void
}

/**
 * Replays the exchanges of a file in order, each after the answer to the one before.
 *
 * @throws {UnreachableError} There is no server, or none any more.
 */
export async function replayFile(
  recording: Recording,
  send: Send,
  options: ReplayOptions = {},
): Promise<ExchangeResult[]> {
  const { clock = machineClock, strict = false, onResult } = options
  const values = new Values(recording.preamble, Math.floor(clock.now()))
  const departures = (options.departures ?? []).filter(({ file }) => file === recording.name)
  const results: ExchangeResult[] = []
  for (const [index, exchange] of recording.exchanges.entries()) {
    // Also for one that is left out: a later one may count on the time that has passed.
    if (exchange.wait) await clock.wait(exchange.wait)
    const departure = departures.find((one) => one.exchange === exchange.name)
    const outcome = await replayExchange(exchange, recording, send, values, { clock, strict, departure })
    const result = { number: index + 1, exchange, values: values.copy(), ...outcome }
    results.push(result)
    onResult?.(result)
  }
  return results
}

type ExchangeOutcome = Pick<ExchangeResult, 'outcome' | 'notes'>

async function replayExchange(
  exchange: Exchange,
  { preamble }: Recording,
  send: Send,
  values: Values,
  options: { clock: ReplayClock; strict: boolean; departure: Departure | undefined },
): Promise<ExchangeOutcome> {
  if (exchange.leftOut !== undefined) return { outcome: 'left out', notes: [exchange.leftOut] }
  let request: OutgoingRequest
  try {
    request = outgoingRequest(exchange.request, preamble, values)
  } catch (error) {
    if (error instanceof MissingValueError) return { outcome: 'not sent', notes: [error.message] }
    throw error
  }
  let answer: Answer
  try {
    answer = await send(request)
  } catch (error) {
    if (error instanceof NoAnswerError) return { outcome: 'different', notes: [error.message] }
    throw error
  }
  const verdict = judge(exchange, answer, preamble, values, options)
  return { outcome: verdict.outcome, notes: verdict.outcome === 'different' ? verdict.differences : [] }
}
