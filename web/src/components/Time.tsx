import { completeTime, exactTime, relativeTime } from '../format/time.ts'
import classes from './Time.module.css'
import { useNow } from './use-now.ts'

interface TimeProps {
  /** Since the epoch. */
  seconds: number
  /** Whether it may lie ahead. What has happened has, even where the clock here is late. */
  isEnd?: boolean
}

/** A time, both how far away it is and when exactly. */
export function Time({ seconds, isEnd = false }: TimeProps) {
  const now = useNow()
  return (
    <time
      dateTime={new Date(seconds * 1000).toISOString()}
      title={completeTime(seconds)}
      className={classes.time}
    >
      <span>{relativeTime(isEnd ? seconds : Math.min(seconds, now), now)}</span>{' '}
      <span className={classes.exact}>{exactTime(seconds)}</span>
    </time>
  )
}
