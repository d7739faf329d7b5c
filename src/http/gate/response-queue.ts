import type { ServerResponse } from 'node:http'
import type { GateAnswer } from './answers.ts'

/** So few that the first does not wait for long. */
const MAXIMUM_IN_A_ROW = 32

interface Waiting {
  response: ServerResponse
  answer: GateAnswer
}

/**
 * Sends the answers to requests that came together one right after the other, once all of them are decided. Whoever waits for
 * them is woken by the first, and busy when the others come: waking takes longer than a decision.
 */
export class ResponseQueue {
  readonly #failed: (error: unknown) => GateAnswer
  #waiting: Waiting[] = []

  /** @param failed - Gives the answer that is sent instead of one that cannot be. */
  constructor(failed: (error: unknown) => GateAnswer) {
    this.#failed = failed
  }

  send(response: ServerResponse, answer: GateAnswer): void {
    this.#waiting.push({ response, answer })
    // After all that has come in from the network by now.
    if (this.#waiting.length === 1) setImmediate(() => this.#sendAll())
    else if (this.#waiting.length === MAXIMUM_IN_A_ROW) this.#sendAll()
  }

  #sendAll(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const { response, answer } of waiting) {
      try {
        write(response, answer)
      } catch (error) {
        write(response, this.#failed(error))
      }
    }
  }
}

function write(response: ServerResponse, { status, headers, body }: GateAnswer): void {
  response.writeHead(status, headers)
  // In one packet with the headers, whose encoding this is.
  response.end(body, 'latin1')
}
