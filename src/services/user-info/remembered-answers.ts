import { BoundedMap } from '../../models/bounded-map.ts'
import type { Clock } from '../../models/clock.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'

export interface RememberedAnswersOptions<K, V> {
  ask(key: K): Promise<V>
  /** Whether nothing was found: that may change any moment. */
  isEmpty(answer: V): boolean
  /** Whether an error is about what was asked for, and not about the source: no older answer takes its place. */
  isAnswer(error: unknown): boolean
  breaker: CircuitBreaker
  clock: Clock
  lifetimeSeconds: number
  /** How old an answer may be where the source does not give a newer one. */
  staleLifetimeSeconds: number
}

interface Remembered<V> {
  answer: V
  /** When it was asked for: milliseconds since the epoch. */
  since: number
}

interface Asked<V> {
  answer: Promise<V>
  since: number
}

const MAXIMUM_ANSWERS = 10_000
const EMPTY_LIFETIME_SECONDS = 10
/** Of an answer's life: after it, whoever asks for it has it asked for anew, and does not wait. */
const REFRESH_SHARE = 0.75
/** Where there is an older answer, nobody waits longer than this for a source that may be away. */
const PATIENCE_MILLISECONDS = 1_000

/**
 * Answers of a source, remembered for a while. Those who ask the same at the same time share one question, and nobody
 * waits for another's.
 */
export class RememberedAnswers<K, V> {
  readonly #options: RememberedAnswersOptions<K, V>
  readonly #answers = new BoundedMap<K, Remembered<V>>(MAXIMUM_ANSWERS)
  readonly #questions = new Map<K, Asked<V>>()

  constructor(options: RememberedAnswersOptions<K, V>) {
    this.#options = options
  }

  /**
   * @param notBefore - What was asked for earlier does not count, unless the source is away: seconds since the epoch.
   * @returns Undefined: memory cannot say.
   */
  fromMemory(key: K, notBefore = 0): V | undefined {
    const remembered = this.#answers.get(key)
    if (!remembered) return undefined
    const { breaker } = this.#options
    const ageSeconds = this.#ageOf(remembered)
    const lifetimeSeconds = this.#lifetimeOf(remembered)
    const isFresh = ageSeconds < lifetimeSeconds && this.#isFrom(remembered, notBefore)
    if (!isFresh && !(breaker.isOpen && this.#mayServe(remembered))) return undefined
    const isAgeing = !isFresh || ageSeconds >= lifetimeSeconds * REFRESH_SHARE
    if (isAgeing && breaker.lets) this.#refresh(key)
    return remembered.answer
  }

  /**
   * @param notBefore - As of `fromMemory`.
   * @throws What the source throws, where nothing that may be served is remembered.
   */
  async get(key: K, notBefore = 0): Promise<V> {
    const known = this.fromMemory(key, notBefore)
    if (known !== undefined) return known
    const remembered = this.#answers.get(key)
    const question = this.#question(key, notBefore)
    if (!remembered || !this.#mayServe(remembered)) return question
    return this.#orRemembered(question, remembered.answer)
  }

  /** Asks, whatever is remembered or being asked, and whether or not the source is taken to be away. */
  async askAnew(key: K): Promise<V> {
    const { breaker, ask } = this.#options
    return this.#begin(key, () => breaker.observe(() => ask(key)))
  }

  /** Neither what is remembered nor what is being asked for counts any more. */
  forget(key: K): void {
    this.#answers.delete(key)
    this.#questions.delete(key)
  }

  #question(key: K, notBefore: number): Promise<V> {
    const { breaker, ask } = this.#options
    const asked = this.#questions.get(key)
    if (asked && this.#isFrom(asked, notBefore)) return asked.answer
    return this.#begin(key, () => breaker.run(() => ask(key)))
  }

  #begin(key: K, ask: () => Promise<V>): Promise<V> {
    const since = this.#options.clock.milliseconds()
    const isCurrent = () => this.#questions.get(key) === asked
    const answer = ask()
      .then((answer) => {
        if (isCurrent()) this.#answers.set(key, { answer, since })
        return answer
      })
      .finally(() => {
        if (isCurrent()) this.#questions.delete(key)
      })
    const asked = { answer, since }
    this.#questions.set(key, asked)
    return answer
  }

  #refresh(key: K): void {
    if (this.#questions.has(key)) return
    // Nobody waits for it; that it failed, the source has told the log.
    this.#question(key, 0).catch(() => {})
  }

  async #orRemembered(question: Promise<V>, older: V): Promise<V> {
    const { promise: impatience, resolve } = Promise.withResolvers<V>()
    const timer = setTimeout(() => resolve(older), PATIENCE_MILLISECONDS)
    const answer = question.catch((error: unknown) => {
      if (this.#options.isAnswer(error)) throw error
      return older
    })
    // Where patience ends first, nobody waits for it any more.
    answer.catch(() => {})
    try {
      return await Promise.race([answer, impatience])
    } finally {
      clearTimeout(timer)
    }
  }

  /** A clock that was put back makes an answer old, rather than young for long. */
  #ageOf({ since }: Remembered<V>): number {
    const age = (this.#options.clock.milliseconds() - since) / 1000
    return age >= 0 ? age : Number.POSITIVE_INFINITY
  }

  #isFrom({ since }: { since: number }, notBefore: number): boolean {
    const milliseconds = notBefore * 1000
    // A time that is still to come was told by a clock that runs ahead: until then every question would be asked anew.
    return since >= milliseconds || milliseconds > this.#options.clock.milliseconds()
  }

  #lifetimeOf({ answer }: Remembered<V>): number {
    const { isEmpty, lifetimeSeconds } = this.#options
    return isEmpty(answer) ? Math.min(EMPTY_LIFETIME_SECONDS, lifetimeSeconds) : lifetimeSeconds
  }

  #mayServe(remembered: Remembered<V>): boolean {
    return this.#ageOf(remembered) < this.#options.staleLifetimeSeconds
  }
}
