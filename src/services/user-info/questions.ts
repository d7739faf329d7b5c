import type { PosixIdService } from '../posix-id-service.ts'
import type { RememberedAnswers } from './remembered-answers.ts'

/** Something that a source is to say, in each of the ways in which it can be asked. */
export interface Question<T> {
  /** @returns Undefined: memory cannot say. */
  fromMemory(): T | undefined
  get(): Promise<T>
  /** For a login, on which privileges depend: whatever is remembered. */
  forLogin(): Promise<T>
}

/** What is found out by asking one question after the other, in whichever way. */
export type Inquiry<T> = Generator<Question<unknown>, T, unknown>

export function* ask<T>(question: Question<T>): Inquiry<T> {
  // The way in which an inquiry is driven gives each question the answer of its own type.
  return (yield question) as T
}

/** @returns Undefined: memory cannot answer all that is asked. */
export function answerFromMemory<T>(inquiry: Inquiry<T>): T | undefined {
  let step = inquiry.next()
  while (!step.done) {
    const answer = step.value.fromMemory()
    if (answer === undefined) return undefined
    step = inquiry.next(answer)
  }
  return step.value
}

export async function answer<T>(inquiry: Inquiry<T>, way: 'get' | 'forLogin'): Promise<T> {
  let step = inquiry.next()
  while (!step.done) step = inquiry.next(await step.value[way]())
  return step.value
}

/**
 * What a source says of this one.
 *
 * @param notBefore - What it said earlier does not count, unless it is away: seconds since the epoch.
 */
export function about<K, V>(answers: RememberedAnswers<K, V>, key: K, notBefore = 0): Question<V> {
  return {
    fromMemory: () => answers.fromMemory(key, notBefore),
    get: () => answers.get(key, notBefore),
    forLogin: () => answers.askAnew(key),
  }
}

export function uidOf(posixIds: PosixIdService, username: string): Question<number | null> {
  const get = () => posixIds.uidOf(username)
  return { fromMemory: () => posixIds.uidFromMemory(username), get, forLogin: get }
}

/** The numbers of those groups that have one. */
export function gidsOf(posixIds: PosixIdService, groups: readonly string[]): Question<Map<string, number>> {
  const get = () => posixIds.gidsOf(groups)
  return { fromMemory: () => posixIds.gidsFromMemory(groups) ?? undefined, get, forLogin: get }
}
