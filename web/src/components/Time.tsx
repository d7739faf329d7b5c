import { completeTime, exactTime, relativeTime } from '../format/time.ts'
import classes from './Time.module.css'
import { useNow } from './use-now.ts'

/** A time, both how far away it is and when exactly. @param seconds - Since the epoch. */
export function Time({ seconds }: { seconds: number }) {
  const now = useNow()
  return (
    <time
      dateTime={new Date(seconds * 1000).toISOString()}
      title={completeTime(seconds)}
      className={classes.time}
    >
      <span>{relativeTime(seconds, now)}</span> <span className={classes.exact}>{exactTime(seconds)}</span>
    </time>
  )
}
