import cluster from 'node:cluster'
import type { Command } from 'commander'
import { unusedSections } from '../../config/index.ts'
import { traceOf } from '../../http/errors.ts'
import { redact } from '../../http/redact.ts'
import { type ConfigOverrides, checkConfig, readConfig } from '../settings.ts'
import type { Shell } from '../shell.ts'
import { awaitEndRequest } from './end-request.ts'
import { requireFreeAddress } from './listen-error.ts'
import { checkFirstRun, runServer } from './server.ts'
import { openServerLog, type ServerLog } from './server-log.ts'
import { killWorkers, runPrimary, runWorker } from './workers.ts'

/**
 * Serves until a signal asks for the end; a second one ends the program at once.
 *
 * @throws {CommandError | ConfigError} It cannot start; the message says what to do.
 */
export async function serve(shell: Shell, command: Command, overrides: ConfigOverrides): Promise<void> {
  const checked = cluster.isPrimary ? await checkOverrides(shell, command, overrides) : overrides
  const config = await readConfig(shell, command, checked)
  const serverLog = openServerLog(shell, config)
  logCrashes(serverLog)
  try {
    if (cluster.isWorker) return await runWorker(shell, config, serverLog)
    for (const { path, message } of unusedSections(config))
      serverLog.log.warn({ setting: path, error: message }, 'Setting is not used')
    const ended = awaitEndRequest((exitCode) => {
      killWorkers()
      serverLog.flush()
      process.exit(exitCode)
    })
    if (config.workers > 1) await runPrimary(shell, config, serverLog, ended)
    else await runServer(shell, config, serverLog, ended)
  } finally {
    serverLog.flush()
  }
}

/** Makes sure of the address before anything is made. @returns With a port that is free instead of 0, as links name it. */
async function checkOverrides(
  shell: Shell,
  command: Command,
  overrides: ConfigOverrides,
): Promise<ConfigOverrides> {
  const config = await checkConfig(shell, command, overrides)
  await checkFirstRun(config)
  // Several processes have what the first of them gets.
  return config.port === 0 && config.workers === 1
    ? { ...overrides, port: await requireFreeAddress(config) }
    : overrides
}

/** A defect ends the server, as nobody knows what it has left behind; the log says where it was. */
function logCrashes({ log, flush }: ServerLog): void {
  process.on('uncaughtException', (error) => {
    log.error({ error: redact(String(error?.message)), exception: traceOf(error) }, 'Uncaught exception')
    flush()
    process.exit(1)
  })
}
