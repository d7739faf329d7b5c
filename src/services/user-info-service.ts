import { messageOf } from '../models/errors.ts'
import { DirectoryFailedError, PosixIdsFailedError } from '../models/login-errors.ts'
import { PosixIdError } from '../models/posix-ids.ts'
import { bareUserInfo, type Group, type TokenUserInfo } from '../models/token-data.ts'
import {
  compareNames,
  type UserInfo,
  UserInformationError,
  UserInformationUnavailableError,
} from '../models/user-info.ts'
import type { DirectoryGroup, DirectoryUser } from '../storage/ldap/ldap-directory.ts'
import { LdapError } from '../storage/ldap/ldap-errors.ts'
import type { Alerts } from './alerts/alerts.ts'
import type { PosixIdService } from './posix-id-service.ts'
import { type DirectoryAnswers, type DirectoryState, isNobody } from './user-info/directory-answers.ts'
import { about, answer, answerFromMemory, ask, gidsOf, type Inquiry, uidOf } from './user-info/questions.ts'

export interface UserInfoServiceOptions {
  /** Null: there is none. */
  directory: DirectoryAnswers | null
  /** Null: numbers are not assigned here. */
  posixIds: PosixIdService | null
  /** Whether everybody has a group of their own with the number of their UID. */
  userPrivateGroups: boolean
  /** Told where a user is not answered; the gate, whose answers would be too many, tells the log alone. */
  alerts: Pick<Alerts, 'report'>
}

/**
 * Whom a question is about. What was remembered before the token was made does not count for it: so a login brings the
 * newest to every process, and nothing but the token needs to reach them.
 */
export type TokenUser = TokenUserInfo & {
  /** Seconds since the epoch; absent: there is no token yet. */
  readonly created?: number
}

/** What a login needs to know. */
export interface LoginUserInfo {
  info: UserInfo
  /** Names of the groups on which scopes depend, sorted: those without a number too, but not the user's own group. */
  groups: string[]
}

type Id = number | bigint

const UNKNOWN_USER: DirectoryUser = { name: null, email: null, uid: null, gid: null }

/**
 * What is known about users (spec/userinfo.md): what is stored with the token, and for the rest what the sources of this
 * installation say. A source is asked only for what the token does not hold; that a token has no groups is said by an
 * empty list, and that it does not say by null.
 */
export class UserInfoService {
  readonly #options: UserInfoServiceOptions

  constructor(options: UserInfoServiceOptions) {
    this.#options = options
  }

  /** Whether there is a directory that knows users by name. */
  get hasDirectory(): boolean {
    return this.#options.directory !== null
  }

  /** Null: there is none. */
  get directoryState(): DirectoryState | null {
    return this.#options.directory?.state ?? null
  }

  /** @throws {UserInformationError} A source fails, and nothing that it said is remembered, or is young enough. */
  async ofToken(user: TokenUser): Promise<UserInfo> {
    try {
      return this.ofTokenFromMemory(user) ?? (await answer(this.#about(user), 'get'))
    } catch (error) {
      this.#alert(user.username, error)
      throw new UserInformationError(error)
    }
  }

  /** @returns Null: memory cannot say; ask `ofToken`. */
  ofTokenFromMemory(user: TokenUser): UserInfo | null {
    return answerFromMemory(this.#about(user)) ?? null
  }

  /** @throws {UserInformationError} As `ofToken`. */
  async emailOf(user: TokenUser): Promise<string | null> {
    return reported(answer(this.#email(user), 'get'))
  }

  /** @returns Null: none is known. Undefined: memory cannot say; ask `emailOf`. */
  emailFromMemory(user: TokenUser): string | null | undefined {
    if (user.email !== null || !this.#options.directory) return user.email
    return answerFromMemory(this.#email(user))
  }

  /**
   * Names of the groups of `UserInfo`.
   *
   * @throws {UserInformationError} As `ofToken`.
   */
  async groupNamesOf(user: TokenUser): Promise<readonly string[]> {
    return reported(answer(this.#groupNames(user), 'get'))
  }

  /** @returns Null: memory cannot say; ask `groupNamesOf`. */
  groupNamesFromMemory(user: TokenUser): readonly string[] | null {
    if (user.groups) return sortedNames(user.groups.map(({ name }) => name))
    return this.#options.directory ? (answerFromMemory(this.#groupNames(user)) ?? null) : []
  }

  /**
   * What the directory says of a user, without a token. One whom it does not know is a user without data, and is asked
   * about nowhere else.
   *
   * @throws {UserInformationUnavailableError}
   */
  async ofUsername(username: string): Promise<UserInfo> {
    try {
      return await answer(this.#byName(username), 'get')
    } catch (error) {
      this.#alert(username, error)
      throw new UserInformationUnavailableError(error)
    }
  }

  /**
   * What a login needs: looked up anew, whatever is remembered. Assigns nothing, for the user may be refused.
   *
   * @throws {DirectoryFailedError | PosixIdsFailedError}
   */
  async groupsForLogin(user: TokenUserInfo): Promise<LoginUserInfo> {
    try {
      return await answer(this.#aboutLogin(user), 'forLogin')
    } catch (error) {
      throw loginError(error)
    }
  }

  /**
   * Where numbers are assigned here: sees to it that a user for whom a token is made has a UID, and the groups that the
   * directory has them in GIDs. Groups of which it does not tell just now get theirs with the next token.
   *
   * @throws {PosixIdError}
   */
  async assignIds(user: TokenUserInfo): Promise<void> {
    try {
      await this.#assignIds(user)
    } catch (error) {
      // A token says nothing of groups: that there is no directory is no reason not to make it.
      if (!(error instanceof LdapError)) throw error
    }
  }

  /**
   * The same where all of it is to be done, or to fail.
   *
   * @throws {DirectoryFailedError | PosixIdsFailedError}
   */
  async assignAllIds(user: TokenUserInfo): Promise<void> {
    try {
      await this.#assignIds(user)
    } catch (error) {
      throw loginError(error)
    }
  }

  /**
   * Gives numbers to groups that the login provider names without, where numbers are assigned here; elsewhere they have no
   * place in a token.
   *
   * @throws {PosixIdsFailedError}
   */
  async withNumberedGroups(user: TokenUserInfo, names: readonly string[]): Promise<TokenUserInfo> {
    const { posixIds } = this.#options
    if (!posixIds || names.length === 0) return user
    try {
      const gids = await posixIds.assignGids(names)
      const numbered = [...gids].map(([name, id]): Group => ({ name, id }))
      return { ...user, groups: [...(user.groups ?? []), ...numbered] }
    } catch (error) {
      throw loginError(error)
    }
  }

  /** Forgets what sources have said of a user, so that the next question is asked anew. */
  forget(username: string): void {
    this.#options.directory?.forget(username)
  }

  close(): void {
    this.#options.directory?.close()
  }

  async #assignIds(user: TokenUserInfo): Promise<void> {
    const { posixIds, directory } = this.#options
    if (!posixIds) return
    if (user.uid === null) await posixIds.assignUid(user.username)
    if (user.groups || !directory) return
    await posixIds.assignGids(await answer(this.#membershipNames(user), 'get'))
  }

  *#about(user: TokenUser): Inquiry<UserInfo> {
    const { info } = yield* this.#aboutLogin(user)
    return info
  }

  *#aboutLogin(user: TokenUser): Inquiry<LoginUserInfo> {
    const uid = yield* this.#assignedUid(user)
    const entry = this.#needsEntry(user, uid) ? yield* this.#entryOf(user) : UNKNOWN_USER
    const own = { uid: uid ?? this.#uidIn(entry), gid: user.gid }
    const found = yield* this.#groupsOf(user, own.uid, entry)
    const gid = own.gid ?? (yield* this.#primaryGid(own.uid, entry))
    const info: UserInfo = {
      username: user.username,
      name: user.name ?? entry.name,
      email: user.email ?? entry.email,
      uid: own.uid,
      gid: gid ?? this.#privateGid(own.uid),
      groups: found.groups,
      groupNames: found.names,
    }
    return { info, groups: found.memberships }
  }

  *#byName(username: string): Inquiry<UserInfo> {
    const user = bareUserInfo(username)
    const { directory } = this.#options
    const entry = directory ? yield* ask(about(directory.users, username)) : UNKNOWN_USER
    // Somebody may have misspelt a name: that is no reason to look further.
    if (isNobody(entry)) return { ...user, groups: [], groupNames: [] }
    return yield* this.#about(user)
  }

  *#email(user: TokenUser): Inquiry<string | null> {
    if (user.email !== null || !this.#options.directory?.knows.email) return user.email
    return (yield* this.#entryOf(user)).email
  }

  *#groupNames(user: TokenUser): Inquiry<readonly string[]> {
    const { directory, posixIds, userPrivateGroups } = this.#options
    if (user.groups || !directory) return sortedNames((user.groups ?? []).map(({ name }) => name))
    const uid = userPrivateGroups ? yield* this.#assignedUid(user) : user.uid
    const isUidAsked = userPrivateGroups && uid === null && directory.knows.uid && !posixIds
    const isAsked = isUidAsked || this.#primaryGroupIsByEntry(user)
    const entry = isAsked ? yield* this.#entryOf(user) : UNKNOWN_USER
    return (yield* this.#membershipsOf(user, uid ?? this.#uidIn(entry), entry)).names
  }

  *#membershipNames(user: TokenUserInfo): Inquiry<string[]> {
    const entry = this.#primaryGroupIsByEntry(user) ? yield* this.#entryOf(user) : UNKNOWN_USER
    const { memberships } = yield* this.#membershipsOf(user, null, entry)
    return memberships.map(({ name }) => name)
  }

  /** Of the token, or that which is assigned here; null: neither. */
  *#assignedUid({ username, uid }: TokenUserInfo): Inquiry<Id | null> {
    const { posixIds } = this.#options
    return uid === null && posixIds ? yield* ask(uidOf(posixIds, username)) : uid
  }

  *#entryOf({ username, created }: TokenUser): Inquiry<DirectoryUser> {
    const { directory } = this.#options
    return directory ? yield* ask(about(directory.users, username, created)) : UNKNOWN_USER
  }

  /** Whether the directory could say something that is missing. */
  #needsEntry(user: TokenUserInfo, uid: Id | null): boolean {
    const { directory, posixIds } = this.#options
    if (!directory) return false
    const { knows } = directory
    return (
      (user.name === null && knows.name) ||
      (user.email === null && knows.email) ||
      (uid === null && knows.uid && !posixIds) ||
      (user.gid === null && knows.gid) ||
      this.#primaryGroupIsByEntry(user)
    )
  }

  /** Where GIDs are assigned here, the directory's own only leads to the name of the primary group. */
  #primaryGroupIsByEntry({ groups, gid }: TokenUserInfo): boolean {
    const { directory, posixIds } = this.#options
    return groups === null && directory !== null && directory.knows.gid && (posixIds !== null || gid === null)
  }

  /** Where UIDs are assigned here, the directory's are others, and do not count. */
  #uidIn({ uid }: DirectoryUser): number | null {
    return this.#options.posixIds ? null : uid
  }

  #privateGid(uid: Id | null): Id | null {
    return this.#options.userPrivateGroups ? uid : null
  }

  /** Numbers of users and of groups come from the same source: of groups assigned here, the primary one's is as well. */
  *#primaryGid(uid: Id | null, entry: DirectoryUser): Inquiry<Id | null> {
    const { directory, posixIds, userPrivateGroups } = this.#options
    if (!posixIds) return entry.gid
    if (userPrivateGroups && uid !== null) return uid
    if (!directory || entry.gid === null) return null
    const name = yield* ask(about(directory.groupNames, entry.gid))
    if (name === null) return null
    return (yield* ask(gidsOf(posixIds, [name]))).get(name) ?? null
  }

  *#groupsOf(
    user: TokenUser,
    uid: Id | null,
    entry: DirectoryUser,
  ): Inquiry<{ groups: readonly Group[]; names: readonly string[]; memberships: string[] }> {
    const { directory, posixIds, userPrivateGroups } = this.#options
    if (user.groups || !directory) {
      const groups = [...(user.groups ?? [])].sort((one, other) => compareNames(one.name, other.name))
      const names = sortedNames(groups.map(({ name }) => name))
      return { groups, names, memberships: [...names] }
    }
    const { memberships, names } = yield* this.#membershipsOf(user, uid, entry)
    const gids = posixIds
      ? yield* ask(
          gidsOf(
            posixIds,
            memberships.map(({ name }) => name),
          ),
        )
      : null
    const numbered = memberships.map(({ name, gid }) => ({ name, id: gids ? (gids.get(name) ?? null) : gid }))
    const own = userPrivateGroups ? user.username : null
    const groups = names.flatMap((name): Group[] => {
      const id = numbered.find((group) => group.name === name)?.id ?? (name === own ? uid : null)
      return id === null ? [] : [{ name, id }]
    })
    return { groups, names, memberships: memberships.map(({ name }) => name) }
  }

  /**
   * The groups that the directory has the user in, their primary one among them, by name; and the names that count as
   * the user's groups: with the user's own group, and without those that never get a number.
   */
  *#membershipsOf(
    user: TokenUser,
    uid: Id | null,
    entry: DirectoryUser,
  ): Inquiry<{ memberships: readonly DirectoryMembership[]; names: readonly string[] }> {
    const { directory, posixIds, userPrivateGroups } = this.#options
    if (!directory) return { memberships: [], names: [] }
    const groups: readonly DirectoryGroup[] = yield* ask(about(directory.groups, user.username, user.created))
    const primary = yield* this.#primaryGroup(posixIds ? entry.gid : (user.gid ?? entry.gid), groups)
    const isNew = primary !== null && !groups.some(({ name }) => name === primary.name)
    const memberships = (isNew ? [...groups, primary] : [...groups]).sort((one, other) =>
      compareNames(one.name, other.name),
    )
    const names = memberships.filter(({ gid }) => posixIds || gid !== null).map(({ name }) => name)
    if (userPrivateGroups && uid !== null) names.push(user.username)
    return { memberships, names: sortedNames(names) }
  }

  #alert(username: string, error: unknown): void {
    const reason = messageOf(error)
    this.#options.alerts.report(
      `user information: ${reason}`,
      `Unable to get user information of ${username}: ${reason}`,
    )
  }

  *#primaryGroup(gid: Id | null, groups: readonly DirectoryGroup[]): Inquiry<DirectoryMembership | null> {
    const { directory } = this.#options
    if (!directory || gid === null || groups.some((group) => group.gid === gid)) return null
    const name = yield* ask(about(directory.groupNames, gid))
    return name === null ? null : { name, gid }
  }
}

/** As a `DirectoryGroup`; the number may be a token's, which has no bound. */
interface DirectoryMembership {
  readonly name: string
  readonly gid: Id | null
}

function sortedNames(names: readonly string[]): string[] {
  return [...new Set(names)].sort(compareNames)
}

async function reported<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new UserInformationError(error)
  }
}

function loginError(error: unknown): unknown {
  if (error instanceof LdapError) return new DirectoryFailedError(error.message, { cause: error })
  if (error instanceof PosixIdError) return new PosixIdsFailedError(error.message, { cause: error })
  return error
}
