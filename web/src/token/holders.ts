import type { TokenInfo } from '../api/types.ts'
import { typesName } from '../tokens/token-types.ts'

/** Who holds tokens: services by name, else the kind of token; most first. */
export function holders(tokens: readonly TokenInfo[]): { name: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { service, token_type: type } of tokens) {
    const name = service ?? typesName(type)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => ({ name, count })).sort((one, other) => other.count - one.count)
}
