import { Skeleton } from '@mantine/core'
import classes from './TokenGrid.module.css'

/** In the place of a token that is on its way, as high as one. */
export function WaitingCells() {
  return (
    <td colSpan={7} className={classes.wide} aria-busy aria-label="Loading">
      <Skeleton height="1rem" width="30%" mb="xs" />
      <Skeleton height="1rem" width="60%" />
    </td>
  )
}
