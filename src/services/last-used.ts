import { setTimeout as pause } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { BoundedMap } from '../models/bounded-map.ts'
import { type Clock, nowSeconds } from '../models/clock.ts'
import { AuthHistoryStore, type TokenUse } from '../storage/auth-history-store.ts'
import type { Database } from '../storage/schema.ts'
import { TokenLocks } from '../storage/token-locks.ts'
import type { Log } from './token-log.ts'

export interface LastUsedOptions {
  db: Kysely<Database>
  clock: Clock
  log: Log
  /** How often what was noted is written; so much is lost in a crash. */
  intervalSeconds?: number
}

/** A use as it is remembered: whole seconds since the epoch, and where it came from. */
interface Use {
  usedAt: number
  ipAddress: string | null
}

/** A token that is used; what is noted of it is kept with it, for `LastUsed` alone, so that it need not be looked for. */
export interface UsedToken {
  readonly data: { readonly token: { readonly key: string } }
  /** Whole seconds since the epoch. */
  usedAt?: number
  usedFrom?: string | null
  /** Of all rounds of notes the last one that it is in; 0: none. */
  round?: number
}

const INTERVAL_SECONDS = 5
/** Tokens a statement: on the embedded store it is what a request may have to wait for. */
const BATCH = 500
/** Milliseconds. */
const MAXIMUM_PAUSE = 100
/** Tokens noted between two writings, should the database be away for long; what is beyond is not noted. */
const MAXIMUM_NOTED = 100_000
/** A token that goes on being used from one address gets an entry in the history no more often than this. */
const ENTRY_SECONDS = 600

/**
 * Notes when, and from where, tokens are used, and writes it in batches every few seconds, so that no request waits for it.
 * What the history gets is less still: an entry for each new address, and one now and then for the same.
 */
export class LastUsed {
  readonly #options: LastUsedOptions
  readonly #timer: NodeJS.Timeout
  /** One of each token, which may have been read several times. */
  #noted = new Map<string, UsedToken>()
  /** Which round of notes these are: they are written together. */
  #round = 1
  /** The last entry that was made for a token. */
  readonly #entries = new BoundedMap<string, Use>(MAXIMUM_NOTED)
  #writing: Promise<void> = Promise.resolve()
  #closing = false

  constructor(options: LastUsedOptions) {
    this.#options = options
    const milliseconds = (options.intervalSeconds ?? INTERVAL_SECONDS) * 1000
    this.#timer = setInterval(() => void this.write(), milliseconds)
    this.#timer.unref()
  }

  /** Notes that a token was used. @param usedAt - Whole seconds since the epoch. */
  note(used: UsedToken, ipAddress: string | null, usedAt = nowSeconds(this.#options.clock)): void {
    used.usedAt = usedAt
    used.usedFrom = ipAddress
    this.#add(used)
  }

  /** Writes what was noted so far; what cannot be written now is kept for the next time. Throws nothing. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#closing = true
    await this.write()
  }

  /** What is noted already is not noted again. */
  #add(used: UsedToken): void {
    if (used.round === this.#round) return
    const { key } = used.data.token
    if (this.#noted.size >= MAXIMUM_NOTED && !this.#noted.has(key)) return
    used.round = this.#round
    this.#noted.set(key, used)
  }

  async #write(): Promise<void> {
    const noted = [...this.#noted.values()]
    this.#noted = new Map()
    this.#round++
    for (let start = 0; start < noted.length; start += BATCH) {
      const batch = noted.slice(start, start + BATCH)
      const begun = performance.now()
      try {
        await this.#record(batch)
      } catch (error) {
        this.#options.log.error({ error: (error as Error).message }, 'Uses of tokens cannot be recorded')
        this.#keep(noted.slice(start))
        return
      }
      // Requests get as much of the machine as this does.
      if (!this.#closing) await pause(Math.min(performance.now() - begun, MAXIMUM_PAUSE))
    }
  }

  async #record(batch: readonly UsedToken[]): Promise<void> {
    const uses = batch.map((used) => this.#useOf(used))
    const skipped = await this.#options.db.transaction().execute(async (trx) => {
      await new TokenLocks(trx).limitWaiting()
      return new AuthHistoryStore(trx).record(uses)
    })
    const held = new Set(skipped)
    for (const { key, usedAt, ipAddress, entry } of uses) {
      if (entry && !held.has(key)) this.#entries.set(key, { usedAt, ipAddress })
    }
    this.#keep(batch.filter(({ data }) => held.has(data.token.key)))
  }

  #useOf({ data, usedAt = 0, usedFrom = null }: UsedToken): TokenUse {
    const { key } = data.token
    const use = { usedAt, ipAddress: usedFrom }
    return { key, ...use, entry: this.#deservesEntry(key, use) }
  }

  #deservesEntry(key: string, { usedAt, ipAddress }: Use): boolean {
    const last = this.#entries.get(key)
    return !last || last.ipAddress !== ipAddress || usedAt - last.usedAt >= ENTRY_SECONDS
  }

  /** For the next writing, unless the token has been used again meanwhile. */
  #keep(noted: readonly UsedToken[]): void {
    for (const used of noted) {
      if (!this.#noted.has(used.data.token.key)) this.#add(used)
    }
  }
}
