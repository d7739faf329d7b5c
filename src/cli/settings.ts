import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type Config, loadConfig } from '../config/index.ts'
import { DATABASE_FOLDER } from '../storage/embedded/embedded-database.ts'
import { CommandError } from './exit-codes.ts'
import type { Shell } from './shell.ts'

/** Options that every command takes, before or after its name. */
export interface GlobalOptions {
  /** The configuration file. */
  configPath?: string
  /** For migrations of the reference's kind; Porthor has its own. */
  alembicConfigPath?: string
  debug?: boolean
}

export interface ConfigOverrides {
  host?: string | undefined
  port?: number | undefined
  workers?: number | undefined
}

/**
 * Reads the configuration, for a command that makes stores where there are none.
 *
 * @throws {ConfigError}
 */
export function readConfig(shell: Shell, command: Command, overrides: ConfigOverrides = {}): Promise<Config> {
  return loadConfig({ ...source(shell, command), overrides, purpose: 'run' })
}

/**
 * Reads the configuration and makes nothing, neither a data folder nor the secrets in it.
 *
 * @throws {ConfigError}
 */
export function checkConfig(
  shell: Shell,
  command: Command,
  overrides: ConfigOverrides = {},
): Promise<Config> {
  return loadConfig({ ...source(shell, command), overrides, purpose: 'check' })
}

/**
 * Reads the configuration, for a command that works with what is there: it makes no data folder.
 *
 * @throws {ConfigError}
 * @throws {CommandError} There is no embedded database.
 */
export async function readConfigOfExisting(shell: Shell, command: Command): Promise<Config> {
  const config = await checkConfig(shell, command)
  const { database } = config
  if (database.kind !== 'embedded') return config
  if (!existsSync(join(database.folder, DATABASE_FOLDER))) {
    throw new CommandError(
      `There is no database in ${database.folder}: run \`porthor serve\` or \`porthor init\` first, or name its folder (PORTHOR_DATA)`,
    )
  }
  // Once more: a check makes do without the secrets of the folder.
  return readConfig(shell, command)
}

function source(shell: Shell, command: Command) {
  const { configPath } = command.optsWithGlobals<GlobalOptions>()
  return { path: configPath, environment: shell.environment }
}
