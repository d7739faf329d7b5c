import type { Clock } from '../../models/clock.ts'

const FAILURES = 3
const PAUSE_MILLISECONDS = 5_000

/**
 * Keeps questions away from a source that does not answer: after three failures in a row everybody is told at once what
 * went wrong, and every five seconds one question is let through, until one is answered.
 */
export class CircuitBreaker {
  readonly #clock: Clock
  readonly #isAway: (error: unknown) => boolean
  #failures = 0
  #lastError: unknown
  #pausedUntil = 0

  /** @param isAway - Whether an error says that the source is away; with any other it has answered. */
  constructor(clock: Clock, isAway: (error: unknown) => boolean) {
    this.#clock = clock
    this.#isAway = isAway
  }

  /** Whether the source is taken to be away. */
  get isOpen(): boolean {
    return this.#failures >= FAILURES
  }

  /** Whether a question would be let through. */
  get lets(): boolean {
    if (!this.isOpen) return true
    const left = this.#pausedUntil - this.#clock.milliseconds()
    // A clock that was put back must not make the pause longer.
    return left <= 0 || left > PAUSE_MILLISECONDS
  }

  /** @throws What the question throws, or the last one that was let through. */
  async run<T>(question: () => Promise<T>): Promise<T> {
    if (!this.lets) throw this.#lastError
    this.#pause()
    return this.observe(question)
  }

  /** Lets a question through whatever happened before, and notes how it ends. */
  async observe<T>(question: () => Promise<T>): Promise<T> {
    try {
      const answer = await question()
      this.#failures = 0
      return answer
    } catch (error) {
      if (this.#isAway(error)) this.#noteFailure(error)
      else this.#failures = 0
      throw error
    }
  }

  #noteFailure(error: unknown): void {
    this.#failures++
    this.#lastError = error
    this.#pause()
  }

  #pause(): void {
    this.#pausedUntil = this.#clock.milliseconds() + PAUSE_MILLISECONDS
  }
}
