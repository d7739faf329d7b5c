import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { CrashStores } from '../../crash/store-kinds.ts'
import type { Snapshot } from '../../support/store-snapshot.ts'
import type { Answer, Command, Verdict } from './commands.ts'
import type { WorkerOrder } from './worker.ts'

const program = fileURLToPath(new URL('./worker.ts', import.meta.url))

type Order = WorkerOrder extends infer One ? (One extends WorkerOrder ? Omit<One, 'number'> : never) : never

/** One process over stores that it shares with others. */
export class Worker {
  readonly #child: ChildProcess
  readonly #asked = new Map<number, PromiseWithResolvers<unknown>>()
  #count = 0

  private constructor() {
    this.#child = fork(program, { serialization: 'advanced' })
    this.#child.on('message', ({ number, result }: { number: number; result: unknown }) => {
      this.#asked.get(number)?.resolve(result)
      this.#asked.delete(number)
    })
    this.#child.on('exit', () => {
      for (const { reject } of this.#asked.values()) reject(new Error('A process has died'))
    })
  }

  static async open({ config }: CrashStores): Promise<Worker> {
    const worker = new Worker()
    await worker.#ask({ kind: 'open', config })
    return worker
  }

  do(command: Command): Promise<Answer> {
    return this.#ask({ kind: 'do', command }) as Promise<Answer>
  }

  verify(tokens: readonly string[]): Promise<Verdict[]> {
    return this.#ask({ kind: 'verify', tokens }) as Promise<Verdict[]>
  }

  look(): Promise<Snapshot> {
    return this.#ask({ kind: 'look' }) as Promise<Snapshot>
  }

  async empty(): Promise<void> {
    await this.#ask({ kind: 'empty' })
  }

  async close(): Promise<void> {
    await this.#ask({ kind: 'close' })
  }

  #ask(order: Order): Promise<unknown> {
    const number = ++this.#count
    const answer = Promise.withResolvers<unknown>()
    this.#asked.set(number, answer)
    this.#child.send({ ...order, number })
    return answer.promise
  }
}
