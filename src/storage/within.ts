import { StoreUnavailableError } from '../models/errors.ts'

/**
 * What the promise gives, if it does so in time; it goes on by itself where it does not.
 *
 * @param message - Of the error.
 * @throws {StoreUnavailableError} It does not.
 */
export async function within<T>(promise: Promise<T>, milliseconds: number, message: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new StoreUnavailableError(message)), milliseconds)
  // Whichever loses the race has nobody to hear it.
  promise.catch(() => {})
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
