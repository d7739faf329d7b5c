import { Loader, Text } from '@mantine/core'
import classes from './Loading.module.css'

/** Something is on its way. Appears late: what comes at once does not flicker. */
export function Loading({ what }: { what: string }) {
  return (
    <div role="status" aria-busy className={classes.loading}>
      <Loader size="sm" aria-hidden />
      <Text c="dimmed">{what} …</Text>
    </div>
  )
}
