import { Text } from '@mantine/core'
import type { TokenInfo } from '../api/types.ts'
import { titleOf } from '../tokens/token-types.ts'
import classes from './TokenNames.module.css'

/** So many are named; of the rest it is said how many there are. */
const SHOWN = 10

interface TokenNamesProps {
  tokens: readonly TokenInfo[]
  /** Follows the name of a token. */
  remark(token: TokenInfo): string
}

/** A list of tokens by name; of several users with those, and where there is no name with the beginning of the key. */
export function TokenNames({ tokens, remark }: TokenNamesProps) {
  const isOfSeveral = tokens.some(({ username }) => username !== tokens[0]?.username)
  return (
    <ul className={classes.names} aria-label="Chosen tokens">
      {tokens.slice(0, SHOWN).map((token) => (
        <li key={token.token}>
          <strong>{titleOf(token)}</strong>
          {token.token_name === undefined && (
            <Text span size="sm" c="dimmed">
              {' '}
              {token.token.slice(0, 8)}…
            </Text>
          )}
          {isOfSeveral && ` of ${token.username}`}
          {remark(token)}
        </li>
      ))}
      {tokens.length > SHOWN && <li>and {(tokens.length - SHOWN).toLocaleString()} more</li>}
    </ul>
  )
}
