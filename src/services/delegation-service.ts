import type { Kysely } from 'kysely'
import { BoundedMap } from '../models/bounded-map.ts'
import { type Clock, nowSeconds } from '../models/clock.ts'
import { InvalidMinimumLifetimeError, InvalidTokenError } from '../models/errors.ts'
import type { Delegation } from '../models/gate-parameters.ts'
import { earlier, type Privilege } from '../models/privilege.ts'
import { type Scopes, sameScopes, scopeSet } from '../models/scopes.ts'
import { type RandomSource, Token } from '../models/token.ts'
import { type TokenData, userInfoOf } from '../models/token-data.ts'
import type { ChildTokenType } from '../models/token-types.ts'
import type { Database } from '../storage/schema.ts'
import type { TokenDataStore } from '../storage/token-data/token-data-store.ts'
import { TokenDatabaseStore } from '../storage/token-database-store.ts'
import type { Operation, Operations } from './operation.ts'
import { createChild } from './operations/create.ts'
import { RememberedToken } from './remembered-token.ts'
import { createdFields, type Log } from './token-log.ts'
import { checkUsername, MINIMUM_LIFETIME_SECONDS, type TokenRules } from './token-rules.ts'
import type { KnownToken } from './verified-cache.ts'
import type { Verification, Verifier } from './verifier.ts'

export interface DelegationServiceOptions {
  operations: Operations
  db: Kysely<Database>
  data: TokenDataStore
  /** Says whether a child that is remembered lives still. */
  verifier: Verifier
  rules: TokenRules
  clock: Clock
  log: Log
  random?: RandomSource
  /** Children kept in memory. */
  maximumEntries?: number
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

const MAXIMUM_ENTRIES = 10_000

/**
 * Gives services and notebooks narrower tokens, derived from the one that was presented (spec/token-service.md §3): one
 * child for a parent, service and scopes, whichever process asks, until less of its life is left than is wanted.
 */
export class DelegationService {
  readonly #options: DelegationServiceOptions
  /** Those who want the same child at the same time get the same promise. */
  readonly #underWay = new Map<string, Promise<TokenData>>()
  /** Children by what they are for. Only their tokens: the verifier knows the rest. */
  readonly #remembered: BoundedMap<string, RememberedToken>

  constructor(options: DelegationServiceOptions) {
    this.#options = options
    this.#remembered = new BoundedMap(options.maximumEntries ?? MAXIMUM_ENTRIES)
  }

  /**
   * The child that memory alone can give: nothing is read, nothing waited for.
   *
   * @returns Null: ask `get`.
   */
  getFromMemory(request: DelegationRequest, delegation: Delegation): Token | null {
    const wish = this.#wish(request, delegation)
    const token = this.#remembered.get(nameOf(wish))
    return token && this.#fits(this.#options.verifier.verifyFromMemory(token), wish) ? token : null
  }

  /**
   * A token for a notebook, or for a service that acts for the user.
   *
   * @throws {InvalidTokenError} The parent has ended, or ends too soon.
   * @throws {InvalidMinimumLifetimeError} No new token would live that long.
   */
  async get(request: DelegationRequest, delegation: Delegation): Promise<TokenData> {
    const wish = this.#wish(request, delegation)
    this.#check(wish)
    const name = nameOf(wish)
    // The number first: a service is named last, by any text.
    const nameWithMinimum = `${wish.minimumLifetimeSeconds ?? ''} ${name}`
    const joined = this.#underWay.get(nameWithMinimum)
    if (joined) return joined
    const child = this.#findOrMake(wish, name).finally(() => this.#underWay.delete(nameWithMinimum))
    this.#underWay.set(nameWithMinimum, child)
    return child
  }

  /** `get` for a service: scopes among them that the parent has not are left out. */
  getInternalToken(request: DelegationRequest, service: string, scopes: Scopes): Promise<TokenData> {
    return this.get(request, { kind: 'internal', service, scopes })
  }

  /** `get` for a notebook, with all scopes of the parent. */
  getNotebookToken(request: DelegationRequest): Promise<TokenData> {
    return this.get(request, { kind: 'notebook' })
  }

  #wish(request: DelegationRequest, delegation: Delegation): Wish {
    const { scopes } = request.parent
    if (delegation.kind === 'notebook') return { ...request, type: 'notebook', service: null, scopes }
    // A scope that this installation no longer knows is nothing to hand on.
    const { knownScopes } = this.#options.rules
    const wanted = scopeSet(delegation.scopes).filter(
      (scope) => scopes.includes(scope) && knownScopes.includes(scope),
    )
    return { ...request, type: 'internal', service: delegation.service, scopes: wanted }
  }

  #check(wish: Wish): void {
    const { rules, clock } = this.#options
    checkUsername(wish.parent.username)
    const minimum = wish.minimumLifetimeSeconds
    if (minimum !== undefined && minimum > rules.tokenLifetimeSeconds - MINIMUM_LIFETIME_SECONDS) {
      const most = rules.tokenLifetimeSeconds - MINIMUM_LIFETIME_SECONDS
      throw new InvalidMinimumLifetimeError(`Must be at most ${most} seconds`)
    }
    const { expires } = wish.parent
    if (expires !== null && expires <= nowSeconds(clock)) throw new InvalidTokenError('Token has expired')
  }

  async #findOrMake(wish: Wish, name: string): Promise<TokenData> {
    const remembered = this.#remembered.get(name)
    if (remembered) {
      const verification = await this.#options.verifier.verify(remembered)
      if (this.#fits(verification, wish)) return verification.data
      this.#remembered.delete(name)
    }
    const child = await this.#find(wish)
    this.#remembered.set(name, RememberedToken.of(child.token))
    return child
  }

  /** Whether a child is what is wished for, and good for long enough. */
  #fits(verification: Verification | null, wish: Wish): verification is KnownToken {
    if (verification?.kind !== 'valid') return false
    return this.#isUsable(verification.data, wish)
  }

  #isUsable({ scopes, expires }: TokenData, wish: Wish): boolean {
    return sameScopes(scopes, wish.scopes) && expires !== null && expires >= this.#minimumExpires(wish)
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
      findExisting: (operation, cut) => this.#usableUnderLock(wish, cut, operation),
    })
    if (made.token.key === child.token.key)
      log.info(createdFields(made, null), `Created new ${wish.type} token`)
    return made
  }

  /** The parent may have lost something since it was presented, and its children with it. */
  #usableUnderLock(wish: Wish, cut: Privilege, operation: Operation): Promise<TokenData | null> {
    const { scopes } = cut
    const parent = { ...wish.parent, scopes, expires: earlier(wish.parent.expires, cut.expires) }
    return this.#usableChild(
      { ...wish, parent, scopes },
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
    return data && this.#isUsable(data, wish) ? data : null
  }

  /** The earliest end with which a child is still good enough: never later than the parent's own. */
  #minimumExpires({ parent, minimumLifetimeSeconds }: Wish): number {
    const { rules, clock } = this.#options
    const wanted = nowSeconds(clock) + (minimumLifetimeSeconds ?? Math.floor(rules.tokenLifetimeSeconds / 2))
    return Math.ceil(earlier(wanted, parent.expires) ?? wanted)
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

/** What has the same name is the same wish, but for the lifetime, which is looked at anew each time. */
function nameOf({ parent, type, service, scopes }: Wish): string {
  // Neither keys nor scopes have blanks in them; a name of a service may, and comes last.
  return `${parent.token.key} ${parent.expires} ${type} ${scopes.join()} ${service}`
}
