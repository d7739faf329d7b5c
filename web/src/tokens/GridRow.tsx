import type { CSSProperties } from 'react'
import { FailedCells } from './FailedCells.tsx'
import { GroupCells } from './GroupCells.tsx'
import { MoreCells } from './MoreCells.tsx'
import { RestCells } from './RestCells.tsx'
import type { Row } from './rows.ts'
import { TokenCells } from './TokenCells.tsx'
import classes from './TokenGrid.module.css'
import type { Selection } from './use-selection.ts'
import { WaitingCells } from './WaitingCells.tsx'

interface GridRowProps {
  row: Row
  /** From 0, without the head. */
  index: number
  loadsByItself: boolean
  selection: Selection
  onToggle(): void
  measure(element: HTMLElement | null): void
}

export function GridRow(props: GridRowProps) {
  const { row, index, selection, measure } = props
  return (
    <tr
      ref={measure}
      data-index={index}
      data-kind={row.kind}
      data-selected={(row.kind === 'token' && selection.has(row.token)) || undefined}
      aria-rowindex={index + 2}
      className={classes.row}
      style={{ '--level': row.level - 1 } as CSSProperties}
    >
      <Cells {...props} />
    </tr>
  )
}

function Cells({ row, loadsByItself, selection, onToggle }: GridRowProps) {
  switch (row.kind) {
    case 'group':
      return <GroupCells group={row.group} isOpen={row.isOpen} onToggle={onToggle} />
    case 'token':
      return (
        <TokenCells
          token={row.token}
          level={row.level - 1}
          isOpen={row.isOpen}
          selection={selection}
          onToggle={onToggle}
        />
      )
    case 'more':
      return <MoreCells {...row} loadsByItself={loadsByItself} />
    case 'rest':
      return <RestCells token={row.token} remaining={row.remaining} />
    case 'waiting':
      return <WaitingCells />
    case 'failed':
      return <FailedCells error={row.error} retry={row.retry} />
  }
}
