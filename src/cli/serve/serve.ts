import cluster from 'node:cluster'
import type { Command } from 'commander'
import { loadConfig } from '../../config/index.ts'
import { traceOf } from '../../http/errors.ts'
import { redact } from '../../http/redact.ts'
import { type ConfigOverrides, type GlobalOptions, readConfig } from '../settings.ts'
import type { Shell } from '../shell.ts'
import { awaitEndRequest } from './end-request.ts'
import { checkFirstRun, runServer } from './server.ts'
import { openServerLog, type ServerLog } from './server-log.ts'
import { killWorkers, runPrimary, runWorker } from './workers.ts'

/**
 * Serves until a signal asks for the end; a second one ends the program at once.
 *
 * @throws {CommandError | ConfigError} It cannot start; the message says what to do.
 */
export async function serve(shell: Shell, command: Command, overrides: ConfigOverrides): Promise<void> {
  if (cluster.isPrimary) {
    const { configPath } = command.optsWithGlobals<GlobalOptions>()
    const { environment } = shell
    await checkFirstRun(await loadConfig({ path: configPath, environment, overrides, purpose: 'check' }))
  }
  const config = await readConfig(shell, command, overrides)
  const serverLog = openServerLog(shell, config)
  logCrashes(serverLog)
  try {
    if (cluster.isWorker) return await runWorker(shell, config, serverLog)
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

/** A defect ends the server, as nobody knows what it has left behind; the log says where it was. */
function logCrashes({ log, flush }: ServerLog): void {
  process.on('uncaughtException', (error) => {
    log.error({ error: redact(String(error?.message)), exception: traceOf(error) }, 'Uncaught exception')
    flush()
    process.exit(1)
  })
}
