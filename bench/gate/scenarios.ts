import { Token } from '../../src/models/token.ts'

/** One kind of load. */
export interface Scenario {
  name: string
  path: string
  tokens: string[]
  /** Whether the gate is to refuse. */
  refused?: boolean
  /** Compared with the server that reads each token from Redis, where there is one. */
  againstRedis?: boolean
  /**
   * With what the servers get warm, where the tokens are to be cold: each round goes on where the last one ended. All rounds of
   * one server then come before those of the other, or it would be held up by what Porthor writes after each of its own.
   */
  warmUp?: string[]
}

export const GATE = '/ingress/auth?scope=read:all'
export const DELEGATION = '/ingress/auth?scope=read:all&delegate_to=tap&delegate_scope=read:all'
const MANY = 10_000
const WARMING = 20_000
/** More than Porthor keeps in memory, so that those that come round again are cold again. */
const COLD = 60_000

export const TOKENS = MANY + WARMING + COLD

/** @param tokens - `TOKENS` of them. */
export function scenariosOf(tokens: string[]): Scenario[] {
  const [hot = ''] = tokens
  // Its key is one that is stored, its secret is not.
  const bad = Token.withKey(Token.parse(hot).key).toString()
  return [
    { name: '1 hot token', path: GATE, tokens: [hot] },
    { name: '10,000 tokens, Zipf', path: GATE, tokens: zipf(tokens.slice(0, MANY), 100_000) },
    {
      name: 'cold tokens',
      path: GATE,
      tokens: tokens.slice(MANY + WARMING),
      warmUp: tokens.slice(MANY, MANY + WARMING),
      againstRedis: true,
    },
    { name: 'a bad token', path: GATE, tokens: [bad], refused: true },
    { name: 'delegation, 100 tokens', path: DELEGATION, tokens: tokens.slice(0, 100) },
  ]
}

/** A sequence in which the n-th token comes n times as seldom as the first. */
function zipf(tokens: readonly string[], length: number): string[] {
  const weights = tokens.map((_, index) => 1 / (index + 1))
  const sums: number[] = []
  for (const weight of weights) sums.push((sums.at(-1) ?? 0) + weight)
  const total = sums.at(-1) ?? 1
  return Array.from({ length }, () => {
    const wanted = Math.random() * total
    let low = 0
    let high = sums.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return tokens[low] ?? ''
  })
}
