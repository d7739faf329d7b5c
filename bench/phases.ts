import { newUsername, type Seed, seed, subtreeSeeds } from './seeds.ts'
import type { Subject } from './subject.ts'

/** What must be there, and what the n-th operation then does. */
export interface Plan {
  seeds: Seed[]
  operate(subject: Subject, index: number): Promise<unknown>
}

export interface Phase {
  name: string
  /** Operations in a round, when one waits for the other. */
  size: number
  /** Operations before those that are measured, where the usual number would take too long. */
  warmUp?: number
  /** How many are under way at once, one measurement for each number. */
  atOnce: number[]
  plan(operations: number): Plan
}

const USERS = 50

/** The single operations, each against tokens of its own in tables that are filled. */
export const phases: Phase[] = [
  {
    name: 'create',
    size: 100,
    atOnce: [1, 8],
    plan() {
      const scopes = ['exec:test', 'read:all', 'user:token']
      const makers = times(USERS, () => seed(newUsername(), 'session', { scopes }))
      return {
        seeds: makers,
        operate: (subject, index) => subject.create(at(makers, index).data, `token-${index}`),
      }
    },
  },
  {
    name: 'modify: narrow a token with a child',
    size: 100,
    atOnce: [1, 8],
    plan(operations) {
      const tokens = times(operations, () => seed(newUsername(), 'user', { tokenName: 'laptop' }))
      const children = tokens.map((parent) => seed(parent.data.username, 'notebook', { parent }))
      return {
        seeds: [...tokens, ...children],
        operate: (subject, index) => subject.narrow(at(tokens, index).data),
      }
    },
  },
  {
    name: 'modify: rename',
    size: 100,
    atOnce: [1, 8],
    plan(operations) {
      const tokens = times(operations, () => seed(newUsername(), 'user', { tokenName: 'laptop' }))
      return { seeds: tokens, operate: (subject, index) => subject.rename(at(tokens, index).data, 'desktop') }
    },
  },
  {
    name: 'list the 50 tokens of a user',
    size: 200,
    atOnce: [1, 8],
    plan() {
      const users = times(USERS, newUsername)
      const tokens = users.flatMap((username) =>
        times(50, (index) => seed(username, 'user', { tokenName: `token-${index}` })),
      )
      return { seeds: tokens, operate: (subject, index) => expectLength(subject.list(at(users, index)), 50) }
    },
  },
  {
    name: 'look up by key: database',
    size: 400,
    atOnce: [1, 8],
    plan: () => lookUp((subject, key) => subject.getInfo(key)),
  },
  {
    name: 'look up by key: token data',
    size: 1_000,
    atOnce: [1, 8],
    plan: () => lookUp((subject, key) => subject.readData(key)),
  },
  {
    name: 'revoke one token',
    size: 100,
    atOnce: [1, 8],
    plan(operations) {
      const tokens = times(operations, () => seed(newUsername(), 'user', { tokenName: 'laptop' }))
      return { seeds: tokens, operate: (subject, index) => expectEnded(subject, at(tokens, index), 1) }
    },
  },
  {
    name: 'revoke a subtree of 1,000',
    size: 2,
    warmUp: 8,
    atOnce: [1],
    plan(operations) {
      const trees = times(operations, () => subtreeSeeds(newUsername(), 999))
      const tops = trees.map((tree) => at(tree, 0))
      return {
        seeds: trees.flat(),
        operate: (subject, index) => expectEnded(subject, at(tops, index), 1_000),
      }
    },
  },
]

function lookUp(read: (subject: Subject, key: string) => Promise<object | null>): Plan {
  const tokens = times(1_000, () => seed(newUsername(), 'user', { tokenName: 'laptop' }))
  return {
    seeds: tokens,
    async operate(subject, index) {
      if (!(await read(subject, at(tokens, index).data.token.key))) throw new Error('A token is missing')
    },
  }
}

async function expectLength(list: Promise<unknown[]>, length: number): Promise<void> {
  if ((await list).length !== length) throw new Error('The list is not whole')
}

async function expectEnded(subject: Subject, { data }: Seed, tokens: number): Promise<void> {
  const ended = await subject.revoke(data)
  if (ended !== tokens) throw new Error(`${ended} tokens ended, not ${tokens}`)
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** Round and round, where there are fewer. */
function at<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T
}
