import { Skeleton } from '@mantine/core'
import type { Group } from './rows.ts'
import { Toggle } from './Toggle.tsx'
import classes from './TokenGrid.module.css'
import { typesName } from './token-types.ts'

interface GroupCellsProps {
  group: Group
  isOpen: boolean
  isActive: boolean
  onToggle(): void
}

export function GroupCells({ group: { type, total }, isOpen, isActive, onToggle }: GroupCellsProps) {
  const name = typesName(type)
  return (
    <div role="gridcell" aria-colspan={6} className={classes.group}>
      <Toggle isOpen={isOpen} isActive={isActive} label={name} onToggle={onToggle} />
      <strong>{name}</strong>
      <span className={classes.count}>
        {total === undefined ? <Skeleton width="2rem" height="1rem" /> : total.toLocaleString()}
      </span>
    </div>
  )
}
