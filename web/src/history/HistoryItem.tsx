import { Text } from '@mantine/core'
import type { HistoryEntry } from '../api/types.ts'
import { ScopeBadges } from '../components/ScopeBadges.tsx'
import { Time } from '../components/Time.tsx'
import { TokenLink } from '../token/TokenLink.tsx'
import classes from './HistoryList.module.css'
import { changes, deed, reason } from './words.ts'

export function HistoryItem({ entry, withOwner }: { entry: HistoryEntry; withOwner: boolean }) {
  const why = reason(entry)
  return (
    <li className={classes.item} data-action={entry.action}>
      <div>
        {deed(entry)}{' '}
        <TokenLink token={entry} underline="always">
          <bdi>{nameOf(entry)}</bdi>
        </TokenLink>
        {withOwner && ` of ${entry.username}`}
        {why !== null && `, ${why}`}.{changes(entry).map((change) => ` ${change}`)}
      </div>
      {entry.action === 'create' && <ScopeBadges scopes={entry.scopes} />}
      <Text component="div" size="sm" c="dimmed">
        <Time seconds={entry.event_time} />
        {entry.ip_address !== null && ` from ${entry.ip_address}`}
      </Text>
    </li>
  )
}

/** What follows its kind: its name, whom it is for, else the beginning of its key. */
function nameOf({ token_name: name, service, token }: HistoryEntry): string {
  if (name !== undefined) return name
  return service === undefined ? `${token.slice(0, 8)}…` : `for ${service}`
}
