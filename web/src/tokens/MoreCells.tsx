import { Button } from '@mantine/core'
import { useEffect } from 'react'
import classes from './TokenGrid.module.css'

interface MoreCellsProps {
  remaining: number
  isFetching: boolean
  loadsByItself: boolean
  load(): void
}

/** The end of what has been loaded. It is rendered only when it is about to come into view. */
export function MoreCells({ remaining, isFetching, loadsByItself, load }: MoreCellsProps) {
  useEffect(() => {
    if (loadsByItself && !isFetching) load()
  }, [loadsByItself, isFetching, load])
  return (
    <td colSpan={7} className={classes.wide}>
      <Button variant="default" size="xs" loading={isFetching} onClick={load}>
        Show more ({remaining.toLocaleString()} left)
      </Button>
    </td>
  )
}
