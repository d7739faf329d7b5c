import { Skeleton, Title } from '@mantine/core'
import type { Group } from './rows.ts'
import { Toggle } from './Toggle.tsx'
import classes from './TokenGrid.module.css'
import { typesName } from './token-types.ts'

interface GroupCellsProps {
  group: Group
  isOpen: boolean
  onToggle(): void
}

export function GroupCells({ group: { type, total }, isOpen, onToggle }: GroupCellsProps) {
  const name = typesName(type)
  return (
    <td colSpan={7}>
      <div className={classes.group}>
        <Toggle isOpen={isOpen} label={name} onToggle={onToggle} />
        <Title order={2} size="h5">
          {name}
        </Title>
        <span className={classes.count}>
          {total === undefined ? <Skeleton width="2rem" height="1rem" /> : total.toLocaleString()}
        </span>
      </div>
    </td>
  )
}
