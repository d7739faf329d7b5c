import type { TokenInfo } from '../api/types.ts'
import { typesName } from '../tokens/token-types.ts'

/** A list of who holds tokens: services by name, else the kind of token; most first. */
export function Holders({ tokens }: { tokens: readonly TokenInfo[] }) {
  const groups = Map.groupBy(tokens, ({ service, token_type: type }) => service ?? typesName(type))
  const holders = [...groups].sort(([, one], [, other]) => other.length - one.length)
  return (
    <ul>
      {holders.map(([name, held]) => (
        <li key={name}>
          {name}: {held.length.toLocaleString()}
        </li>
      ))}
    </ul>
  )
}
