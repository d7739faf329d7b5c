import type { Kysely } from 'kysely'
import { BoundedMap } from '../models/bounded-map.ts'
import type { Clock } from '../models/clock.ts'
import { PorthorError } from '../models/errors.ts'
import {
  foreignRangeOf,
  kindOfUser,
  nextAfter,
  POSIX_ID_KINDS,
  type PosixIdDocument,
  PosixIdError,
  type PosixIdKind,
  type PosixIdRanges,
  problemsOf,
} from '../models/posix-ids.ts'
import { type AssignedPosixId, type PosixIdOwner, PosixIdStore } from '../storage/posix-id-store.ts'
import type { Database } from '../storage/schema.ts'
import { TokenLocks } from '../storage/token-locks.ts'
import type { Log } from './token-log.ts'

export interface PosixIdServiceOptions {
  db: Kysely<Database>
  ranges: PosixIdRanges
  /** Whether numbers were assigned elsewhere before: then nothing is assigned until they are here. */
  mustImport: boolean
  clock: Clock
  log: Log
}

/** What an import has done, or would do. */
export interface ImportReport {
  /** How many came in, and how many were here already, with the same number. */
  users: { added: number; unchanged: number }
  groups: { added: number; unchanged: number }
  /** The next number of each kind. */
  counters: Record<PosixIdKind, number>
}

/** The document cannot come in: each of the problems says why. */
export class ImportRefusedError extends PorthorError {
  readonly code = 'import_refused'
  readonly status = 422
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super([`Nothing was imported:`, ...problems.map((problem) => `  ${problem}`)].join('\n'))
    this.problems = problems
  }
}

const MAXIMUM_REMEMBERED = 20_000
/** A name that had no number may have got one by another process meanwhile. */
const UNKNOWN_MILLISECONDS = 10_000

/**
 * Assigns UIDs to users and GIDs to groups (spec/userinfo.md §5): each name gets a number of its own, once and for ever.
 * Reading assigns nothing. Methods throw `PosixIdError` where the database is away, and where nothing may be said before
 * an import.
 */
export class PosixIdService {
  readonly #options: PosixIdServiceOptions
  /** By owner and name. Numbers never change, so they are kept until there is no more room. */
  readonly #numbers = new BoundedMap<string, number>(MAXIMUM_REMEMBERED)
  /** Names without a number, and until when that is believed: milliseconds since the epoch. */
  readonly #unknown = new BoundedMap<string, number>(MAXIMUM_REMEMBERED)

  constructor(options: PosixIdServiceOptions) {
    this.#options = options
  }

  /** @returns Null: the user has none. Undefined: memory cannot say. */
  uidFromMemory(username: string): number | null | undefined {
    return this.#fromMemory('user', username)
  }

  /** @returns Null: the user has none (yet). */
  async uidOf(username: string): Promise<number | null> {
    const known = this.uidFromMemory(username)
    if (known !== undefined) return known
    return (await this.#find('user', [username])).get(username) ?? null
  }

  /** @returns The numbers of those groups that have one. Null: memory cannot say. */
  gidsFromMemory(groups: readonly string[]): Map<string, number> | null {
    const gids = new Map<string, number>()
    for (const group of groups) {
      const known = this.#fromMemory('group', group)
      if (known === undefined) return null
      if (known !== null) gids.set(group, known)
    }
    return gids
  }

  /** @returns The numbers of those groups that have one. */
  async gidsOf(groups: readonly string[]): Promise<Map<string, number>> {
    return this.gidsFromMemory(groups) ?? (await this.#find('group', groups))
  }

  /** The user's number, a new one if need be: of the bots' where the name is a bot's. */
  async assignUid(username: string): Promise<number> {
    const known = this.uidFromMemory(username)
    if (known != null) return known
    const uids = await this.#assign('user', kindOfUser(username), [username])
    return uids.get(username) as number
  }

  /** The numbers of all these groups, new ones if need be. */
  async assignGids(groups: readonly string[]): Promise<Map<string, number>> {
    const known = this.gidsFromMemory(groups)
    if (known && groups.every((group) => known.has(group))) return known
    return this.#assign('group', 'gid', groups)
  }

  async list(): Promise<AssignedPosixId[]> {
    return this.#reported(() => this.#store().list())
  }

  /** Everything, in the form that `import` takes. */
  async export(): Promise<PosixIdDocument> {
    return this.#reported(() =>
      this.#transaction(async (store) => {
        const all = await store.list()
        const of = (owner: PosixIdOwner) =>
          Object.fromEntries(
            all.filter((one) => one.owner === owner).map(({ name, number }) => [name, number]),
          )
        return { users: of('user'), groups: of('group'), counters: await store.counters() }
      }, 'repeatable read'),
    )
  }

  /**
   * Takes over what was assigned elsewhere, beside what is here; nobody assigns meanwhile. Counters only go forward.
   *
   * @param options.dryRun - Only says what would happen.
   * @throws {ImportRefusedError} Something contradicts itself, or what is here: then nothing comes in.
   */
  async import(document: PosixIdDocument, options: { dryRun: boolean }): Promise<ImportReport> {
    const problems = problemsOf(document, this.#options.ranges)
    if (problems.length > 0) throw new ImportRefusedError(problems)
    const report = await this.#reported(() => this.#import(document, options.dryRun))
    if (!options.dryRun) this.#options.log.info(report, 'Imported UIDs and GIDs')
    return report
  }

  async #import(document: PosixIdDocument, dryRun: boolean): Promise<ImportReport> {
    try {
      return await this.#transaction(async (store) => {
        await store.lockAll()
        const report = await this.#enter(store, document)
        if (dryRun) throw new DryRun(report)
        return report
      })
    } catch (error) {
      if (error instanceof DryRun) return error.report
      throw error
    }
  }

  async #enter(store: PosixIdStore, document: PosixIdDocument): Promise<ImportReport> {
    const present = await store.list()
    const users = newOnes(present, 'user', document.users)
    const groups = newOnes(present, 'group', document.groups)
    const problems = [...users.problems, ...groups.problems]
    if (problems.length > 0) throw new ImportRefusedError(problems)
    await store.add('user', users.added)
    await store.add('group', groups.added)
    return {
      users: { added: users.added.length, unchanged: users.unchanged },
      groups: { added: groups.added.length, unchanged: groups.unchanged },
      counters: await this.#advance(store, document),
    }
  }

  async #advance(store: PosixIdStore, document: PosixIdDocument): Promise<Record<PosixIdKind, number>> {
    const present = await store.counters()
    const all = await store.list()
    const counters = { uid: 0, 'bot-uid': 0, gid: 0 }
    for (const kind of POSIX_ID_KINDS) {
      const assigned = all
        .filter(({ owner, name }) => (owner === 'group' ? 'gid' : kindOfUser(name)) === kind)
        .map(({ number }) => ({ id: number }))
      counters[kind] = Math.max(
        nextAfter(assigned, this.#options.ranges[kind]),
        document.counters[kind] ?? 0,
        present[kind] ?? 0,
      )
      await store.setCounter(kind, counters[kind])
    }
    return counters
  }

  async #assign(
    owner: PosixIdOwner,
    kind: PosixIdKind,
    names: readonly string[],
  ): Promise<Map<string, number>> {
    const known = await this.#reported(() => this.#store().find(owner, names))
    const missing = names.filter((name) => !known.has(name))
    if (missing.length > 0) {
      const given = await this.#reported(() =>
        this.#transaction((store) => this.#giveNumbers(store, owner, kind, missing)),
      )
      for (const [name, number] of given.all) known.set(name, number)
      for (const [name, number] of given.added) this.#logAssigned(owner, name, number)
    }
    for (const [name, number] of known) this.#remember(owner, name, number)
    return known
  }

  /** @returns All of them, and those that are new. */
  async #giveNumbers(store: PosixIdStore, owner: PosixIdOwner, kind: PosixIdKind, names: readonly string[]) {
    const { ranges, mustImport } = this.#options
    if (!mustImport) await store.startCounter(kind, ranges[kind].first)
    const next = await store.lockCounter(kind)
    if (next === null) throw importFirst()
    // Once more, under the lock: another process may have been faster.
    const all = await store.find(owner, names)
    const missing = [...new Set(names)].filter((name) => !all.has(name)).sort()
    if (next + missing.length - 1 > ranges[kind].last) {
      throw new PosixIdError(
        `There are no numbers left from ${ranges[kind].first} to ${ranges[kind].last} (${kind})`,
      )
    }
    const added = missing.map((name, index) => [name, next + index] as const)
    if (added.length > 0) {
      await store.add(owner, added)
      await store.setCounter(kind, next + added.length)
    }
    return { all: new Map([...all, ...added]), added }
  }

  async #find(owner: PosixIdOwner, names: readonly string[]): Promise<Map<string, number>> {
    const found = await this.#reported(async () => {
      const store = this.#store()
      const numbers = await store.find(owner, names)
      const isComplete = names.every((name) => numbers.has(name))
      // That a name has no number is not known before what was assigned elsewhere is here.
      if (!isComplete && this.#options.mustImport && !(await store.isCounting())) throw importFirst()
      return numbers
    })
    const until = this.#options.clock.milliseconds() + UNKNOWN_MILLISECONDS
    for (const name of names) {
      const number = found.get(name)
      if (number === undefined) this.#unknown.set(memoryKey(owner, name), until)
      else this.#remember(owner, name, number)
    }
    return found
  }

  #fromMemory(owner: PosixIdOwner, name: string): number | null | undefined {
    const key = memoryKey(owner, name)
    const number = this.#numbers.get(key)
    if (number !== undefined) return number
    const until = this.#unknown.get(key)
    return until !== undefined && this.#options.clock.milliseconds() < until ? null : undefined
  }

  /** @throws {PosixIdError} The number is another kind's: it may be given to somebody else, or was theirs. */
  #remember(owner: PosixIdOwner, name: string, number: number): void {
    const kind = owner === 'group' ? 'gid' : kindOfUser(name)
    const foreign = foreignRangeOf(kind, number, this.#options.ranges)
    if (foreign) {
      throw new PosixIdError(
        `${name} has the number ${number}, which lies in the range of ${foreign}, not of ${kind}`,
      )
    }
    const key = memoryKey(owner, name)
    this.#unknown.delete(key)
    this.#numbers.set(key, number)
  }

  #logAssigned(owner: PosixIdOwner, name: string, number: number): void {
    const { log } = this.#options
    if (owner === 'user') log.info({ user: name, uid: number }, 'Assigned new UID')
    else log.info({ group: name, gid: number }, 'Assigned new GID')
  }

  #store(): PosixIdStore {
    return new PosixIdStore(this.#options.db)
  }

  #transaction<T>(
    work: (store: PosixIdStore) => Promise<T>,
    isolation: 'read committed' | 'repeatable read' = 'read committed',
  ): Promise<T> {
    const { db, clock } = this.#options
    return db
      .transaction()
      .setIsolationLevel(isolation)
      .execute(async (trx) => {
        await new TokenLocks(trx).limitWaiting()
        return work(new PosixIdStore(trx, clock.offsetSeconds()))
      })
  }

  async #reported<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof PorthorError) throw error
      throw new PosixIdError('UIDs and GIDs are not within reach just now', { cause: error })
    }
  }
}

/** Ends the transaction without what was done in it. */
class DryRun extends Error {
  readonly report: ImportReport

  constructor(report: ImportReport) {
    super('Nothing is to be done')
    this.report = report
  }
}

/** What of a document is not here yet, and what contradicts what is. */
function newOnes(
  present: readonly AssignedPosixId[],
  owner: PosixIdOwner,
  wanted: Readonly<Record<string, number>>,
) {
  const own = present.filter((one) => one.owner === owner)
  const numbers = new Map(own.map(({ name, number }) => [name, number]))
  const names = new Map(own.map(({ name, number }) => [number, name]))
  const added: [string, number][] = []
  const problems: string[] = []
  let unchanged = 0
  for (const [name, number] of Object.entries(wanted)) {
    const here = numbers.get(name)
    const holder = names.get(number)
    if (here === number) unchanged++
    else if (here !== undefined)
      problems.push(`${owner}s.${name}: has the number ${here} here, not ${number}`)
    else if (holder !== undefined)
      problems.push(`${owner}s.${name}: ${number} is the number of ${holder} here`)
    else added.push([name, number])
  }
  return { added, unchanged, problems }
}

function memoryKey(owner: PosixIdOwner, name: string): string {
  return `${owner} ${name}`
}

function importFirst(): PosixIdError {
  return new PosixIdError(
    'UIDs and GIDs were assigned by Firestore before: import them first, with `porthor posix-ids import FILE`',
  )
}
