import { AndFilter, type Entry, EqualityFilter, type Filter } from 'ldapts'
import { groupField } from '../../models/fields.ts'
import { compareNames } from '../../models/user-info.ts'
import { escapeDnValue } from './distinguished-names.ts'
import type { LdapSearch } from './ldap-connection.ts'
import { LdapEntryError } from './ldap-errors.ts'
import { LdapPool, type LdapPoolOptions } from './ldap-pool.ts'
import { chooseValue, readPosixId, readWholeNumber } from './ldap-values.ts'

/** Where in the directory what is found. */
export interface LdapSchema {
  userBaseDn: string
  userSearchAttr: string
  /** Null: not looked up. */
  nameAttr: string | null
  emailAttr: string | null
  uidAttr: string | null
  gidAttr: string | null
  groupBaseDn: string
  groupObjectClass: string
  groupMemberAttr: string
  /** Whether members are given as distinguished names; if not, as usernames. */
  groupSearchByDn: boolean
}

/** What the directory says of a user; null: nothing. */
export interface DirectoryUser {
  readonly name: string | null
  readonly email: string | null
  readonly uid: number | null
  readonly gid: number | null
}

/** A group; `gid` null: it has no number, or that was not asked for. */
export interface DirectoryGroup {
  readonly name: string
  readonly gid: number | null
}

/** Told of what operators may want to know: pino's shape. */
export interface LdapReporter {
  debug(fields: object, event: string): void
  warn(fields: object, event: string): void
  error(fields: object, event: string): void
}

export interface LdapDirectoryOptions extends LdapPoolOptions, LdapSchema {
  /** Whether groups have the numbers that the directory gives them. */
  withGids: boolean
  report: LdapReporter
}

/** The number of a group by which its members have it as their primary one. */
const GID_ATTRIBUTE = 'gidNumber'
const GROUP_NAME_ATTRIBUTE = 'cn'
/** Where none are named, a server sends all it has (RFC 4511 §4.5.1.8). */
const NO_ATTRIBUTES = ['1.1']
/** Groups by which COmanage keeps its own order. */
const INTERNAL_GROUP_PREFIX = 'CO:'

/**
 * Looks users and groups up by LDAP (spec/userinfo.md §4). Methods throw `LdapTimeoutError`, `LdapConnectionError` or
 * `LdapError` where the directory does not answer.
 */
export class LdapDirectory {
  /** How many queries it has answered, and how many it has not. */
  readonly queries = { answered: 0, failed: 0 }
  readonly #options: LdapDirectoryOptions
  readonly #pool: LdapPool

  constructor(options: LdapDirectoryOptions) {
    this.#options = options
    this.#pool = new LdapPool(options)
  }

  /** What of a user it can say, should it know them. */
  get knows(): Readonly<Record<keyof DirectoryUser, boolean>> {
    const { nameAttr, emailAttr, uidAttr, gidAttr } = this.#options
    return {
      name: nameAttr !== null,
      email: emailAttr !== null,
      uid: uidAttr !== null,
      gid: gidAttr !== null,
    }
  }

  /**
   * A user; all null: there is none of this name.
   *
   * @throws {LdapEntryError} Their UID or GID is none.
   */
  async findUser(username: string): Promise<DirectoryUser> {
    const { nameAttr, emailAttr, uidAttr, gidAttr, userBaseDn, userSearchAttr } = this.#options
    const attributes = [nameAttr, emailAttr, uidAttr, gidAttr].filter((attribute) => attribute !== null)
    const entries = await this.#search({
      base: userBaseDn,
      scope: 'one',
      filter: new EqualityFilter({ attribute: userSearchAttr, value: username }),
      attributes: attributes.length > 0 ? attributes : NO_ATTRIBUTES,
    })
    const [entry, ...others] = entries.sort((one, other) => compareNames(one.dn, other.dn))
    if (!entry) return { name: null, email: null, uid: null, gid: null }
    if (others.length > 0)
      this.#options.report.warn(
        { user: username, dn: entry.dn },
        'Several LDAP entries for a user, using the first',
      )
    const value = (attribute: string | null) => attribute && this.#value(entry, attribute)
    const id = (attribute: string | null) => {
      const text = value(attribute)
      return text ? this.#userId(entry, String(attribute), text) : null
    }
    return { name: value(nameAttr), email: value(emailAttr), uid: id(uidAttr), gid: id(gidAttr) }
  }

  /** The groups that have the user as a member, by name; each name comes once. */
  async findGroups(username: string): Promise<readonly DirectoryGroup[]> {
    const { userSearchAttr, userBaseDn, groupMemberAttr, groupSearchByDn, withGids } = this.#options
    const member = groupSearchByDn ? `${userSearchAttr}=${escapeDnValue(username)},${userBaseDn}` : username
    const entries = await this.#searchGroups(
      new EqualityFilter({ attribute: groupMemberAttr, value: member }),
      withGids ? [GROUP_NAME_ATTRIBUTE, GID_ATTRIBUTE] : [GROUP_NAME_ATTRIBUTE],
    )
    const groups = new Map<string, DirectoryGroup>()
    for (const entry of entries) {
      const name = this.#groupName(entry)
      if (name === null) continue
      const gid = withGids ? this.#groupId(entry, name) : null
      // Of two of the same name, one that has a number.
      if (groups.get(name)?.gid == null) groups.set(name, { name, gid })
    }
    return [...groups.values()].sort((one, other) => compareNames(one.name, other.name))
  }

  /** The name of the group with this number; of several the first. Null: there is none. */
  async findGroupName(gid: number | bigint): Promise<string | null> {
    const filter = new EqualityFilter({ attribute: GID_ATTRIBUTE, value: String(gid) })
    const entries = await this.#searchGroups(filter, [GROUP_NAME_ATTRIBUTE])
    const [name = null] = entries
      .map((entry) => this.#groupName(entry))
      .filter((name) => name !== null)
      .sort(compareNames)
    return name
  }

  close(): void {
    this.#pool.close()
  }

  #searchGroups(which: Filter, attributes: readonly string[]): Promise<Entry[]> {
    const { groupBaseDn, groupObjectClass } = this.#options
    const isGroup = new EqualityFilter({ attribute: 'objectClass', value: groupObjectClass })
    const filter = new AndFilter({ filters: [isGroup, which] })
    return this.#search({ base: groupBaseDn, scope: 'sub', filter, attributes })
  }

  async #search(search: LdapSearch): Promise<Entry[]> {
    const { report, urls } = this.#options
    const { base, filter, attributes } = search
    const asked = {
      ldap_url: urls.join(' '),
      ldap_base: base,
      ldap_search: filter.toString(),
      ldap_attrs: attributes,
    }
    try {
      const entries = await this.#pool.search(search)
      this.queries.answered++
      report.debug({ ...asked, ldap_results: entries.length }, 'Queried LDAP')
      return entries
    } catch (error) {
      this.queries.failed++
      report.error({ ...asked, ...failureFields(error) }, 'Cannot query LDAP')
      throw error
    }
  }

  /** @returns Null: not a group that anybody is to see. */
  #groupName(entry: Entry): string | null {
    const name = this.#value(entry, GROUP_NAME_ATTRIBUTE)
    if (name?.startsWith(INTERNAL_GROUP_PREFIX)) return null
    if (name !== null && groupField.shape.name.safeParse(name).success) return name
    this.#options.report.warn({ dn: entry.dn }, 'LDAP group without a valid name, ignoring')
    return null
  }

  #userId(entry: Entry, attribute: string, text: string): number {
    const id = readPosixId(text)
    if (id !== null) return id
    this.#options.report.error({ dn: entry.dn, attribute }, 'LDAP user entry invalid')
    throw new LdapEntryError({ cause: new Error(`${attribute} is not a whole number from 1 to 2^32 - 2`) })
  }

  #groupId(entry: Entry, name: string): number | null {
    const text = this.#value(entry, GID_ATTRIBUTE)
    const gid = text === null ? null : readWholeNumber(text)
    if (gid === null)
      this.#options.report.warn({ dn: entry.dn, group: name }, 'LDAP group without a valid GID')
    return gid
  }

  #value(entry: Entry, attribute: string): string | null {
    return chooseValue(entry, attribute, (name, chosen) =>
      this.#options.report.warn(
        { dn: entry.dn, attribute: name, chosen },
        'Several values in LDAP, using one',
      ),
    )
  }
}

function failureFields(error: unknown): object {
  if (!(error instanceof Error)) return { error: String(error) }
  return { error: error.message, ...(error.cause instanceof Error && { cause: error.cause.message }) }
}
