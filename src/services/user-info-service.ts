import { bareUserInfo, type TokenUserInfo } from '../models/token-data.ts'
import { compareNames, type UserInfo } from '../models/user-info.ts'

export interface UserInfoServiceOptions {
  /** Whether everybody has a group of their own with the number of their UID. */
  userPrivateGroups: boolean
}

/** What a login needs to know. */
export interface LoginUserInfo {
  info: UserInfo
  /** Names of all groups, sorted, on which scopes depend. */
  groups: string[]
}

/**
 * What is known about users (spec/userinfo.md): what is stored with the token, and for the rest what the sources of this
 * installation say.
 */
export class UserInfoService {
  readonly #options: UserInfoServiceOptions

  constructor(options: UserInfoServiceOptions) {
    this.#options = options
  }

  /** Whether there is a directory that knows users by name. */
  get hasDirectory(): boolean {
    return false
  }

  /** @throws {UserInformationError} A source fails, and it is not remembered what it has said. */
  async ofToken(user: TokenUserInfo): Promise<UserInfo> {
    return this.#ofTokenAlone(user)
  }

  /** @returns Null: memory cannot say; ask `ofToken`. */
  ofTokenFromMemory(user: TokenUserInfo): UserInfo | null {
    return this.#ofTokenAlone(user)
  }
  /**
   * What the directory says of a user, without a token. One whom it does not know is a user without data.
   *
   * @throws {UserInformationError}
   */
  async ofUsername(username: string): Promise<UserInfo> {
    return this.#ofTokenAlone(bareUserInfo(username))
  }

  /**
   * What a login needs: looked up anew, whatever is remembered, and numbers are assigned. Refuses nobody.
   *
   * @throws {LoginError} A source fails.
   */
  async groupsForLogin(user: TokenUserInfo): Promise<LoginUserInfo> {
    const info = await this.ofToken(user)
    return { info, groups: [...info.groupNames] }
  }

  /** Forgets what sources have said of a user, so that the next question is asked anew. */
  forget(_username: string): void {}

  #ofTokenAlone(user: TokenUserInfo): UserInfo {
    const { username, name, email, uid } = user
    const groups = [...(user.groups ?? [])].sort((one, other) => compareNames(one.name, other.name))
    const gid = user.gid ?? (this.#options.userPrivateGroups ? uid : null)
    return { username, name, email, uid, gid, groups, groupNames: groups.map((group) => group.name) }
  }
}
