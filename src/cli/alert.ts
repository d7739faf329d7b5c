import type { AuditFinding } from '../services/audit-finding.ts'
import { CommandError } from './exit-codes.ts'

/** Slack cuts the text of a block after so many characters. */
const MAXIMUM_TEXT = 3_000
const ROOM_FOR_REST = 40
const TIMEOUT_MILLISECONDS = 20_000

/** Collects what an audit finds into one message of bounded length: a heading, then a line with a bullet for each. */
export class AuditAlert {
  #text = 'Porthor found data inconsistencies:'
  #left = 0

  get isEmpty(): boolean {
    return !this.#text.includes('\n')
  }

  add({ message, repaired }: AuditFinding): void {
    const line = `\n• ${message}${repaired ? ' [repaired]' : ''}`
    if (this.#left === 0 && this.#text.length + line.length <= MAXIMUM_TEXT - ROOM_FOR_REST)
      this.#text += line
    else this.#left++
  }

  text(): string {
    return this.#left === 0 ? this.#text : `${this.#text}\n• and ${this.#left} more`
  }

  /**
   * Posts it to a Slack webhook.
   *
   * @throws {CommandError} It was not delivered.
   */
  async post(webhook: string): Promise<void> {
    const text = this.text()
    const body = JSON.stringify({ text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] })
    const answer = await fetch(webhook, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    }).catch((error: Error) => {
      throw notDelivered((error.cause as { code?: string } | undefined)?.code ?? error.name, error)
    })
    await answer.body?.cancel()
    if (!answer.ok) throw notDelivered(`status ${answer.status}`)
  }
}

/** Never with the address, which is a secret. */
function notDelivered(reason: string, cause?: unknown): CommandError {
  return new CommandError(`The alert could not be posted to slackWebhook (${reason})`, { cause })
}
