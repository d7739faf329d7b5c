import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { startBackground } from '../../background.ts'
import { openPorthor } from '../../composition.ts'
import type { Config } from '../../config/index.ts'
import { withRequestFields } from '../../http/request-log.ts'
import { clockOf } from '../clock.ts'
import { CommandError } from '../exit-codes.ts'
import { explainError } from '../explain-error.ts'
import { END_SIGNALS } from '../interrupt.ts'
import type { Shell } from '../shell.ts'
import { startHttp } from './http.ts'
import { requireFreeAddress } from './listen-error.ts'
import { withStores } from './server.ts'
import type { ServerLog } from './server-log.ts'

/** How long to wait before a worker that has died is replaced. */
const REPLACE_MILLISECONDS = 1_000
const STOP = 'stop'

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
  await withStores(shell, config, log, async (porthor) => {
    const background = startBackground(porthor, log)
    let isEnding = false
    const replace = ({ id }: Worker) => {
      if (isEnding) return
      log.error({ worker: id }, 'A worker has died; another takes its place')
      setTimeout(() => {
        if (!isEnding) cluster.fork()
      }, REPLACE_MILLISECONDS)
    }
    try {
      await startWorkers(config.workers)
      cluster.on('exit', replace)
      log.info({ url: `http://${config.host}:${config.port}`, workers: config.workers }, 'Listening')
      await ended
      log.info({}, 'Ending')
    } finally {
      isEnding = true
      cluster.off('exit', replace)
      await stopWorkers()
      await background.stop()
    }
  })
}

/** Ends what is left of the workers at once. */
export function killWorkers(): void {
  for (const worker of livingWorkers()) worker.process.kill('SIGKILL')
}

/** @throws {CommandError} One of them has ended instead of listening. */
async function startWorkers(count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async () => {
      const worker = cluster.fork()
      const listening = once(worker, 'listening').then(() => true)
      const died = once(worker, 'exit').then(() => false)
      if (!(await Promise.race([listening, died]))) throw new CommandError('A worker could not start')
    }),
  )
}

async function stopWorkers(): Promise<void> {
  await Promise.all(
    livingWorkers().map((worker) => {
      const gone = once(worker, 'exit')
      worker.send(STOP)
      return gone
    }),
  )
}

function livingWorkers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker): worker is Worker => worker?.isDead() === false)
}

/** One of the processes that answer requests; it ends when the primary says so, or has ended itself. */
export async function runWorker(shell: Shell, config: Config, { log }: ServerLog): Promise<void> {
  const ended = Promise.withResolvers<void>()
  process.on('message', (message) => {
    if (message === STOP) ended.resolve()
  })
  // Ctrl-C reaches the whole group of processes; the primary decides what a second one means.
  for (const name of END_SIGNALS) process.on(name, () => ended.resolve())
  try {
    const porthor = await openPorthor({
      config,
      log: withRequestFields(log),
      clock: clockOf(shell.environment),
    })
    try {
      const http = await startHttp(porthor, config, log)
      await ended.promise
      await http.close()
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
