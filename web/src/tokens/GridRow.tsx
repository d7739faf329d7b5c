import type { CSSProperties } from 'react'
import { FailedCells } from './FailedCells.tsx'
import { GroupCells } from './GroupCells.tsx'
import { MoreCells } from './MoreCells.tsx'
import { RestCells } from './RestCells.tsx'
import type { Row } from './rows.ts'
import { TokenCells } from './TokenCells.tsx'
import classes from './TokenGrid.module.css'
import { WaitingCells } from './WaitingCells.tsx'

interface GridRowProps {
  row: Row
  /** From 0, without the head. */
  index: number
  /** Where it is in the body: pixels. */
  top: number
  /** Whether it is the one that the Tab key goes to. */
  isActive: boolean
  loadsByItself: boolean
  onToggle(): void
  onFocus(): void
  measure(element: HTMLElement | null): void
}

export function GridRow(props: GridRowProps) {
  const { row, index, top, isActive, onFocus, measure } = props
  const hasBranch = row.kind === 'group' || (row.kind === 'token' && row.token.children > 0)
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows that are placed one by one cannot be those of a table
    <div
      role="row"
      ref={measure}
      data-index={index}
      data-row={row.id}
      data-kind={row.kind}
      aria-rowindex={index + 2}
      aria-level={row.level}
      aria-expanded={hasBranch ? row.isOpen : undefined}
      tabIndex={isActive ? 0 : -1}
      className={classes.row}
      style={{ transform: `translateY(${top}px)`, '--level': row.level - 1 } as CSSProperties}
      onFocus={onFocus}
    >
      <Cells {...props} />
    </div>
  )
}

function Cells({ row, isActive, loadsByItself, onToggle }: GridRowProps) {
  switch (row.kind) {
    case 'group':
      return <GroupCells group={row.group} isOpen={row.isOpen} isActive={isActive} onToggle={onToggle} />
    case 'token':
      return <TokenCells token={row.token} isOpen={row.isOpen} isActive={isActive} onToggle={onToggle} />
    case 'more':
      return <MoreCells {...row} isActive={isActive} loadsByItself={loadsByItself} />
    case 'rest':
      return <RestCells token={row.token} remaining={row.remaining} isActive={isActive} />
    case 'waiting':
      return <WaitingCells />
    case 'failed':
      return <FailedCells error={row.error} retry={row.retry} />
  }
}
