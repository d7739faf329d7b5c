import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CrashStores, storeKinds } from '../../crash/store-kinds.ts'
import { brokenRules, disagreements } from '../../support/rules.ts'
import type { Answer, Command, Verdict } from './commands.ts'
import { Worker } from './fleet.ts'
import { applyInSomeOrder, emptyModel, type Model, type ModelToken } from './model.ts'

/*
 * Random commands, several at once in several processes, against a model that knows neither stores nor processes: some
 * order of one after the other has to explain every answer, and what every process then says of every token. More of it:
 * PORTHOR_RANDOM_RUNS=1000.
 */

const RUNS = Number(process.env.PORTHOR_RANDOM_RUNS ?? 4)
const PROCESSES = 3

/** Chosen before it is known which tokens there will be. */
interface Wish {
  readonly kind: Command['kind']
  readonly token: number
  readonly name: string
  readonly scopes: string[]
  readonly withScopes: boolean
}

const kinds: fc.WeightedArbitrary<Command['kind']>[] = [
  { weight: 4, arbitrary: fc.constant('create session') },
  { weight: 10, arbitrary: fc.constant('create') },
  { weight: 10, arbitrary: fc.constant('delegate') },
  { weight: 10, arbitrary: fc.constant('modify') },
  { weight: 3, arbitrary: fc.constant('revoke') },
  { weight: 1, arbitrary: fc.constant('revoke everything') },
  { weight: 5, arbitrary: fc.constant('rotate') },
  { weight: 1, arbitrary: fc.constant('freeze') },
  { weight: 3, arbitrary: fc.constant('unfreeze') },
]
const wish: fc.Arbitrary<Wish> = fc.record({
  kind: fc.oneof(...kinds),
  token: fc.nat(),
  name: fc.constantFrom('laptop', 'phone', 'script'),
  scopes: fc.subarray(['exec:test', 'read:all', 'user:token']),
  withScopes: fc.boolean(),
})

function commandOf(wish: Wish, token: string): Command {
  const { kind, name, scopes, withScopes } = wish
  if (kind === 'create') return { kind, maker: token, name, scopes }
  if (kind === 'delegate') return { kind, parent: token, service: 'tap', scopes }
  if (kind === 'modify') return { kind, key: token, ...(withScopes ? { scopes } : { name }) }
  if (kind === 'revoke' || kind === 'rotate') return { kind, key: token }
  return { kind }
}

/** Which tokens it makes most sense to ask for this. */
const suited: Readonly<Partial<Record<Command['kind'], ModelToken['type']>>> = {
  create: 'session',
  modify: 'user',
  rotate: 'user',
}

interface State {
  /** All that explain what has been seen. */
  models: readonly Model[]
  /** Every token that was ever handed out. */
  handedOut: string[]
}

/** Some commands at once, each in another process. */
class Round implements fc.AsyncCommand<State, readonly Worker[]> {
  readonly #wishes: readonly Wish[]

  constructor(wishes: readonly Wish[]) {
    this.#wishes = wishes
  }

  check(): boolean {
    return true
  }

  async run(state: State, workers: readonly Worker[]): Promise<void> {
    const done = await Promise.all(
      this.#wishes.map(async (one, index): Promise<[Command, Answer]> => {
        const command = commandOf(one, this.#tokenFor(one, state))
        const answer = await (workers[index] as Worker).do(command)
        return [command, answer]
      }),
    )
    for (const [, answer] of done)
      if (answer.kind === 'done' && answer.token !== null) state.handedOut.push(answer.token)
    const models = state.models.flatMap((model) => applyInSomeOrder(model, done))
    expect(models.length, `no order explains ${JSON.stringify(done)}`).toBeGreaterThan(0)
    state.models = await this.#theOnesInForce(models, state.handedOut, workers)
  }

  /** The same for all that go together, so that they meet; absent: one that nobody ever had. */
  #tokenFor({ kind }: Wish, { models }: State): string {
    const tokens = [...(models[0]?.tokens.values() ?? [])]
    const type = suited[kind]
    const those = tokens.filter((token) => type === undefined || token.type === type)
    const candidates = those.length > 0 ? those : tokens
    return candidates[(this.#wishes[0]?.token ?? 0) % Math.max(candidates.length, 1)]?.key ?? 'A'.repeat(22)
  }

  /** Which of the possible orders it was, every process must agree. */
  async #theOnesInForce(models: readonly Model[], tokens: readonly string[], workers: readonly Worker[]) {
    const expected = models.map((model) => JSON.stringify(tokens.map((token) => verdictOf(model, token))))
    let found: Model[] = []
    // What was pushed may be on its way to those processes that did not do it.
    await expect
      .poll(
        async () => {
          const verdicts = await Promise.all(workers.map((worker) => worker.verify(tokens)))
          const [first, ...others] = verdicts.map((verdict) => JSON.stringify(verdict))
          found = models.filter((_, index) => expected[index] === first)
          return others.every((other) => other === first) && found.length > 0 ? 'explained' : verdicts
        },
        { timeout: 10_000, interval: 20 },
      )
      .toBe('explained')
    return distinct(found)
  }

  toString(): string {
    return this.#wishes.map((one) => JSON.stringify(one)).join(' beside ')
  }
}

function distinct(models: readonly Model[]): Model[] {
  const texts = models.map(({ tokens, frozen }) => JSON.stringify([[...tokens].toSorted(), frozen]))
  return models.filter((_, index) => texts.indexOf(texts[index] ?? '') === index)
}

function verdictOf({ tokens, frozen }: Model, text: string): Verdict {
  const token = tokens.get(text.slice(3, 25))
  if (token?.token !== text) return { kind: 'unknown', scopes: [] }
  return { kind: frozen ? 'frozen' : 'valid', scopes: token.scopes }
}

describe.each(storeKinds.filter(({ name }) => name !== 'embedded'))('$name: random commands', (kind) => {
  describe.skipIf(kind.available !== true)('in several processes', () => {
    let stores: CrashStores
    let workers: Worker[]

    beforeAll(async () => {
      stores = await kind.make()
      // The first one makes the tables.
      workers = [await Worker.open(stores)]
      while (workers.length < PROCESSES) workers.push(await Worker.open(stores))
    })
    afterAll(async () => {
      for (const worker of workers) await worker.close()
      await stores?.remove()
    })

    it('are answered as if one came after the other, and leave two stores that agree', {
      timeout: 120_000 + RUNS * 10_000,
    }, async () => {
      const round = fc.array(wish, { minLength: 1, maxLength: PROCESSES }).map((wishes) => new Round(wishes))
      await fc.assert(
        fc.asyncProperty(fc.commands([round], { maxCommands: 20, size: 'max' }), async (rounds) => {
          const [first] = workers as [Worker, ...Worker[]]
          await first.empty()
          await fc.asyncModelRun(
            () => ({ model: { models: [emptyModel], handedOut: [] } as State, real: workers }),
            rounds,
          )
          const snapshot = await first.look()
          expect([...brokenRules(snapshot, []), ...disagreements(snapshot, [])]).toEqual([])
        }),
        { numRuns: RUNS, endOnFailure: true },
      )
    })
  })
})
