import type { Kysely } from 'kysely'
import type { TokenData } from '../../models/token-data.ts'
import type { Database } from '../schema.ts'

/** A stored value: the exact encrypted text, and what it says. */
export interface StoredTokenData {
  text: string
  /** Null: it does not decrypt, is incomplete, or names another key than that under which it lies. */
  data: TokenData | null
}

/**
 * One operation's access to token data: one connection, of one identity, for the operation's whole life (PROTOCOLS.md
 * §2.8). What has expired counts as absent. Its errors are those of its store; after one the outcome is not known.
 */
export interface TokenDataSession {
  /** In the order of the keys; null: absent. */
  get(keys: readonly string[]): Promise<(StoredTokenData | null)[]>
  /** Stores what must not be there yet. @returns False: it is there. */
  add(data: TokenData): Promise<boolean>
  /** Replaces a value if it is still exactly `text`. @returns False: it is not. */
  replace(text: string, data: TokenData): Promise<boolean>
  /** @returns How many there were. */
  delete(keys: readonly string[]): Promise<number>
  /**
   * Deletes a value if it is still exactly `text`, and with it, at the same moment, those of the keys `below`.
   *
   * @returns False: it is not, and nothing was deleted.
   */
  deleteUnchanged(key: string, text: string, below?: readonly string[]): Promise<boolean>

  /** Marks a user as frozen, always with a new text. */
  freeze(username: string): Promise<void>
  /** The text of the mark; null: not marked. */
  frozenMark(username: string): Promise<string | null>
  /** Removes the mark if it is still exactly `mark`. @returns False: it is not. */
  unfreeze(username: string, mark: string): Promise<boolean>
  /** All users that are marked. */
  frozenUsers(): Promise<string[]>
}

/** A connection taken for one operation. */
export interface TokenDataLease {
  /** What the database must name as blessed; null: the data lies in the database itself, and no fence is needed. */
  readonly identity: string | null
  /** The session of an operation in this transaction. */
  within(trx: Kysely<Database>): TokenDataSession
  release(): void
}

/** Told what to forget, and when. */
export interface InvalidationListener {
  forgetToken(key: string): void
  forgetFrozenUsers(): void
  forgetEverything(): void
  /** Nothing more will be heard on this reader; it is of no use any more. Told once, and not where it was closed. */
  lost(): void
}

/** What a verification reads. */
export interface TokenDataReading {
  stored: StoredTokenData | null
  /** Whether the token's user is frozen. */
  frozen: boolean
}

/** Reads token data and hears of each change to what it has read, from before the reading on (PROTOCOLS.md §5). */
export interface TokenDataReader {
  readonly identity: string | null
  read(key: string): Promise<TokenDataReading>
  /**
   * Proves that the link is alive: what changed before this was asked has been heard of when it is answered. Fails once
   * the link is known to be lost; on one that is merely silent it may wait for ever.
   */
  prove(): Promise<void>
  close(): Promise<void>
}

/**
 * The truth about validity (DESIGN.md): a token whose data is not here is not valid. Two implementations: Redis, and a
 * table beside the database.
 */
export interface TokenDataStore {
  readonly kind: 'redis' | 'sql'
  acquire(): Promise<TokenDataLease>
  openReader(listener: InvalidationListener): Promise<TokenDataReader>
  /** All keys, in batches; a key may come twice, and one that changes meanwhile may be missed or not. */
  scan(): AsyncGenerator<string[], void>
  /** Reads many values without locks, in one round trip. */
  getMany(keys: readonly string[]): Promise<(StoredTokenData | null)[]>
  /** Removes all token data, in batches. @returns How many there were. */
  deleteAll(): Promise<number>
  /** Throws where the store does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}
