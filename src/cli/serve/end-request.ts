import { constants } from 'node:os'
import { END_SIGNALS } from '../interrupt.ts'

/**
 * Waits for the first signal that asks the program to end.
 *
 * @param onSecond - Called with the second one's exit code, by a person who will not wait.
 */
export function awaitEndRequest(onSecond: (exitCode: number) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let isAsked = false
  for (const name of END_SIGNALS) {
    process.on(name, () => {
      if (isAsked) onSecond(128 + constants.signals[name])
      isAsked = true
      resolve()
    })
  }
  return promise
}
