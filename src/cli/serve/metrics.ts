import type { Porthor } from '../../composition.ts'
import { about } from '../../http/about.ts'
import { closeServer } from '../../http/close-server.ts'
import { createMetricsServer } from '../../http/metrics-server.ts'
import type { Log } from '../../services/token-log.ts'
import { listenAt } from './own-listener.ts'

export interface Closable {
  close(): Promise<void>
}

export interface MetricsOptions {
  log: Log
  /** Whether other processes answer the requests, and this one tells what all of them know. */
  ofWorkers: boolean
}

/**
 * Serves metrics where the configuration wants them; loads what that takes only then.
 *
 * @returns Null: the configuration wants no metrics.
 * @throws {CommandError} One cannot listen there.
 */
export async function startMetrics(
  porthor: Porthor,
  { log, ofWorkers }: MetricsOptions,
): Promise<Closable | null> {
  const { metricsListen } = porthor.config
  if (!metricsListen) return null
  const [{ processMetrics }, { SystemMetrics }] = await Promise.all([
    import('../../services/metrics/process-metrics.ts'),
    import('../../services/metrics/system-metrics.ts'),
  ])
  const own = processMetrics(porthor)
  const { statistics, redisTrust } = porthor
  const system = new SystemMetrics({
    version: about().version,
    statistics,
    isComparing: redisTrust && (() => redisTrust.isComparing()),
  })
  const workers = ofWorkers ? new (await import('./worker-metrics.ts')).WorkerMetrics(own) : null
  const server = createMetricsServer(async () => {
    const texts = await Promise.all([workers ? workers.collect() : own.metrics(), system.collect()])
    return texts.join('\n')
  }, log)
  await listenAt(server, metricsListen, 'metricsListen')
  return { close: () => closeServer(server) }
}

/** Lets a worker answer the primary, which serves what all of them know. */
export async function answerMetrics(porthor: Porthor): Promise<void> {
  if (!porthor.config.metricsListen) return
  const [{ processMetrics }, { answerAsWorker }] = await Promise.all([
    import('../../services/metrics/process-metrics.ts'),
    import('./worker-metrics.ts'),
  ])
  answerAsWorker(processMetrics(porthor))
}
