import type { Kysely } from 'kysely'
import { type Clock, nowSeconds } from '../models/clock.ts'
import { InvalidMinimumLifetimeError, InvalidTokenError } from '../models/errors.ts'
import { earlier } from '../models/privilege.ts'
import { type Scopes, sameScopes, scopeSet } from '../models/scopes.ts'
import { type RandomSource, Token } from '../models/token.ts'
import { type TokenData, userInfoOf } from '../models/token-data.ts'
import type { ChildTokenType } from '../models/token-types.ts'
import type { Database } from '../storage/schema.ts'
import type { TokenDataStore } from '../storage/token-data/token-data-store.ts'
import { TokenDatabaseStore } from '../storage/token-database-store.ts'
import type { Operation, Operations } from './operation.ts'
import { createChild } from './operations/create.ts'
import { createdFields, type Log } from './token-log.ts'
import { checkScopes, checkUsername, MINIMUM_LIFETIME_SECONDS, type TokenRules } from './token-rules.ts'

export interface DelegationServiceOptions {
  operations: Operations
  db: Kysely<Database>
  data: TokenDataStore
  rules: TokenRules
  clock: Clock
  log: Log
  random?: RandomSource
}

export interface DelegationRequest {
  /** The data of the token that was presented. */
  parent: TokenData
  /** Where the request came from, for the history. */
  ipAddress: string | null
  /** The child is to live at least so long, in seconds; absent: at least half of what a new one would. */
  minimumLifetimeSeconds?: number
}

interface Wish extends DelegationRequest {
  type: ChildTokenType
  service: string | null
  scopes: Scopes
}

/**
 * Gives services and notebooks narrower tokens, derived from the one that was presented (spec/token-service.md §3): one
 * child for a parent, service and scopes, whichever process asks, until less of its life is left than is wanted.
 */
export class DelegationService {
  readonly #options: DelegationServiceOptions
  /** Those who want the same child at the same time get the same promise. */
  readonly #underWay = new Map<string, Promise<TokenData>>()

  constructor(options: DelegationServiceOptions) {
    this.#options = options
  }

  /**
   * A token for a service that acts for the user.
   *
   * @param scopes - Those among them that the parent has not are left out.
   * @throws {InvalidTokenError} The parent has ended, or ends too soon.
   * @throws {InvalidScopesError} A scope is unknown.
   * @throws {InvalidMinimumLifetimeError} No new token would live that long.
   */
  async getInternalToken(request: DelegationRequest, service: string, scopes: Scopes): Promise<TokenData> {
    const wanted = scopeSet(scopes).filter((scope) => request.parent.scopes.includes(scope))
    checkScopes(this.#options.rules, wanted, null)
    return this.#get({ ...request, type: 'internal', service, scopes: wanted })
  }

  /** A token for a notebook, with all scopes of the parent. Throws as `getInternalToken` does. */
  async getNotebookToken(request: DelegationRequest): Promise<TokenData> {
    return this.#get({ ...request, type: 'notebook', service: null, scopes: request.parent.scopes })
  }

  #get(wish: Wish): Promise<TokenData> {
    const { rules, clock } = this.#options
    checkUsername(wish.parent.username)
    const minimum = wish.minimumLifetimeSeconds
    if (minimum !== undefined && minimum > rules.tokenLifetimeSeconds - MINIMUM_LIFETIME_SECONDS) {
      const most = rules.tokenLifetimeSeconds - MINIMUM_LIFETIME_SECONDS
      throw new InvalidMinimumLifetimeError(`Must be at most ${most} seconds`)
    }
    const { expires } = wish.parent
    if (expires !== null && expires <= nowSeconds(clock)) throw new InvalidTokenError('Token has expired')

    const { parent, type, service, scopes } = wish
    const name = JSON.stringify([parent.token.key, parent.expires, type, service, scopes, minimum])
    let child = this.#underWay.get(name)
    if (!child) {
      child = this.#find(wish).finally(() => this.#underWay.delete(name))
      this.#underWay.set(name, child)
    }
    return child
  }

  async #find(wish: Wish): Promise<TokenData> {
    const { operations, db, data, clock, log } = this.#options
    const store = new TokenDatabaseStore(db, clock.offsetSeconds())
    const found = await this.#usableChild(wish, store, (key) =>
      data.getMany([key]).then(([stored]) => stored?.data),
    )
    if (found) return found

    const child = this.#newChild(wish)
    const made = await createChild(operations, {
      wish: child,
      parent: wish.parent.token.key,
      history: { actor: wish.parent.username, ipAddress: wish.ipAddress },
      findExisting: (operation) => this.#usableUnderLock(wish, operation),
    })
    if (made.token.key === child.token.key)
      log.info(createdFields(made, null), `Created new ${wish.type} token`)
    return made
  }

  #usableUnderLock(wish: Wish, operation: Operation): Promise<TokenData | null> {
    return this.#usableChild(
      wish,
      operation.tokens,
      async (key) => (await operation.data.get([key]))[0]?.data,
    )
  }

  /** The newest child that lives long enough and whose data is there, with the wanted scopes. */
  async #usableChild(
    wish: Wish,
    store: TokenDatabaseStore,
    read: (key: string) => Promise<TokenData | null | undefined>,
  ): Promise<TokenData | null> {
    const minimum = this.#minimumExpires(wish)
    const key =
      wish.type === 'notebook'
        ? await store.getNotebookTokenKey(wish.parent, minimum)
        : await store.getInternalTokenKey(wish.parent, wish.service ?? '', wish.scopes, minimum)
    if (key === null) return null
    const data = await read(key)
    return data && sameScopes(data.scopes, wish.scopes) && data.expires !== null && data.expires >= minimum
      ? data
      : null
  }

  /** The earliest end with which a child is still good enough: never later than the parent's own. */
  #minimumExpires({ parent, minimumLifetimeSeconds }: Wish): number {
    const { rules, clock } = this.#options
    const wanted = nowSeconds(clock) + (minimumLifetimeSeconds ?? Math.floor(rules.tokenLifetimeSeconds / 2))
    return earlier(wanted, parent.expires) ?? wanted
  }

  #newChild({ parent, type, service, scopes }: Wish): TokenData {
    const { rules, clock, random } = this.#options
    const created = nowSeconds(clock)
    return {
      ...userInfoOf(parent),
      token: Token.generate(random),
      tokenType: type,
      service,
      scopes,
      created,
      expires: earlier(created + rules.tokenLifetimeSeconds, parent.expires),
      previous: [],
    }
  }
}
