import pg from 'pg'
import { openPorthor, type Porthor } from '../../src/composition.ts'
import type { Config } from '../../src/config/index.ts'
import type { Clock } from '../../src/models/clock.ts'
import { Token } from '../../src/models/token.ts'
import { DelegationService } from '../../src/services/delegation-service.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { type CrashStores, type StoreKind, withSessionName } from '../crash/store-kinds.ts'
import { makeFamily } from '../support/family.ts'
import { restoreScript, restoreTokenData, type SavedState, saveState } from '../support/saved-state.ts'
import { openStores } from '../support/stores.ts'
import { type Given, givenOf, type Scenario } from './scenarios.ts'

/** One pair of stores with several Porthors over it, as in processes of their own, and a clock that stands still. */
export class World {
  readonly #stores: CrashStores
  readonly #monitor: pg.Client
  readonly #restorer: pg.Client
  readonly #names: readonly string[]
  readonly #clocks: readonly MovableClock[]
  /** One for each actor. */
  readonly actors: Porthor[]
  /** Looks on. */
  readonly observer: Porthor

  private constructor(parts: {
    stores: CrashStores
    monitor: pg.Client
    restorer: pg.Client
    names: readonly string[]
    clocks: readonly MovableClock[]
    actors: Porthor[]
    observer: Porthor
  }) {
    this.#stores = parts.stores
    this.#monitor = parts.monitor
    this.#restorer = parts.restorer
    this.#names = parts.names
    this.#clocks = parts.clocks
    this.actors = parts.actors
    this.observer = parts.observer
  }

  static async open(kind: StoreKind, actors: number): Promise<World> {
    const stores = await kind.make()
    const { config } = stores
    if (config.database.kind !== 'postgresql') throw new Error('One connection lets no two transactions meet')
    await useFastCommits(config.database.url)
    const names = Array.from({ length: actors }, (_, index) => `actor-${index}`)
    const clocks = Array.from({ length: actors + 1 }, () => new MovableClock())
    const open = (name: string, index: number) =>
      openPorthor({
        ...{ config: withSessionName(config, name), log: silentLog },
        clock: clocks[index] as Clock,
      })
    const observer = await open('observer', actors)
    await observer.schema.update()
    return new World({
      stores,
      names,
      observer,
      clocks,
      actors: await Promise.all(names.map(open)),
      monitor: await connect(config.database.url),
      restorer: await connect(config.database.url),
    })
  }

  get config(): Config {
    return this.#stores.config
  }

  /** Makes a family, has it prepared, and saves it all. The observer's clock is that of the latest. */
  async prepare({ prepare, later = [] }: Scenario): Promise<{ given: Given; state: SavedState }> {
    const { observer, config } = this
    const now = Date.now()
    for (const clock of this.#clocks) clock.set(now, 0)
    await observer.deleteAllData()
    await observer.verifier.verify(Token.generate())
    const family = await makeFamily(observer)
    const before = await givenOf(observer, family)
    await prepare?.(observer, family, openStores({ porthor: observer, config }))
    const given = await givenOf(observer, family, before)
    const state = await saveState(observer)
    const latest = Math.max(0, ...later)
    for (const [index, clock] of this.#clocks.entries()) clock.set(now, later[index] ?? latest)
    return { given, state }
  }

  /** Brings the stores back, and has every actor begin as a process that has seen nothing. */
  async restore(state: SavedState): Promise<void> {
    await this.#restorer.query(restoreScript(state))
    await restoreTokenData(this.observer, state)
    // On the connection that hears of changes: what was under way on it is over by the answer.
    await Promise.all(this.actors.map(({ verifier }) => verifier.verify(Token.generate())))
    for (const [index, actor] of this.actors.entries()) {
      actor.verifier.forgetEverything()
      this.actors[index] = { ...actor, delegation: delegationOf(actor, index) }
    }
  }

  /** Which actors wait for a lock at this moment. */
  async waiting(): Promise<ReadonlySet<number>> {
    const { rows } = await this.#monitor.query<{ name: string }>(
      `SELECT DISTINCT activity.application_name AS name FROM pg_locks JOIN pg_stat_activity activity USING (pid)
       WHERE NOT pg_locks.granted AND activity.datname = current_database()`,
    )
    return new Set(rows.map(({ name }) => this.#names.indexOf(name)))
  }

  /** Ends an actor's sessions in PostgreSQL; the process learns of it when it next wants something of one. */
  async endSessions(actor: number): Promise<void> {
    await this.#monitor.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = $1 AND state LIKE 'idle in transaction%'`,
      [this.#names[actor]],
    )
  }

  async close(): Promise<void> {
    for (const porthor of [...this.actors, this.observer]) await porthor.close()
    await this.#monitor.end()
    await this.#restorer.end()
    await this.#stores.remove()
  }
}

/** Stands still until it is set. */
class MovableClock implements Clock {
  #milliseconds = 0
  #offsetSeconds = 0

  set(milliseconds: number, offsetSeconds: number): void {
    this.#milliseconds = milliseconds + offsetSeconds * 1000
    this.#offsetSeconds = offsetSeconds
  }

  milliseconds(): number {
    return this.#milliseconds
  }

  offsetSeconds(): number {
    return this.#offsetSeconds
  }
}

function delegationOf(
  { operations, database, data, verifier, config, clock }: Porthor,
  actor: number,
): DelegationService {
  const rules = {
    knownScopes: config.knownScopes.map(({ name }) => name),
    tokenLifetimeSeconds: config.tokenLifetimeSeconds,
    maximumTokenLifetimeSeconds: config.maximumTokenLifetimeSeconds,
    maximumTokensPerUser: config.maxTokensPerUser,
  }
  const random = (size: number) => Buffer.alloc(size, actor + 1)
  const parts = { operations, db: database.db, data, verifier, rules, clock, log: silentLog }
  return new DelegationService({ ...parts, random })
}

/** The server itself does not fail here: no COMMIT has to reach its disk before the next step. */
async function useFastCommits(url: string): Promise<void> {
  const client = await connect(url)
  await client.query(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$`,
  )
  await client.end()
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}
