import type { Clock } from '../../models/clock.ts'
import type { DirectoryGroup, DirectoryUser, LdapDirectory } from '../../storage/ldap/ldap-directory.ts'
import {
  LdapBindError,
  LdapConnectionError,
  LdapEntryError,
  LdapTimeoutError,
} from '../../storage/ldap/ldap-errors.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { RememberedAnswers } from './remembered-answers.ts'

export interface DirectoryAnswersOptions {
  directory: LdapDirectory
  clock: Clock
  lifetimeSeconds: number
  staleLifetimeSeconds: number
}

/** How this process fares with the directory. */
export interface DirectoryState {
  /** Queries since the start of the process; those that memory answered are not among them. */
  answered: number
  failed: number
  /** Whether it is taken to be away. */
  isAway: boolean
}

/** What the directory has said, remembered (spec/userinfo.md §6). */
export class DirectoryAnswers {
  /** By username. */
  readonly users: RememberedAnswers<string, DirectoryUser>
  /** Groups that have a user as a member: by username. */
  readonly groups: RememberedAnswers<string, readonly DirectoryGroup[]>
  /** Names of groups by their numbers: the primary ones of whole institutes. */
  readonly groupNames: RememberedAnswers<number | bigint, string | null>
  readonly #directory: LdapDirectory
  readonly #breaker: CircuitBreaker

  constructor({ directory, clock, ...lifetimes }: DirectoryAnswersOptions) {
    this.#directory = directory
    const breaker = new CircuitBreaker(clock, isAway)
    this.#breaker = breaker
    const remembered = <K, V>(ask: (key: K) => Promise<V>, isEmpty: (answer: V) => boolean) =>
      new RememberedAnswers<K, V>({
        ...lifetimes,
        ...{ ask, isEmpty, breaker, clock },
        isAnswer: (error) => error instanceof LdapEntryError,
      })
    this.users = remembered(
      (username: string) => directory.findUser(username),
      (user) => isNobody(user),
    )
    this.groups = remembered(
      (username: string) => directory.findGroups(username),
      (groups) => groups.length === 0,
    )
    this.groupNames = remembered(
      (gid: number | bigint) => directory.findGroupName(gid),
      (name) => name === null,
    )
  }

  get knows(): LdapDirectory['knows'] {
    return this.#directory.knows
  }

  get state(): DirectoryState {
    return { ...this.#directory.queries, isAway: this.#breaker.isOpen }
  }

  forget(username: string): void {
    this.users.forget(username)
    this.groups.forget(username)
  }

  close(): void {
    this.#directory.close()
  }
}

/** Whether the directory has nothing to say of a user. */
export function isNobody({ name, email, uid, gid }: DirectoryUser): boolean {
  return name === null && email === null && uid === null && gid === null
}

/** Whether nobody would be answered, whatever they ask. */
function isAway(error: unknown): boolean {
  return (
    error instanceof LdapTimeoutError ||
    error instanceof LdapConnectionError ||
    error instanceof LdapBindError
  )
}
