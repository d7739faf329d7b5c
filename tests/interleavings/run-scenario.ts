import { PorthorError, StoreUnavailableError } from '../../src/models/errors.ts'
import { Token } from '../../src/models/token.ts'
import { RedisTokenDataStore } from '../../src/storage/token-data/redis-token-data-store.ts'
import { brokenRules, disagreements, heldBy } from '../support/rules.ts'
import { restoreTokenData, type SavedState } from '../support/saved-state.ts'
import { type Snapshot, takeSnapshot } from '../support/store-snapshot.ts'
import type { StoreStep } from '../support/store-steps.ts'
import { PartialOrderExploration } from './explore.ts'
import { type Footprint, isVisible } from './footprint.ts'
import { type Given, type Scenario, scenarioName } from './scenarios.ts'
import { type Actor, type Outcome, runSchedule, type ScheduleRun, type TakenStep } from './schedule.ts'
import type { World } from './world.ts'

export interface ScenarioReport {
  readonly scenario: string
  /** How many orders of steps were run. */
  readonly schedules: number
  readonly steps: number
  /** Whether these were all that can make a difference. */
  readonly complete: boolean
  readonly violations: readonly string[]
}

export interface RunOptions {
  /** Gives up after so many orders. */
  readonly maximumSchedules: number
  /** The first broken rule is enough. */
  readonly first?: boolean
}

/** Runs operations through the orders of their steps, and looks at the stores after each step that others can see. */
export async function runScenario(
  world: World,
  scenario: Scenario,
  { maximumSchedules, first = false }: RunOptions,
): Promise<ScenarioReport> {
  const { given: known, state } = await world.prepare(scenario)
  let struck = scenario.fault === undefined || scenario.fault.kind === 'older Redis'
  const beginning: Beginning = {
    ...{ known, state },
    onStruck() {
      struck = true
    },
  }
  const exploration = new PartialOrderExploration()
  const violations = new Set<string>()
  let schedules = 0
  let steps = 0
  let more = true
  while (more && schedules < maximumSchedules && !(first && violations.size > 0)) {
    await world.restore(state)
    const one = await runOnce(world, scenario, beginning, exploration)
    for (const violation of one.violations) violations.add(violation)
    // The operation takes fewer steps than that: nothing happens to it, which is another scenario's.
    if (!struck) break
    schedules++
    steps += one.run.steps.length
    more = exploration.finish(one.run.steps)
  }
  return {
    scenario: scenarioName(scenario),
    schedules,
    steps,
    complete: !more || !struck,
    violations: [...violations],
  }
}

/** What every order of a scenario begins with. */
interface Beginning {
  known: Given
  state: SavedState
  /** The fault has come to pass. */
  onStruck: () => void
}

async function runOnce(
  world: World,
  scenario: Scenario,
  beginning: Beginning,
  exploration: PartialOrderExploration,
): Promise<{ run: ScheduleRun; violations: string[] }> {
  const { known } = beginning
  const taken: TakenStep[] = []
  const violations: string[] = []
  const note = (problems: readonly string[]) => {
    for (const problem of problems) violations.push(`${problem}\n${describe(taken)}`)
  }
  const held = Object.values(known.family)
  const run = await runSchedule(actorsOf(world, scenario, beginning), {
    choose: (choices) => exploration.choose(choices),
    waiting: () => world.waiting(),
    async afterStep(step) {
      taken.push(step)
      // A Redis that is not blessed serves nobody: what it says breaks no rule.
      if (!isVisible(step.footprint) || scenario.fault?.kind === 'older Redis') return
      const snapshot = await takeSnapshot(world.observer)
      note(brokenRules(snapshot, heldBy(snapshot, held)))
    },
  })
  if (!run.pruned) note(await judge(world, scenario, known, run))
  return { run, violations }
}

function actorsOf(world: World, scenario: Scenario, { known, state, onStruck }: Beginning): Actor[] {
  const operations = scenario.operations.map(({ name, run }, index): Actor => {
    const porthor = world.actors[index]
    if (!porthor) throw new Error('There are not enough processes')
    return { name, run: async () => run(porthor, known) }
  })
  const [first, ...rest] = operations
  const { fault } = scenario
  if (!fault || !first) return operations
  if (fault.kind === 'session lost')
    return [{ ...first, arrive: loseSession(world, fault.after, onStruck) }, ...rest]
  if (fault.kind === 'older Redis') return [...operations, olderRedis(world, state)]
  const late = new LateChange(fault.after, onStruck)
  return [{ ...first, intercept: (step) => late.intercept(step) }, ...rest, late.actor(world)]
}

/** Once the first operation stands before a step towards Redis, and has not sent it, its session in PostgreSQL ends. */
function loseSession(world: World, after: number, onStruck: () => void) {
  let inTransaction = false
  let left = after
  return async ({ store, text }: StoreStep) => {
    if (store === 'sql') inTransaction = !/^(commit|rollback)/.test(text)
    else if (inTransaction && left-- === 0) {
      onStruck()
      await world.endSessions(0)
    }
  }
}

/** A change of Redis that has no answer in time, and is carried out at some later moment. */
class LateChange {
  #changesBefore: number
  readonly #onStruck: () => void
  #withheld: StoreStep | null = null

  constructor(changesBefore: number, onStruck: () => void) {
    this.#changesBefore = changesBefore
    this.#onStruck = onStruck
  }

  intercept(step: StoreStep): void {
    if (step.store !== 'redis' || step.commands.every(([name]) => name === 'GET' || name === 'HGET')) return
    if (this.#changesBefore-- !== 0) return
    this.#withheld = step
    this.#onStruck()
    throw new StoreUnavailableError('Redis did not answer')
  }

  actor({ observer }: World): Actor {
    return {
      name: 'the change arrives',
      run: async (step) => {
        await step({ text: 'the late change arrives', footprint: [{ thing: 'redis *', access: 'set' }] })
        const { data } = observer
        const withheld = this.#withheld
        if (!withheld || !(data instanceof RedisTokenDataStore)) return
        const commands = withheld.commands.map((command) => [...command])
        await data.connection((connection) => connection.sendAll(commands))
      },
    }
  }
}

/** What was written since the beginning is lost, and this Redis is not the blessed one. */
function olderRedis({ observer }: World, state: SavedState): Actor {
  return {
    name: 'an older Redis',
    async run(step) {
      const footprint: Footprint = [
        { thing: 'redis *', access: 'set' },
        { thing: 'identity', access: 'publish' },
      ]
      await step({ text: 'an older Redis takes over', footprint })
      await restoreTokenData(observer, state)
      await observer.database.db.updateTable('porthor_redis').set({ identity: 'another:one' }).execute()
    },
  }
}

/** What is wrong once nothing runs any more, before the reconciler and after it. */
async function judge(world: World, scenario: Scenario, known: Given, run: ScheduleRun): Promise<string[]> {
  const { observer } = world
  await observer.redisTrust?.replay()
  const texts = [...Object.values(known.family), ...run.outcomes.flatMap(tokensIn)]
  const quiet = await takeSnapshot(observer)
  const undisturbed = scenario.fault === undefined && !scenario.amiss
  const problems = [
    ...(run.deadlocked ? ['deadlock'] : []),
    ...run.outcomes.flatMap((outcome) => refusals(outcome, scenario.fault !== undefined)),
    ...brokenRules(quiet, heldBy(quiet, texts)),
    ...(undisturbed ? disagreements(quiet, heldBy(quiet, texts)) : []),
    ...promises(scenario, known, run.outcomes, quiet),
    ...(undisturbed ? (scenario.check?.(run.outcomes, quiet) ?? []) : []),
  ]
  for await (const finding of observer.reconciler.audit({ fix: true }))
    if (undisturbed) problems.push(`the reconciler finds: ${finding.message}`)
  if (undisturbed) return problems
  const repaired = await takeSnapshot(observer)
  const held = heldBy(repaired, texts)
  return [
    ...problems,
    ...[...brokenRules(repaired, held), ...disagreements(repaired, held)].map(
      (problem) => `after the reconciler: ${problem}`,
    ),
  ]
}

/** Whatever happens beside it, an operation is done, or refused with a reason. */
function refusals(outcome: Outcome, struck: boolean): string[] {
  if ('value' in outcome) return []
  const { error } = outcome
  const allowed = error instanceof PorthorError && (error.status < 500 || (struck && error.status === 503))
  return allowed ? [] : [`an operation fails: ${error}`]
}

function promises(
  scenario: Scenario,
  known: Given,
  outcomes: readonly Outcome[],
  snapshot: Snapshot,
): string[] {
  return scenario.operations.flatMap((operation, index) => {
    const outcome = outcomes[index]
    return outcome && 'value' in outcome ? (operation.promised?.(snapshot, known) ?? []) : []
  })
}

function tokensIn(outcome: Outcome): string[] {
  if (!('value' in outcome)) return []
  const { value } = outcome
  if (value instanceof Token) return [value.toString()]
  const token = (value as { token?: unknown } | null | undefined)?.token
  return token instanceof Token ? [token.toString()] : []
}

function describe(steps: readonly TakenStep[]): string {
  return steps.map(({ actor, text }) => `    ${actor}: ${text.slice(0, 100)}`).join('\n')
}
