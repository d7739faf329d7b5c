import type { TokenInfo } from '../api/types.ts'
import { TokenLink } from '../token/TokenLink.tsx'
import classes from './TokenGrid.module.css'
import { titleOf } from './token-types.ts'

interface RestCellsProps {
  token: TokenInfo
  remaining: number
  isActive: boolean
}

/** Children that are not listed here. */
export function RestCells({ token, remaining, isActive }: RestCellsProps) {
  return (
    <div role="gridcell" aria-colspan={6} className={classes.wide}>
      <TokenLink token={token} tabIndex={isActive ? 0 : -1} size="sm">
        {remaining.toLocaleString()} more are on the page of {titleOf(token)}
      </TokenLink>
    </div>
  )
}
