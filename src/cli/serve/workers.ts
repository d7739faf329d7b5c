import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { startBackground, startSampling } from '../../background.ts'
import { openPorthor } from '../../composition.ts'
import type { Config } from '../../config/index.ts'
import { withRequestFields } from '../../http/request-log.ts'
import type { Log } from '../../services/token-log.ts'
import { clockOf } from '../clock.ts'
import { CommandError } from '../exit-codes.ts'
import { explainError } from '../explain-error.ts'
import { END_SIGNALS } from '../interrupt.ts'
import type { Shell } from '../shell.ts'
import { startHttp } from './http.ts'
import { requireFreeAddress } from './listen-error.ts'
import { answerMetrics, type Closable, startMetrics } from './metrics.ts'
import { prepareOwnAddresses } from './own-listener.ts'
import { withStores } from './server.ts'
import type { ServerLog } from './server-log.ts'

/** How long to wait before a worker that has died is replaced. */
const REPLACE_MILLISECONDS = 1_000

/**
 * Serves by several processes that share the port. This one looks after the stores and the schedules, and answers no
 * requests; it replaces a worker that dies.
 *
 * @param ended - Fulfilled when it is to end.
 * @throws {CommandError} It cannot start.
 */
export async function runPrimary(
  shell: Shell,
  config: Config,
  { log }: ServerLog,
  ended: Promise<void>,
): Promise<void> {
  await requireFreeAddress(config)
  await prepareOwnAddresses(config)
  await withStores(shell, config, log, async (porthor) => {
    const background = startBackground(porthor, log)
    const workers = new Workers(log)
    let metrics: Closable | null = null
    try {
      metrics = await startMetrics(porthor, { log, ofWorkers: true })
      const started = workers.start(config.workers).then(() => true)
      // Whoever asks for the end does not wait until all have started.
      const isListening = await Promise.race([started, ended.then(() => false)])
      if (isListening)
        log.info({ url: `http://${config.host}:${config.port}`, workers: config.workers }, 'Listening')
      await ended
      log.info({}, 'Ending')
    } finally {
      await Promise.all([workers.stop(), metrics?.close()])
      await background.stop()
    }
  })
}

/** Ends what is left of the workers at once. */
export function killWorkers(): void {
  for (const worker of livingWorkers()) worker.process.kill('SIGKILL')
}

class Workers {
  readonly #log: Log
  #isEnding = false

  constructor(log: Log) {
    this.#log = log
  }

  /** @throws {CommandError} One of them has ended by itself instead of listening: the next one would do the same. */
  async start(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#add()))
  }

  async stop(): Promise<void> {
    this.#isEnding = true
    await Promise.all(
      livingWorkers().map((worker) => {
        const gone = once(worker, 'exit')
        // Not a message: one that is still starting would not hear it.
        worker.process.kill('SIGTERM')
        return gone
      }),
    )
  }

  /** Adds one, which is replaced when it dies. */
  #add(): Promise<void> {
    const worker = cluster.fork()
    // A message to one that has just died; unheard, it would end the primary.
    worker.on('error', (error) =>
      this.#log.debug({ worker: worker.id, error: error.message }, 'Lost a worker'),
    )
    return new Promise((added, failed) => {
      let isListening = false
      worker.once('listening', () => {
        isListening = true
        added()
      })
      worker.once('exit', (_code, signal) => {
        // Killed from outside, it says nothing about how others would fare.
        if (isListening || signal !== null) this.#replace(worker.id).then(added)
        else failed(new CommandError('A worker could not start'))
      })
    })
  }

  /** Tries until another listens, or the end has begun. */
  async #replace(id: number): Promise<void> {
    if (this.#isEnding) return
    this.#log.error({ worker: id }, 'A worker has died; another takes its place')
    await sleep(REPLACE_MILLISECONDS)
    if (!this.#isEnding) await this.#add().catch(() => this.#replace(id))
  }
}

function livingWorkers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker): worker is Worker => worker?.isDead() === false)
}

/** One of the processes that answer requests; it ends when the primary says so, or has ended itself. */
export async function runWorker(shell: Shell, config: Config, { log }: ServerLog): Promise<void> {
  const ended = Promise.withResolvers<void>()
  // Ctrl-C reaches the whole group of processes; the primary decides what a second one means.
  for (const name of END_SIGNALS) process.on(name, () => ended.resolve())
  try {
    const porthor = await openPorthor({
      config,
      log: withRequestFields(log),
      clock: clockOf(shell.environment),
    })
    try {
      await answerMetrics(porthor)
      const http = await startHttp(porthor, config, log)
      const sampling = startSampling(porthor)
      await ended.promise
      await Promise.all([http.close(), sampling.stop()])
    } finally {
      await porthor.close()
    }
  } catch (error) {
    throw explainError(error, config) ?? error
  } finally {
    // The channel to the primary keeps the process alive.
    cluster.worker?.disconnect()
  }
}
