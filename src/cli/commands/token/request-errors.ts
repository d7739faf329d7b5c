import type { ZodError } from 'zod'
import { UsageError } from '../../exit-codes.ts'

/** Names what is wrong with a request by the options it was made from. */
export function usageErrorOf(error: ZodError, options: Readonly<Record<string, string>>): UsageError {
  const lines = error.issues.map(({ path, message }) => {
    const option = options[String(path[0])]
    return option === undefined ? message : `${option}: ${message}`
  })
  return new UsageError(lines.join('\n'))
}
