import { type Clock, nowSeconds } from '../../models/clock.ts'
import type { Log } from '../token-log.ts'
import { MAXIMUM_SLACK_TEXT, postToSlack } from './slack.ts'

/** One kind of trouble is reported once in so many seconds. */
const INTERVAL_SECONDS = 600
/** Kinds that are remembered: more than a sound installation ever has. */
const MAXIMUM_KINDS = 1_000

export interface AlertsOptions {
  /** Null: nobody is told, but the log. */
  webhook: string | null
  /** Whether that is to be told of defects too; not unless given. */
  uncaught?: boolean
  clock: Clock
  log: Log
}

/**
 * Tells operators of trouble, by Slack. Never on a request's time; what repeats itself is reported once in a while, with
 * the number of times it came meanwhile.
 */
export class Alerts {
  readonly #options: AlertsOptions
  readonly #reported = new Map<string, { at: number; suppressed: number }>()
  #posting: Promise<void> = Promise.resolve()

  constructor(options: AlertsOptions) {
    this.#options = options
  }

  /**
   * @param kind - What counts as the same trouble.
   * @param text - For people: says what failed, without secrets.
   */
  report(kind: string, text: string): void {
    const { webhook, clock, log } = this.#options
    if (webhook === null) return
    const now = nowSeconds(clock)
    const last = this.#reported.get(kind)
    if (last && now - last.at < INTERVAL_SECONDS) {
      last.suppressed++
      return
    }
    const repeated = last && last.suppressed > 0 ? ` (and ${last.suppressed} more like it since)` : ''
    if (this.#reported.size >= MAXIMUM_KINDS) this.#reported.clear()
    this.#reported.set(kind, { at: now, suppressed: 0 })
    const message = `Error in Porthor: ${text}${repeated}`.slice(0, MAXIMUM_SLACK_TEXT)
    this.#posting = this.#posting
      .then(() => postToSlack(webhook, message))
      .catch((error: Error) => log.error({ error: error.message }, 'Posting Slack message failed'))
  }

  /** As `report`, of an error that nobody has foreseen: for those who want to hear of such. */
  reportUncaught(kind: string, text: string): void {
    if (this.#options.uncaught) this.report(kind, text)
  }

  /** Waits for what is being posted. */
  async close(): Promise<void> {
    await this.#posting
  }
}
