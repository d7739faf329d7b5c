import type { Command } from 'commander'
import { openPorthor, type Porthor } from '../composition.ts'
import type { Config, LogLevel } from '../config/index.ts'
import type { Log } from '../services/token-log.ts'
import { clockOf } from './clock.ts'
import { explainError } from './explain-error.ts'
import { makeLog } from './log.ts'
import { readConfigOfExisting } from './settings.ts'
import type { Shell } from './shell.ts'

export interface WithPorthorOptions {
  /** By default the configuration is read for a database that must be there. */
  config?: Config
  /** Whether the schema may be in any state. */
  anySchema?: boolean
  /** The least severe lines that a person at a terminal gets to see. */
  textLevel?: LogLevel
}

/**
 * Runs a command's work on the stores, beside whatever else uses them: beside a server on the embedded database as well.
 *
 * @throws {CommandError} The stores cannot be used, or the work fails for a reason that people can do something about.
 */
export async function withPorthor<T>(
  shell: Shell,
  command: Command,
  work: (porthor: Porthor) => Promise<T>,
  options: WithPorthorOptions = {},
): Promise<T> {
  const config = options.config ?? (await readConfigOfExisting(shell, command))
  const log = commandLog(shell, config, options.textLevel ?? 'WARNING')
  try {
    const clock = clockOf(shell.environment)
    const porthor = await openPorthor({ config, log, clock, guest: true, patient: true })
    try {
      if (!options.anySchema) await porthor.schema.validate()
      return await work(porthor)
    } finally {
      await porthor.close()
    }
  } catch (error) {
    throw explainError(error, config) ?? error
  }
}

/** To the error stream, which leaves the other to results. A person is spared what the result says anyway. */
function commandLog(shell: Shell, config: Config, textLevel: LogLevel): Log {
  const isForPeople = shell.stderr.isTTY === true || isEmbeddedDefault(config)
  return makeLog({
    form: isForPeople ? 'text' : 'json',
    level: isForPeople && config.logLevel !== 'DEBUG' ? severer(textLevel, config.logLevel) : config.logLevel,
    destination: shell.stderr,
  })
}

const LEVELS: readonly LogLevel[] = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']

function severer(one: LogLevel, other: LogLevel): LogLevel {
  return LEVELS.indexOf(one) > LEVELS.indexOf(other) ? one : other
}

/** Whether this is the store that a newcomer gets: embedded, without any configuration file. */
export function isEmbeddedDefault(config: Config): boolean {
  return config.database.kind === 'embedded' && config.configPath === null
}
