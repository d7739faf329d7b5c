import { BoundedMap } from '../models/bounded-map.ts'
import type { TokenData } from '../models/token-data.ts'
import type { TokenDataReader, TokenDataReading } from '../storage/token-data/token-data-store.ts'
import type { UsedToken } from './last-used.ts'

/** A token that is stored; `frozen`: it is good, but its user is frozen. */
export interface KnownToken extends UsedToken {
  readonly kind: 'valid' | 'frozen'
  readonly data: TokenData
}

/** What is remembered of a token that the store has shown. */
export interface VerifiedEntry extends KnownToken {
  /** When it was read: whole milliseconds of a clock that never goes back, a number that lies in the entry itself. */
  readonly readAt: number
  /** Whether it is in the cache still: once false, always false. */
  isHeld: boolean
}

interface ReadUnderWay {
  reading: Promise<VerifiedEntry | null>
  /** A push for its key has come: the answer is for those who wait already, and for nobody else. */
  marked: boolean
}

export interface VerifiedCacheOptions {
  maximumEntries: number
  /** How long an entry may be used before it is read again: milliseconds. */
  maximumAge: number
}

/**
 * The decoded data of tokens that one reader has read, for as long as nothing is known to have changed (PROTOCOLS.md
 * §5.2). It lives and dies with its reader. What is not there is never remembered.
 */
export class VerifiedCache {
  readonly #options: VerifiedCacheOptions
  readonly #entries: BoundedMap<string, VerifiedEntry>
  readonly #underWay = new Map<string, ReadUnderWay>()

  constructor(options: VerifiedCacheOptions) {
    this.#options = options
    this.#entries = new BoundedMap(options.maximumEntries, (entry) => {
      entry.isHeld = false
    })
  }

  get size(): number {
    return this.#entries.size
  }

  /** @param now - `performance.now()`. */
  get(key: string, now: number): VerifiedEntry | null {
    const entry = this.#entries.get(key)
    if (!entry) return null
    if (this.holds(entry, now)) return entry
    this.#entries.delete(key)
    return null
  }

  /** Whether `get` would give this entry, for those who have kept it. @param now - `performance.now()`. */
  holds(entry: VerifiedEntry, now: number): boolean {
    return entry.isHeld && now - entry.readAt < this.#options.maximumAge
  }

  /** Reads a token; those who ask while a read is under way share it, unless a push has come in between. */
  read(key: string, reader: TokenDataReader): Promise<VerifiedEntry | null> {
    const joined = this.#underWay.get(key)
    if (joined) return joined.reading
    const readAt = Math.floor(performance.now())
    const reading = reader.read(key).then(
      (answer) => this.#finish(key, read, answer, readAt),
      (error) => {
        this.#leave(key, read)
        throw error
      },
    )
    // Entered in the step in which the question is sent: a push that comes before its answer finds it.
    const read: ReadUnderWay = { reading, marked: false }
    this.#underWay.set(key, read)
    return reading
  }

  forget(key: string): void {
    this.#entries.delete(key)
    this.#mark(key)
  }

  forgetEverything(): void {
    this.#entries.clear()
    for (const key of [...this.#underWay.keys()]) this.#mark(key)
  }

  /** Nobody new joins a marked read: who begins to verify after the push sends a read of their own. */
  #mark(key: string): void {
    const read = this.#underWay.get(key)
    if (!read) return
    read.marked = true
    this.#underWay.delete(key)
  }

  #finish(key: string, read: ReadUnderWay, { stored, frozen }: TokenDataReading, readAt: number) {
    this.#leave(key, read)
    if (!stored?.data) return null
    const kind = frozen ? 'frozen' : 'valid'
    const entry: VerifiedEntry = {
      kind,
      data: stored.data,
      readAt,
      isHeld: !read.marked,
      usedAt: 0,
      usedFrom: null,
      round: 0,
    }
    if (entry.isHeld) this.#entries.set(key, entry)
    return entry
  }

  #leave(key: string, read: ReadUnderWay): void {
    if (!read.marked) this.#underWay.delete(key)
  }
}
