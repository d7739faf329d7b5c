import { Badge, Text, VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'
import { useSession } from '../api/session.ts'
import type { TokenDetails } from '../api/types.ts'
import { ScopeBadges } from '../components/ScopeBadges.tsx'
import { Time } from '../components/Time.tsx'
import { TokenActions } from '../token/TokenActions.tsx'
import { TokenLink } from '../token/TokenLink.tsx'
import { Expiry } from './Expiry.tsx'
import { LastUse } from './LastUse.tsx'
import { SelectToken } from './SelectToken.tsx'
import { Toggle } from './Toggle.tsx'
import classes from './TokenGrid.module.css'
import { titleOf, typeColor, typeName } from './token-types.ts'
import type { Selection } from './use-selection.ts'

interface TokenCellsProps {
  token: TokenDetails
  isOpen: boolean
  selection: Selection
  /** 1: none is above it; 2: derived from one of those; … */
  level: number
  onToggle(): void
}

export function TokenCells({ token, level, isOpen, selection, onToggle }: TokenCellsProps) {
  const session = useSession()
  const title = titleOf(token)
  return (
    <>
      <td className={classes.select}>
        <SelectToken token={token} selection={selection} />
      </td>
      <td>
        <div className={classes.name}>
          {token.children === 0 && level > 1 && <span className={classes.noToggle} />}
          {token.children > 0 && <Toggle isOpen={isOpen} label={title} onToggle={onToggle} />}
          <div className={classes.title}>
            <TokenLink token={token} fw={600} />
            <div className={classes.under}>
              {level > 1 && (
                <Badge variant="light" color={typeColor(token.token_type)} size="sm" radius="sm" tt="none">
                  {typeName(token.token_type)}
                </Badge>
              )}
              {token.token === session.token && (
                <Badge variant="light" color="teal" size="sm" radius="sm" tt="none">
                  this session
                </Badge>
              )}
              {token.children > 0 && (
                <Text span size="xs" c="dimmed">
                  {token.children.toLocaleString()} derived
                </Text>
              )}
              {level > 1 && <VisuallyHidden>Level {level} of the tree</VisuallyHidden>}
            </div>
            {token.note !== undefined && (
              <Text size="xs" c="dimmed" lineClamp={1} title={token.note}>
                {token.note}
              </Text>
            )}
          </div>
        </div>
      </td>
      <Cell label="Scopes">
        <ScopeBadges scopes={token.scopes} />
      </Cell>
      <Cell label="Made">
        <Time seconds={token.created} />
      </Cell>
      <Cell label="Ends">
        <Expiry token={token} />
      </Cell>
      <Cell label="Last used">
        <LastUse token={token} />
      </Cell>
      <td className={classes.actions}>
        <TokenActions token={token} />
      </td>
    </>
  )
}

function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <td className={classes.cell}>
      <span className={classes.label} aria-hidden>
        {label}
      </span>
      <div>{children}</div>
    </td>
  )
}
