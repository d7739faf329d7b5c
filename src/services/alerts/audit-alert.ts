import type { AuditFinding } from '../audit-finding.ts'
import { MAXIMUM_SLACK_TEXT, postToSlack } from './slack.ts'

const ROOM_FOR_REST = 40

/** Collects what an audit finds into one message of bounded length: a heading, then a line with a bullet for each. */
export class AuditAlert {
  #text = 'Porthor found data inconsistencies:'
  #left = 0

  get isEmpty(): boolean {
    return !this.#text.includes('\n')
  }

  add({ message, repaired }: AuditFinding): void {
    const line = `\n• ${message}${repaired ? ' [repaired]' : ''}`
    if (this.#left === 0 && this.#text.length + line.length <= MAXIMUM_SLACK_TEXT - ROOM_FOR_REST)
      this.#text += line
    else this.#left++
  }

  text(): string {
    return this.#left === 0 ? this.#text : `${this.#text}\n• and ${this.#left} more`
  }

  /** @throws {SlackError} It was not delivered. */
  async post(webhook: string): Promise<void> {
    await postToSlack(webhook, this.text())
  }
}
