import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { startBackground, startSampling } from '../../background.ts'
import { openPorthor, type Porthor } from '../../composition.ts'
import type { Config } from '../../config/index.ts'
import { withRequestFields } from '../../http/request-log.ts'
import { nowSeconds } from '../../models/clock.ts'
import { DEFAULT_LINK_LIFETIME_SECONDS } from '../../services/login/login-link-service.ts'
import { clockOf } from '../clock.ts'
import { explainError } from '../explain-error.ts'
import { prepareDatabase } from '../prepare.ts'
import type { Shell } from '../shell.ts'
import { isEmbeddedDefault } from '../with-porthor.ts'
import { firstSteps } from './first-steps.ts'
import { startHttp } from './http.ts'
import { requireFreeAddress } from './listen-error.ts'
import { type Closable, startMetrics } from './metrics.ts'
import { prepareOwnAddresses } from './own-listener.ts'
import type { ServerLog } from './server-log.ts'

/**
 * Serves until it is asked to end.
 *
 * @param ended - Fulfilled when it is to end, which may be before it has started.
 * @throws {CommandError} It cannot start; the message says what to do.
 */
export async function runServer(
  shell: Shell,
  config: Config,
  { log }: ServerLog,
  ended: Promise<void>,
): Promise<void> {
  await prepareOwnAddresses(config)
  await withStores(shell, config, log, async (porthor) => {
    const http = await startHttp(porthor, config, log)
    const background = startBackground(porthor, log)
    const sampling = startSampling(porthor)
    let metrics: Closable | null = null
    try {
      metrics = await startMetrics(porthor, { log, ofWorkers: false })
      if (isEmbeddedDefault(config)) await writeFirstSteps(shell, porthor, http.url)
      else log.info({ url: http.url }, 'Listening')
      await ended
      log.info({}, 'Ending')
    } finally {
      await Promise.all([http.close(), metrics?.close()])
      await Promise.all([background.stop(), sampling.stop()])
    }
  })
}

/** Opens the stores, makes sure of what they hold, works on them, and closes them again. */
export async function withStores(
  shell: Shell,
  config: Config,
  log: ServerLog['log'],
  work: (porthor: Porthor) => Promise<void>,
): Promise<void> {
  try {
    const porthor = await openPorthor({
      config,
      log: withRequestFields(log),
      clock: clockOf(shell.environment),
    })
    try {
      const { made, admins } = await prepareDatabase(porthor)
      if (made.length > 0) log.info({ made }, 'Updated the schema')
      if (admins.length > 0) log.info({ admins }, 'Entered the initial administrators')
      await porthor.health()
      await work(porthor)
    } finally {
      await porthor.close()
    }
  } catch (error) {
    throw explainError(error, config) ?? error
  }
}

/**
 * On a first run, before anything is made: whoever comes back after freeing the port should find a first run again, which
 * shows the bootstrap token. Later the folder comes first: a server that has it usually has the port as well.
 */
export async function checkFirstRun(config: Config): Promise<void> {
  const { database } = config
  if (database.kind !== 'embedded' || existsSync(join(database.folder, 'secrets.json'))) return
  await requireFreeAddress(config)
}

async function writeFirstSteps({ stdout }: Shell, porthor: Porthor, url: string): Promise<void> {
  const { config, clock, admins, loginLinks } = porthor
  if (config.database.kind !== 'embedded') return
  const { folder } = config.database
  const { bootstrapToken, secretsCreated: isNew } = config
  const [admin] = await admins.list()
  const scopes = config.knownScopes.map(({ name }) => name)
  const link =
    admin === undefined ? null : await loginLinks.create(admin, scopes, DEFAULT_LINK_LIFETIME_SECONDS)
  stdout.write(
    await firstSteps({
      url,
      folder,
      bootstrapToken,
      isNew,
      loginLink: link?.url ?? null,
      now: nowSeconds(clock),
    }),
  )
}
