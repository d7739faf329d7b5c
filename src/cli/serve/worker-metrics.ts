import cluster, { type Worker } from 'node:cluster'
import { AggregatorRegistry, type Registry } from 'prom-client'

/** Metrics with their values, as plain data: what goes from one process to another. */
type MetricObjects = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

const QUESTION = 'metrics'
/** A worker that is busy, or still starts, is not waited for longer: its last answer counts. */
const PATIENCE_MILLISECONDS = 2_000
/** What only grows must not shrink when a worker dies. */
const GROWING = ['counter', 'histogram']

interface MetricsAnswer {
  metrics: MetricObjects
}

/** Adds up the metrics of all workers, and of this process, which looks after them. */
export class WorkerMetrics {
  readonly #own: Registry
  /** The last answer of each worker. */
  readonly #last = new Map<number, MetricObjects>()
  /** Of workers that are gone. */
  #past: MetricObjects = []

  constructor(own: Registry) {
    this.#own = own
    cluster.on('message', (worker, message: unknown) => {
      if (isAnswer(message)) this.#last.set(worker.id, message.metrics)
    })
    cluster.on('exit', (worker) => void this.#retire(worker.id))
  }

  async collect(): Promise<string> {
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected())
    await Promise.all(workers.map((worker) => worker && ask(worker)))
    const own = await this.#own.getMetricsAsJSON()
    return AggregatorRegistry.aggregate([own, this.#past, ...this.#last.values()]).metrics()
  }

  async #retire(id: number): Promise<void> {
    const last = this.#last.get(id)
    this.#last.delete(id)
    if (!last) return
    const growing = last.filter(({ type }) => GROWING.includes(String(type)))
    const past = AggregatorRegistry.aggregate([this.#past, growing])
    this.#past = await past.getMetricsAsJSON()
  }
}

/** In a worker: answers the primary. */
export function answerAsWorker(registry: Registry): void {
  process.on('message', (message) => {
    if (message !== QUESTION) return
    void registry.getMetricsAsJSON().then((metrics) => process.send?.({ metrics } satisfies MetricsAnswer))
  })
}

/** Returns when it has answered, has ended, or takes too long. */
async function ask(worker: Worker): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, PATIENCE_MILLISECONDS)
  const answered = (message: unknown) => {
    if (isAnswer(message)) resolve()
  }
  worker.on('message', answered).on('exit', resolve)
  // Whatever is wrong with sending, there will be no answer.
  worker.send(QUESTION, (error) => error && resolve())
  await promise
  clearTimeout(timer)
  worker.off('message', answered).off('exit', resolve)
}

function isAnswer(message: unknown): message is MetricsAnswer {
  return typeof message === 'object' && message !== null && 'metrics' in message
}
