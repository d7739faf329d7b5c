import { Token } from '../src/models/token.ts'
import type { TokenData } from '../src/models/token-data.ts'
import type { TokenType } from '../src/models/token-types.ts'

/** A token to be there before something is measured. */
export interface Seed {
  data: TokenData
  tokenName: string | null
  parent: string | null
}

export interface SeedOptions {
  scopes?: readonly string[]
  /** Whole seconds from the start of the run; negative: expired. */
  lifetime?: number
  tokenName?: string
  parent?: Seed
  service?: string
}

const MONTH = 30 * 86_400
// One moment for all: a child that was made in the next second would outlive its parent.
const NOW = Math.floor(Date.now() / 1000)
let made = 0

/** A token of somebody of whom everything is known: values are as long as a real site's. */
export function seed(username: string, tokenType: TokenType, options: SeedOptions = {}): Seed {
  const {
    scopes = ['exec:test', 'read:all'],
    lifetime = MONTH,
    parent,
    service = null,
    tokenName = null,
  } = options
  const data = {
    username,
    name: `Person called ${username}`,
    email: `${username}@example.com`,
    uid: 123_456,
    gid: 123_456,
    groups: [1, 2, 3].map((id) => ({ name: `group-number-${id}`, id: 2_000_000 + id })),
    token: Token.generate(),
    tokenType,
    service,
    scopes,
    created: NOW - MONTH - (made++ % MONTH),
    expires: NOW + lifetime,
    previous: [],
  }
  return { data, tokenName, parent: parent?.data.token.key ?? null }
}

let users = 0

/** A username that nobody has yet. */
export function newUsername(): string {
  return `person-x${++users}`
}

/** The tokens of a site, five for each user: two made by hand, and a session with a notebook's and a service's below it. */
export function* siteSeeds(count: number, lifetime = MONTH): Generator<Seed> {
  for (let index = 0; index < count; index += 5) {
    const username = newUsername()
    const session = seed(username, 'session', { lifetime })
    const notebook = seed(username, 'notebook', { lifetime, parent: session })
    const internal = seed(username, 'internal', { lifetime, parent: notebook, service: 'tap' })
    const laptop = seed(username, 'user', { lifetime, tokenName: 'laptop' })
    const desktop = seed(username, 'user', { lifetime, tokenName: 'desktop' })
    yield* [session, notebook, internal, laptop, desktop].slice(0, count - index)
  }
}

/** A token with so many others below it, ten below each. */
export function subtreeSeeds(username: string, descendants: number): Seed[] {
  const seeds = [seed(username, 'user', { tokenName: newUsername() })]
  for (let index = 0; index < descendants; index++) {
    const parent = seeds[Math.floor(index / 10)]
    if (parent) seeds.push(seed(username, 'internal', { parent, service: 'tap' }))
  }
  return seeds
}
