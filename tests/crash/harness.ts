import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'
import type { CrashPoint, Moment, Order, Recording, Reply, Time } from './protocol.ts'
import type { CrashStores, StoreKind } from './store-kinds.ts'

export interface CrashReport {
  readonly operation: string
  readonly steps: number
  /** How often a process was killed. */
  readonly points: number
  readonly violations: readonly string[]
}

export interface CrashOptions {
  /** Which of the moments at each step; all three if absent. */
  readonly moments?: readonly Moment[]
  /** Only steps that may change what others see, and the answer. */
  readonly onlyChanges?: boolean
}

const program = fileURLToPath(new URL('./crash-process.ts', import.meta.url))

/**
 * Kills operations on one pair of stores, one process after the other. Each first checks what its predecessor has left:
 * every death is looked at by a process that knows nothing of it.
 */
export class CrashHarness {
  readonly #stores: CrashStores
  readonly #cache: TemporaryFolder
  /** Started ahead, while another one works. */
  #next: CrashProcess | null = null

  private constructor(stores: CrashStores, cache: TemporaryFolder) {
    this.#stores = stores
    this.#cache = cache
  }

  static async open(kind: StoreKind): Promise<CrashHarness> {
    return new CrashHarness(await kind.make(), await temporaryFolder('compiled'))
  }

  /** Kills an operation at each of its steps, found by recording one run of it. */
  async run(operation: string, options: CrashOptions = {}): Promise<CrashReport> {
    const recording = await this.#record(operation)
    const points = pointsOf(recording, options)
    const violations: string[] = []
    let current = await this.#open(recording.time)
    for (const point of points) {
      const { pid, death } = await this.#kill(current, recording, point)
      current = await this.#open(recording.time)
      const found = death.survived
        ? ['it took fewer steps than were recorded']
        : await current.check({ kind: 'check', recording, dead: pid, answered: death.answered })
      violations.push(...found.map((what) => `killed ${describePoint(recording, point)}: ${what}`))
    }
    await current.close()
    return { operation, steps: recording.steps.length, points: points.length, violations }
  }

  async close(): Promise<void> {
    this.#next?.end()
    await this.#stores.remove()
    await this.#cache.remove()
  }

  async #kill(process: CrashProcess, recording: Recording, point: CrashPoint) {
    try {
      return { pid: process.pid, death: await process.crash({ kind: 'crash', recording, point }) }
    } catch {
      // A store was too slow, and so there was nothing to kill. Where that is not all, the next one fails alike.
      const another = await this.#open(recording.time)
      return { pid: another.pid, death: await another.crash({ kind: 'crash', recording, point }) }
    }
  }

  async #record(operation: string): Promise<Recording> {
    for (let attempt = 1; ; attempt++) {
      const recorder = await this.#open(null)
      try {
        const recording = await recorder.record(operation)
        await recorder.close()
        return recording
      } catch (error) {
        // A store was too slow. Where that is not all, it fails every time.
        recorder.end()
        if (attempt === 3) throw error
      }
    }
  }

  async #open(time: Time | null): Promise<CrashProcess> {
    const opened = this.#next ?? new CrashProcess(this.#cache.path)
    this.#next = new CrashProcess(this.#cache.path)
    await opened.ask({ kind: 'open', config: this.#stores.config, time })
    return opened
  }
}

class CrashProcess {
  readonly #child: ChildProcess

  constructor(compileCache: string) {
    this.#child = fork(program, {
      serialization: 'advanced',
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  async record(operation: string): Promise<Recording> {
    const reply = await this.ask({ kind: 'record', operation })
    if (reply.kind !== 'recorded') throw unexpected(reply)
    return reply.recording
  }

  async check(order: Extract<Order, { kind: 'check' }>): Promise<readonly string[]> {
    const reply = await this.ask(order)
    if (reply.kind !== 'checked') throw unexpected(reply)
    return reply.violations
  }

  /** Waits for its death; with what it had answered until then. */
  async crash(
    order: Extract<Order, { kind: 'crash' }>,
  ): Promise<{ survived: boolean; answered: readonly string[] | null }> {
    let answered: readonly string[] | null = null
    let survived = false
    let failure: Reply | null = null
    this.#child.on('message', (reply: Reply) => {
      if (reply.kind === 'answered') {
        answered = reply.tokens
        return
      }
      if (reply.kind === 'survived') survived = true
      else failure = reply
      this.end()
    })
    this.#child.send(order)
    await once(this.#child, 'exit')
    if (failure) throw unexpected(failure)
    return { survived, answered }
  }

  async ask(order: Order): Promise<Reply> {
    this.#child.send(order)
    const [reply] = (await Promise.race([
      once(this.#child, 'message'),
      once(this.#child, 'exit').then(() => [{ kind: 'failed', error: 'The process is gone' }]),
    ])) as [Reply]
    if (reply.kind === 'failed') throw unexpected(reply)
    return reply
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit')
    await this.ask({ kind: 'close' })
    await ended
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }
}

function pointsOf({ steps }: Recording, options: CrashOptions): CrashPoint[] {
  const { moments = ['before', 'during', 'after'], onlyChanges = false } = options
  const points = steps.flatMap(({ changes, overlaps }, step) => {
    if (onlyChanges && !changes) return []
    const isOfItsOwn: Record<Moment, boolean> = {
      // Nothing leaves the process between the answer to one step and the next one: it is one moment, not two.
      before: step === 0 || overlaps || !moments.includes('after') || onlyChanges,
      // Half sent, what changes nothing is as if it had not been sent.
      during: changes,
      after: true,
    }
    return moments.filter((moment) => isOfItsOwn[moment]).map((moment) => ({ step, moment }))
  })
  // The answer is a step towards the caller; it cannot be half sent.
  const isLast = moments.includes('after') && !onlyChanges && steps.length > 0
  const answer = moments.filter((moment) => moment === 'after' || (moment === 'before' && !isLast))
  return [...points, ...answer.map((moment) => ({ step: steps.length, moment }))]
}

function describePoint({ steps }: Recording, { step, moment }: CrashPoint): string {
  return `${moment} step ${step + 1} (${steps[step]?.text.slice(0, 80) ?? 'the answer'})`
}

function unexpected(reply: Reply): Error {
  return new Error(reply.kind === 'failed' ? reply.error : `Not an answer to that: ${reply.kind}`)
}
