import type { StoreStep } from '../support/store-steps.ts'
import { observed, unobserved } from '../support/store-steps.ts'
import { type Footprint, FootprintReader } from './footprint.ts'

/** What runs beside others: an operation, or a fault that strikes one. */
export interface Actor {
  readonly name: string
  /** Its steps are found by watching it. A fault calls `step` itself before it strikes. */
  run(step: (step: FaultStep) => Promise<void>): Promise<unknown>
  /** It has come to a step, which waits to be sent. */
  arrive?(step: StoreStep): Promise<void> | void
  /** The step is about to be sent, unless this throws. */
  intercept?(step: StoreStep): Promise<void> | void
}

export interface FaultStep {
  readonly text: string
  readonly footprint: Footprint
}

/** One step that was taken, and what was known when it was chosen. */
export interface TakenStep {
  readonly actor: number
  readonly text: string
  readonly footprint: Footprint
  /** What each actor that could have gone on would have done. */
  readonly choices: ReadonlyMap<number, Footprint>
}

export interface ScheduleRun {
  readonly steps: readonly TakenStep[]
  readonly outcomes: readonly Outcome[]
  /** It was given up: from some place on, another order has shown all there is to see. */
  readonly pruned: boolean
  /** PostgreSQL had to end somebody, or nobody could go on. */
  readonly deadlocked: boolean
}

export type Outcome = { readonly value: unknown } | { readonly error: unknown }

export interface ScheduleHooks {
  /** Who goes on, of those who can. Null: nothing more is to be seen here; all run to their ends somehow. */
  choose(choices: ReadonlyMap<number, Footprint>): number | null
  /** Which actors wait for a lock of the database. */
  waiting(): Promise<ReadonlySet<number>>
  /** After each step, while all stand still. */
  afterStep?(step: TakenStep): Promise<void>
}

const DEADLOCK = '40P01'
/** An answer usually comes sooner than this, and then nobody has to ask whether a lock is in the way: milliseconds. */
const PATIENCE = 4

/** Runs actors step by step: one goes on at a time, until it has its answer or waits for a lock that another one holds. */
export async function runSchedule(actors: readonly Actor[], hooks: ScheduleHooks): Promise<ScheduleRun> {
  const players = actors.map((actor) => new Player(actor))
  const steps: TakenStep[] = []
  let pruned = false
  for (const player of players) {
    player.start()
    await settle(players, hooks)
  }
  for (;;) {
    const choices = new Map(
      players.flatMap((player, index) => (player.state === 'ready' ? [[index, player.footprint]] : [])),
    )
    if (choices.size === 0) {
      if (players.every(({ state }) => state === 'ended')) break
      // PostgreSQL looks for deadlocks after a second.
      const others = players.filter(({ state }) => state !== 'ended')
      await Promise.race(others.map((player) => player.progress()))
      await settle(players, hooks)
      continue
    }
    const chosen = hooks.choose(choices)
    pruned ||= chosen === null
    const index = chosen ?? [...choices.keys()][0] ?? 0
    const player = players[index] as Player
    const step = { actor: index, text: player.text, footprint: player.footprint, choices }
    if (chosen !== null) steps.push(step)
    player.goOn()
    await settle(players, hooks)
    if (chosen !== null) await hooks.afterStep?.(step)
  }
  return {
    steps,
    pruned,
    outcomes: players.map(({ outcome }) => outcome as Outcome),
    deadlocked: players.some(({ deadlocked }) => deadlocked),
  }
}

/** Waits until nobody moves: each can go on, has ended, or waits for a lock. */
async function settle(players: readonly Player[], { waiting }: ScheduleHooks): Promise<void> {
  for (;;) {
    const moving = players.filter(({ state }) => state === 'moving')
    if (moving.length > 0) await Promise.race([...moving.map((player) => player.progress()), pause(PATIENCE)])
    const unsettled = players.filter(({ state }) => state === 'moving' || state === 'waiting')
    if (unsettled.length === 0) return
    const held = await waiting()
    let changed = moving.length > 0
    for (const player of unsettled) {
      if (player.state === 'moving' && held.has(players.indexOf(player))) player.state = 'waiting'
      // The step that was just taken has let it go.
      if (player.state === 'waiting' && !held.has(players.indexOf(player))) {
        player.state = 'moving'
        changed = true
      }
    }
    if (!changed) return
  }
}

interface PendingStep {
  readonly text: string
  readonly footprint: Footprint
  readonly permit: () => void
}

class Player {
  readonly #actor: Actor
  readonly #reader = new FootprintReader()
  /** `moving`: its step is under way, or it computes. */
  state: 'unstarted' | 'ready' | 'moving' | 'waiting' | 'ended' = 'unstarted'
  outcome: Outcome | null = null
  deadlocked = false
  /** Usually one; those that an operation wants to send at the same time are sent one after the other. */
  readonly #pending: PendingStep[] = []
  #underWay = 0
  #moved = Promise.withResolvers<void>()

  constructor(actor: Actor) {
    this.#actor = actor
  }

  get text(): string {
    return this.#pending[0]?.text ?? ''
  }

  get footprint(): Footprint {
    return this.#pending[0]?.footprint ?? []
  }

  start(): void {
    this.state = 'moving'
    const before = async (step: StoreStep) => {
      const footprint = this.#reader.read(step)
      await unobserved(async () => this.#actor.arrive?.(step))
      await this.#wait(step.text, footprint)
      this.#underWay++
      try {
        await unobserved(async () => this.#actor.intercept?.(step))
      } catch (error) {
        this.#answered()
        throw error
      }
    }
    const after = (_step: StoreStep, error: unknown) => {
      if ((error as { code?: unknown } | null)?.code === DEADLOCK) this.deadlocked = true
      this.#answered()
    }
    const step = ({ text, footprint }: FaultStep) => this.#wait(text, footprint)
    observed({ before, after }, () => this.#actor.run(step)).then(
      (value) => this.#end({ value }),
      (error) => this.#end({ error }),
    )
  }

  goOn(): void {
    this.state = 'moving'
    this.#moved = Promise.withResolvers<void>()
    this.#pending.shift()?.permit()
  }

  /** Fulfilled once it can go on or has ended. */
  progress(): Promise<void> {
    return this.#moved.promise
  }

  #wait(text: string, footprint: Footprint): Promise<void> {
    return new Promise((permit) => {
      this.#pending.push({ text, footprint, permit })
      this.#becomeReady()
    })
  }

  #answered(): void {
    this.#underWay--
    this.#becomeReady()
  }

  #becomeReady(): void {
    if (this.#underWay > 0 || this.#pending.length === 0) return
    this.state = 'ready'
    this.#moved.resolve()
  }

  #end(outcome: Outcome): void {
    this.outcome = outcome
    this.state = 'ended'
    this.#moved.resolve()
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
