import type { Kysely } from 'kysely'
import { type Clock, nowSeconds } from '../models/clock.ts'
import { NotFoundError } from '../models/errors.ts'
import type { TokenDetails } from '../models/token-details.ts'
import type { Database } from '../storage/schema.ts'
import type { TokenDataStore } from '../storage/token-data/token-data-store.ts'
import {
  type FoundToken,
  NEWEST_FIRST,
  type PlacedToken,
  type TokenFilters,
  type TokenOrder,
  type TokenPlace,
  TokenSearchStore,
} from '../storage/token-search-store.ts'
import { authorize, type Caller } from './caller.ts'
import { hasEnded } from './operations/create.ts'

/** What people look for. `expired`: whether it has ended by now. */
export type TokenQuery = Omit<TokenFilters, 'expired'> & { expired?: boolean }

/** A page of a list: at most `limit`, after the place that the page before gave. */
export interface SearchPaging {
  limit: number
  after: TokenPlace | null
  order?: TokenOrder
}

export interface SearchPage {
  tokens: TokenDetails[]
  /** Where the next page begins; null: there is none. */
  next: TokenPlace | null
}

export interface TokenTree {
  /** The root first, the parent last; empty: it was derived from none. */
  ancestors: TokenDetails[]
  token: TokenDetails
  /** A page of what lives below it, nearest first. */
  descendants: (TokenDetails & { depth: number })[]
  /** How many descendants there are in all. */
  total: number
  next: PlacedToken | null
}

export interface TokenSearchOptions {
  db: Kysely<Database>
  data: TokenDataStore
  clock: Clock
}

/**
 * Finds tokens for people, and shows them with their kinship and whether they are still accepted. Methods throw
 * `PermissionDeniedError` where the caller may not look.
 */
export class TokenSearch {
  readonly #store: TokenSearchStore
  readonly #data: TokenDataStore
  readonly #clock: Clock

  constructor({ db, data, clock }: TokenSearchOptions) {
    this.#store = new TokenSearchStore(db)
    this.#data = data
    this.#clock = clock
  }

  /** @param query - Without `username`: among everybody's, for administrators. */
  async search(caller: Caller, query: TokenQuery, paging: SearchPaging): Promise<SearchPage> {
    authorize(caller, query.username ?? null)
    const { limit, after, order = NEWEST_FIRST } = paging
    // One more than asked for tells whether there is another page.
    const found = await this.#store.search(this.#filters(query), { order, after, limit: limit + 1 })
    const shown = found.slice(0, limit)
    return {
      tokens: await this.#describe(shown),
      next: found.length > limit ? (shown.at(-1)?.place ?? null) : null,
    }
  }

  /** How many match, on all pages. */
  async count(caller: Caller, query: TokenQuery & { username: string }): Promise<number> {
    authorize(caller, query.username)
    return this.#store.count(this.#filters(query))
  }

  /**
   * A token by its key alone, for administrators.
   *
   * @throws {NotFoundError}
   */
  async get(caller: Caller, key: string): Promise<TokenDetails> {
    authorize(caller, null)
    return this.#get(key)
  }

  /**
   * A token with what it was derived from and what was derived from it.
   *
   * @throws {NotFoundError} There is no such token, or it is another user's.
   */
  async tree(
    caller: Caller,
    username: string,
    key: string,
    paging: { limit: number; after: PlacedToken | null },
  ): Promise<TokenTree> {
    authorize(caller, username)
    const token = await this.#get(key)
    if (token.username !== username) throw tokenNotFound()
    const above = await this.#store.ancestorsOf(key)
    const { limit, after } = paging
    const { placed, total } = await this.#store.descendantsOf(key, { after, limit: limit + 1 })
    const shown = placed.slice(0, limit)
    const known = await this.#read([...above, ...shown.map((one) => one.key)])
    return {
      token,
      ancestors: above.toReversed().flatMap((one) => known.get(one) ?? []),
      descendants: shown.flatMap((one) => {
        const details = known.get(one.key)
        return details ? [{ ...details, depth: one.depth }] : []
      }),
      total,
      next: placed.length > limit ? (shown.at(-1) ?? null) : null,
    }
  }

  async #get(key: string): Promise<TokenDetails> {
    const token = (await this.#read([key])).get(key)
    if (!token) throw tokenNotFound()
    return token
  }

  async #read(keys: readonly string[]): Promise<Map<string, TokenDetails>> {
    const tokens = await this.#describe(await this.#store.read(keys))
    return new Map(tokens.map((token) => [token.token, token]))
  }

  async #describe(found: readonly FoundToken[]): Promise<TokenDetails[]> {
    if (found.length === 0) return []
    const stored = await this.#data.getMany(found.map(({ info }) => info.token))
    const now = nowSeconds(this.#clock)
    return found.map(({ info, children, lastUsedAddress }, index) => ({
      ...info,
      live: !hasEnded(info, now) && stored[index]?.data != null,
      children,
      lastUsedAddress,
    }))
  }

  #filters({ expired, ...query }: TokenQuery): TokenFilters {
    if (expired === undefined) return query
    return { ...query, expired: { is: expired, now: nowSeconds(this.#clock) } }
  }
}

function tokenNotFound(): NotFoundError {
  return new NotFoundError('Token not found', { location: ['path', 'key'] })
}
