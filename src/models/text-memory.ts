import { randomInt } from 'node:crypto'
import { BoundedMap } from './bounded-map.ts'

/** Of so many characters, from the end, the number of a text is made. */
const HASHED_CHARACTERS = 64
/** Odd, so that no character is lost; unknown outside, so that nobody can choose texts that meet. */
const MULTIPLIER = randomInt(2 ** 30) * 2 + 1

interface Remembered<V> {
  text: string
  value: V
}

/**
 * Values by texts that come from outside, each time as a new string. By number, as looking for a string in a Map would make V8
 * enter each of them into its table of names: with thousands of different ones, longer than all else that is done. Of texts
 * with one number the last one is remembered.
 */
export class TextMemory<V> {
  readonly #entries: BoundedMap<number, Remembered<V>>

  /** @param maximum - Texts that are remembered, 1 or more: those that were set longest ago go first. */
  constructor(maximum: number) {
    this.#entries = new BoundedMap(maximum)
  }

  get(text: string): V | undefined {
    const remembered = this.#entries.get(numberOf(text))
    return remembered?.text === text ? remembered.value : undefined
  }

  set(text: string, value: V): void {
    this.#entries.set(numberOf(text), { text, value })
  }
}

function numberOf(text: string): number {
  let number = text.length
  for (let place = Math.max(0, text.length - HASHED_CHARACTERS); place < text.length; place++) {
    number = (Math.imul(number, MULTIPLIER) + text.charCodeAt(place)) | 0
  }
  return number
}
