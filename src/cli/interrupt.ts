import { CommandError, EXIT } from './exit-codes.ts'

/** The signals that ask a program to end. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Runs work that can be ended between two steps. The first Ctrl-C asks for that; the second ends the program at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const asked = new AbortController()
  const stop = () => {
    asked.abort()
    for (const name of END_SIGNALS) process.off(name, stop)
  }
  for (const name of END_SIGNALS) process.on(name, stop)
  try {
    return await work(asked.signal)
  } finally {
    for (const name of END_SIGNALS) process.off(name, stop)
  }
}

/** @throws {CommandError} Somebody has asked for the end before. */
export function requireAllDone(signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new CommandError('Ended before all was done; what was done stays done', {
    exitCode: EXIT.interrupted,
  })
}
