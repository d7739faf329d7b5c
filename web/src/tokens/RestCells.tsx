import type { TokenInfo } from '../api/types.ts'
import { TokenLink } from '../token/TokenLink.tsx'
import classes from './TokenGrid.module.css'
import { titleOf } from './token-types.ts'

interface RestCellsProps {
  token: TokenInfo
  remaining: number
}

/** Children that are not listed here. */
export function RestCells({ token, remaining }: RestCellsProps) {
  return (
    <td colSpan={7} className={classes.wide}>
      <TokenLink token={token} size="sm">
        {remaining.toLocaleString()} more are on the page of {titleOf(token)}
      </TokenLink>
    </td>
  )
}
