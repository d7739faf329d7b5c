import type { RedisAddress } from '../config/config.ts'
import { type Config, ConfigError } from '../config/index.ts'
import { PorthorError, StoreUnavailableError } from '../models/errors.ts'
import { SlackError } from '../services/alerts/slack.ts'
import { isConnectionError, isServerError } from '../storage/database-errors.ts'
import { DataFolderBusyError } from '../storage/embedded/embedded-database.ts'
import { UnsuitableRedisError } from '../storage/redis/redis-connection.ts'
import { SchemaError } from '../storage/schema-manager.ts'
import { CommandError } from './exit-codes.ts'

/**
 * Makes an error that people can do something about of one that means something to them.
 *
 * @param config - Says where the stores are; null: not known yet.
 * @returns Null: the error is unexpected.
 */
export function explainError(error: unknown, config: Config | null): CommandError | null {
  if (error instanceof CommandError) return error
  if (error instanceof StoreUnavailableError) return explainUnavailable(error, config)
  if (error instanceof PorthorError || EXPLAINED.some((known) => error instanceof known)) {
    return new CommandError((error as Error).message, { cause: error })
  }
  if (!(error instanceof Error) || config?.database.kind !== 'postgresql') return null
  return explainPostgres(error, config.database.url)
}

/** Errors whose messages already say what to do. */
const EXPLAINED = [ConfigError, SlackError, SchemaError, DataFolderBusyError, UnsuitableRedisError]

/** Codes of a server that does not let one in: class 28 (authorization), no such database, no rights. */
const REFUSALS = /^(28...|3D000|42501)$/

function explainPostgres(error: Error, url: string): CommandError | null {
  const { code = '' } = error as { code?: string }
  const server = `PostgreSQL at ${addressOf(url)}`
  if (isConnectionError(error)) {
    return new CommandError(
      `${server} cannot be reached (${reasonOf(error)}): start it, or correct databaseUrl`,
      { cause: error },
    )
  }
  if (!isServerError(error) || !REFUSALS.test(code)) return null
  return new CommandError(`${server} refuses: ${error.message}. Correct databaseUrl or the server`, {
    cause: error,
  })
}

function explainUnavailable(error: StoreUnavailableError, config: Config | null): CommandError {
  const store = config?.tokenStore
  const isRedis = store?.kind === 'redis' && error.message.includes('Redis')
  // The cause of the cause says more, unless it could be of either store's.
  const explained =
    isRedis && !(error.cause instanceof PorthorError) ? null : explainError(error.cause, config)
  if (explained) return explained
  const where = isRedis ? ` (${redisText(store.persistent)})` : ''
  const why = error.cause === undefined ? '' : ` (${reasonOf(error.cause)})`
  const hint = isRedis ? ': start it, or correct redisPersistentUrl' : ''
  return new CommandError(`${error.message}${where}${why}${hint}`, { cause: error })
}

function redisText(address: RedisAddress): string {
  if (address.kind === 'server') return `${address.host}:${address.port}`
  return `master ${address.name} by way of sentinels`
}

/** Host and port of a URL, without what must not be shown. */
function addressOf(url: string): string {
  const { hostname, port } = new URL(url)
  return `${hostname || 'the local socket'}:${port || 5432}`
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  return code ?? message?.split('\n')[0] ?? 'unknown reason'
}
