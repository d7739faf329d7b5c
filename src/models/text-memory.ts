import { randomInt } from 'node:crypto'
import { BoundedMap } from './bounded-map.ts'

/** Odd, so that no character is lost; unknown outside, so that nobody can choose texts that meet. */
const MULTIPLIER = randomInt(2 ** 30) * 2 + 1

/** What is known of a text. */
export interface OfText {
  readonly text: string
}

/**
 * What is known of texts that come from outside, each time as a new string. By number, as looking for a string in a Map would
 * make V8 enter each of them into its table of names: with thousands of different ones, longer than all else that is done.
 * Of texts with one number the last one is remembered. Texts are compared only where their numbers are the same: how long it
 * takes tells nothing of a secret in them.
 */
export class TextMemory<V extends OfText> {
  readonly #characters: number
  readonly #entries: BoundedMap<number, V>

  /**
   * @param maximum - Texts that are remembered, 1 or more: those that were set longest ago go first.
   * @param characters - Of so many, from its end, the number of a text is made: few where texts end at random.
   */
  constructor(maximum: number, characters = 64) {
    this.#characters = characters
    this.#entries = new BoundedMap(maximum)
  }

  get(text: string): V | undefined {
    const remembered = this.#entries.get(this.#numberOf(text))
    return remembered?.text === text ? remembered : undefined
  }

  set(value: V): void {
    this.#entries.set(this.#numberOf(value.text), value)
  }

  #numberOf(text: string): number {
    let number = text.length
    for (let place = Math.max(0, text.length - this.#characters); place < text.length; place++) {
      number = (Math.imul(number, MULTIPLIER) + text.charCodeAt(place)) | 0
    }
    return number
  }
}
