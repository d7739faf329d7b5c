import { setTimeout as sleep } from 'node:timers/promises'
import type { Porthor } from '../composition.ts'
import { isConnectionError } from '../storage/database-errors.ts'

export interface Prepared {
  /** Migrations and indexes that were made. */
  made: string[]
  /** Administrators who were entered into an empty table. */
  admins: string[]
}

/**
 * Brings the database to where the program can work with it: the schema, and the initial administrators where there are
 * none. Does nothing to one that is there already.
 *
 * @throws {SchemaError} The database holds another revision of the reference's schema, or parts of it.
 */
export async function prepareDatabase({ schema, admins, config }: Porthor): Promise<Prepared> {
  const made = await schema.update()
  return { made, admins: await admins.addInitial(config.initialAdmins) }
}

const ATTEMPTS = 5
const PAUSE_MILLISECONDS = 2_000

/**
 * Waits for a database that is being started beside: up to 5 attempts, 2 s apart (spec/cli.md §3).
 *
 * @param onRetry - Called before each wait.
 * @param pause - Waits; for tests one that does not.
 * @throws What the driver throws at the last attempt.
 */
export async function waitForDatabase(
  { schema }: Pick<Porthor, 'schema'>,
  onRetry: () => void,
  pause: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await schema.state()
      return
    } catch (error) {
      if (attempt === ATTEMPTS || !isConnectionError(error)) throw error
      onRetry()
      await pause(PAUSE_MILLISECONDS)
    }
  }
}
