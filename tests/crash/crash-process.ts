import { flushCompileCache } from 'node:module'
import { openPorthor, type Porthor } from '../../src/composition.ts'
import type { Config } from '../../src/config/index.ts'
import type { Clock } from '../../src/models/clock.ts'
import { StoreUnavailableError } from '../../src/models/errors.ts'
import { Token } from '../../src/models/token.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { makeFamily } from '../support/family.ts'
import { restoreState, type SavedState, saveState } from '../support/saved-state.ts'
import { takeSnapshot } from '../support/store-snapshot.ts'
import { observed, type StepObserver, type StoreStep } from '../support/store-steps.ts'
import { openStores } from '../support/stores.ts'
import { awaitEnd, check } from './check.ts'
import { type CrashOperation, crashOperations } from './operations.ts'
import type { CrashPoint, Moment, Order, RecordedStep, Reply, Time } from './protocol.ts'
import { withSessionName } from './store-kinds.ts'

/*
 * One process of a chain over the same stores: it looks at what the one before has left, and then runs an operation until
 * it is killed, by itself, at the point that it is told. `harness.ts` gives the orders.
 */

let porthor: Porthor
let config: Config
let time: Time
const clock: Clock = {
  milliseconds: () => time.milliseconds,
  offsetSeconds: () => time.offsetSeconds,
}

async function open(order: Extract<Order, { kind: 'open' }>): Promise<Reply> {
  time = order.time ?? { milliseconds: Date.now(), offsetSeconds: 0 }
  config = withSessionName(order.config, sessionName(process.pid))
  porthor = await openPorthor({ config, log: silentLog, clock })
  return { kind: 'done' }
}

/** Makes the family anew, runs the operation undisturbed, and writes down what it sends. */
async function record(name: string): Promise<Reply> {
  await porthor.schema.update()
  await porthor.deleteAllData()
  await linkVerifier()
  const operation = operationOf(name)
  const family = await makeFamily(porthor)
  const stores = openStores({ porthor, config })
  const prepared = await operation.prepare?.(porthor, family, stores)
  const later = operation.later ?? 0
  time = { milliseconds: time.milliseconds + later * 1000, offsetSeconds: later }
  const state = await saveState(porthor)
  const before = await takeSnapshot(porthor)

  const steps: RecordedStep[] = []
  await bringBack(state)
  let underWay = 0
  const recorder: StepObserver = {
    before: (step) => void steps.push({ ...recorded(step), overlaps: underWay++ > 0 }),
    after: () => void underWay--,
  }
  await observed(recorder, () => operation.run(porthor, family, prepared))
  const held = [...Object.values(family), ...tokensIn(prepared)]
  const after = await takeSnapshot(porthor)
  const recording = { operation: name, time, family, prepared, state, before, after, steps, held }
  return { kind: 'recorded', recording }
}

/** Ends in SIGKILL. */
async function crash({ recording, point }: Extract<Order, { kind: 'crash' }>): Promise<Reply> {
  await linkVerifier()
  await bringBack(recording.state)
  const operation = operationOf(recording.operation)
  const answer = await observed(killer(point), () =>
    operation.run(porthor, recording.family, recording.prepared),
  )
  if (point.step < recording.steps.length) return { kind: 'survived' }
  if (point.moment === 'before') kill()
  await send({ kind: 'answered', tokens: tokensIn(answer) })
  kill()
}

/** Each run finds the same: the stores as they were saved, a link to them, and nothing in memory. */
async function bringBack(state: SavedState): Promise<void> {
  await patiently(() => restoreState(porthor, state))
  await patiently(linkVerifier)
}

async function linkVerifier(): Promise<void> {
  await porthor.verifier.verify(Token.generate())
  porthor.verifier.forgetEverything()
}

function killer(point: CrashPoint): StepObserver {
  // Several may be under way at once: each has its number.
  const numbers = new Map<StoreStep, number>()
  const killAt = (step: StoreStep, moment: Moment) => {
    if (numbers.get(step) === point.step && moment === point.moment) kill()
  }
  return {
    before(step) {
      numbers.set(step, numbers.size)
      killAt(step, 'before')
    },
    sent: (step) => killAt(step, 'during'),
    after: (step) => killAt(step, 'after'),
  }
}

function kill(): never {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('A killed process does not go on')
}

function recorded({ store, text, commands }: StoreStep): Omit<RecordedStep, 'overlaps'> {
  const reads = ['GET', 'HGET', 'HKEYS', 'PING']
  if (store === 'sql') return { text, changes: text.toLowerCase() === 'commit' }
  if (store === 'provider') return { text, changes: text.startsWith('POST') }
  return { text, changes: !commands.every(([name = '']) => reads.includes(name)) }
}

/** The tokens that a result hands out. */
function tokensIn(result: unknown): string[] {
  if (result instanceof Token) return [result.toString()]
  const token = (result as { token?: unknown } | null | undefined)?.token
  return token instanceof Token ? [token.toString()] : []
}

function operationOf(name: string): CrashOperation {
  const operation = crashOperations.find((one) => one.name === name)
  if (!operation) throw new Error(`There is no operation "${name}"`)
  return operation
}

function sessionName(pid: number): string {
  return `porthor-crash-${pid}`
}

async function obey(order: Order): Promise<Reply> {
  if (order.kind === 'open') return open(order)
  if (order.kind === 'record') return record(order.operation)
  if (order.kind === 'crash') return crash(order)
  if (order.kind === 'check') {
    await awaitEnd(porthor, sessionName(order.dead))
    return { kind: 'checked', violations: await patiently(() => check(porthor, order, another)) }
  }
  await porthor.close()
  return { kind: 'done' }
}

/** On a machine that is busy with other things, a store may answer too late. To look once more does no harm. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof StoreUnavailableError) || attempt === 3) throw error
    }
  }
}

/** A second view of the same stores, with nothing in memory; null where only one process may have them. */
async function another(): Promise<Porthor | null> {
  if (config.database.kind === 'embedded') return null
  return openPorthor({ config, log: silentLog, clock })
}

function send(reply: Reply): Promise<void> {
  return new Promise((sent, failed) => {
    process.send?.(reply, (error: Error | null) => (error ? failed(error) : sent()))
  })
}

// What was compiled is there for the next process, which has to do the same.
flushCompileCache()
process.on('message', async (order: Order) => {
  const reply = await obey(order).catch(
    (error: Error): Reply => ({ kind: 'failed', error: String(error.stack) }),
  )
  await send(reply)
  if (order.kind === 'close') process.disconnect?.()
})
// Nobody is left to give orders.
process.on('disconnect', () => process.exit())
