import { Button } from '@mantine/core'
import { useEffect } from 'react'
import classes from './TokenGrid.module.css'

interface MoreCellsProps {
  remaining: number
  isFetching: boolean
  isActive: boolean
  loadsByItself: boolean
  load(): void
}

/** The end of what has been loaded. It is rendered only when it is about to come into view. */
export function MoreCells({ remaining, isFetching, isActive, loadsByItself, load }: MoreCellsProps) {
  useEffect(() => {
    if (loadsByItself && !isFetching) load()
  }, [loadsByItself, isFetching, load])
  return (
    <div role="gridcell" aria-colspan={6} className={classes.wide}>
      <Button variant="default" size="xs" tabIndex={isActive ? 0 : -1} loading={isFetching} onClick={load}>
        Show more ({remaining.toLocaleString()} left)
      </Button>
    </div>
  )
}
