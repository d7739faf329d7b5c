import type { StoreStep } from '../support/store-steps.ts'

/*
 * What a step touches, so that orders of steps that cannot tell the difference are run once. Coarse on the safe side: all
 * token rows count as one thing, as do all rows of a table of token data.
 */

/**
 * What a step does with one thing: `read`s it as others have left it, `publish`es a change of it, locks it (shared or not)
 * or frees it again; `set` and `get` for what has no locks.
 */
type Access = 'read' | 'publish' | 'share' | 'lock' | 'unshare' | 'unlock' | 'get' | 'set'

export interface Touch {
  readonly thing: string
  readonly access: Access
}

export type Footprint = readonly Touch[]

const conflicting: ReadonlySet<string> = new Set(
  (
    [
      ['read', 'publish'],
      ['share', 'lock'],
      ['lock', 'lock'],
      ['unshare', 'lock'],
      ['unlock', 'share'],
      ['unlock', 'lock'],
      ['get', 'set'],
      ['set', 'set'],
    ] satisfies [Access, Access][]
  ).flatMap(([one, other]) => [`${one} ${other}`, `${other} ${one}`]),
)

/** Whether it may matter which of two steps of different operations comes first. */
export function dependent(one: Footprint, other: Footprint): boolean {
  return one.some((touch) =>
    other.some(
      ({ thing, access }) => sameThing(touch.thing, thing) && conflicting.has(`${touch.access} ${access}`),
    ),
  )
}

/** Whether others may see a difference afterwards. */
export function isVisible(footprint: Footprint): boolean {
  return footprint.some(({ access }) => access === 'publish' || access === 'set')
}

const EVERY_KEY = 'redis *'

function sameThing(one: string, other: string): boolean {
  if (one === other) return true
  const isKey = (thing: string) => thing.startsWith('redis ')
  return (one === EVERY_KEY && isKey(other)) || (other === EVERY_KEY && isKey(one))
}

const READING_COMMANDS = new Set(['GET', 'HGET', 'HKEYS', 'PEXPIRETIME'])

const tables: readonly [string, RegExp][] = [
  ['tokens', /\b(token|subtoken|token_change_history)\b/],
  ['data', /\bporthor_token_data\b/],
  ['frozen', /\bporthor_frozen_user\b/],
  ['identity', /\bporthor_redis\b/],
  ['sessions', /\bporthor_session\b/],
]

/** Follows the transactions of one operation, for a COMMIT tells by itself neither what it publishes nor what it frees. */
export class FootprintReader {
  readonly #held = new Map<string, 'share' | 'lock'>()
  readonly #written = new Set<string>()
  #inTransaction = false

  /** The step is about to be sent. */
  read(step: StoreStep): Footprint {
    if (step.store === 'redis') return redisFootprint(step)
    return this.#sqlFootprint(step.text.toLowerCase())
  }

  #sqlFootprint(text: string): Footprint {
    if (text === 'begin' || text.startsWith('start transaction')) {
      this.#inTransaction = true
      return []
    }
    if (text === 'commit' || text === 'rollback') return this.#end(text === 'commit')
    const footprint = this.#statement(text)
    return this.#inTransaction ? footprint : [...footprint, ...this.#end(true)]
  }

  #statement(text: string): Footprint {
    if (text.includes('pg_advisory_xact_lock'))
      return this.#take(advisoryLock(text), text.includes('_shared(') ? 'share' : 'lock')
    const writes = /\b(insert|update|delete)\b/.test(text.replace(/for (no key )?update/g, ''))
    const access = writes || /for (no key )?update/.test(text) ? 'lock' : 'share'
    const locks = access === 'lock' || text.includes('for share')
    return tables
      .filter(([, names]) => names.test(text))
      .flatMap(([thing]): Footprint => {
        if (writes) this.#written.add(thing)
        return [{ thing, access: 'read' }, ...(locks ? this.#take(thing, access) : [])]
      })
  }

  /** What is held already is not waited for again. */
  #take(thing: string, access: 'share' | 'lock'): Footprint {
    const held = this.#held.get(thing)
    if (held === 'lock' || held === access) return []
    this.#held.set(thing, access)
    return [{ thing, access }]
  }

  #end(committed: boolean): Footprint {
    const freed = [...this.#held].map(
      ([thing, access]): Touch => ({ thing, access: access === 'lock' ? 'unlock' : 'unshare' }),
    )
    const published = committed
      ? [...this.#written].map((thing): Touch => ({ thing, access: 'publish' }))
      : []
    this.#held.clear()
    this.#written.clear()
    this.#inTransaction = false
    return [...freed, ...published]
  }
}

function advisoryLock(text: string): string {
  return text.includes('hashtextextended') ? 'user' : 'fence'
}

function redisFootprint({ commands }: StoreStep): Footprint {
  return commands.flatMap((command): Footprint => {
    const [name = '', first = '', , scriptKey = ''] = command
    if (name === 'PING') return []
    if (name === 'SCAN') return [{ thing: EVERY_KEY, access: 'get' }]
    if (name === 'EVAL') return [{ thing: `redis ${scriptKey}`, access: 'set' }]
    if (name === 'DEL') return command.slice(1).map((key) => ({ thing: `redis ${key}`, access: 'set' }))
    return [{ thing: `redis ${first}`, access: READING_COMMANDS.has(name) ? 'get' : 'set' }]
  })
}
