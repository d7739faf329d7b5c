import { Text } from '@mantine/core'
import type { DescendantToken } from '../api/types.ts'
import { ScopeBadges } from '../components/ScopeBadges.tsx'
import { Expiry } from '../tokens/Expiry.tsx'
import { LastUse } from '../tokens/LastUse.tsx'
import classes from './Descendants.module.css'
import { TokenActions } from './TokenActions.tsx'
import { TokenLink } from './TokenLink.tsx'

interface DescendantsProps {
  /** Key of the token whose children come first. */
  root: string
  descendants: readonly DescendantToken[]
}

/** What was derived from a token, as a tree of lists. */
export function Descendants({ root, descendants }: DescendantsProps) {
  const children = Map.groupBy(descendants, ({ parent }) => parent ?? root)
  return <Branch parent={root} children={children} />
}

interface BranchProps {
  parent: string
  children: ReadonlyMap<string, readonly DescendantToken[]>
}

function Branch({ parent, children }: BranchProps) {
  const tokens = children.get(parent)
  if (!tokens) return null
  return (
    <ul className={classes.branch}>
      {tokens.map((token) => (
        <li key={token.token}>
          <div className={classes.token}>
            <div className={classes.text}>
              <TokenLink token={token} fw={600} /> <ScopeBadges scopes={token.scopes} />
              <Text component="div" size="sm" c="dimmed">
                Ends: <Expiry token={token} />
              </Text>
              <Text component="div" size="sm" c="dimmed">
                Last used: <LastUse token={token} />
              </Text>
            </div>
            <TokenActions token={token} />
          </div>
          <Branch parent={token.token} children={children} />
        </li>
      ))}
    </ul>
  )
}
