import { Anchor, Text } from '@mantine/core'
import { Link } from 'react-router'
import { Empty } from '../components/Empty.tsx'
import { Filters } from './Filters.tsx'
import type { Group } from './rows.ts'
import { TokenGrid } from './TokenGrid.tsx'
import { useFilters } from './use-filters.ts'
import { useGroups } from './use-groups.ts'

/** The tokens of a user, with what one can narrow and order them by. */
export function TokenList({ username }: { username: string }) {
  const { filters, set } = useFilters()
  const groups = useGroups(username, filters)
  const isEmpty = groups.every(({ total, error }) => total === 0 && !error)
  const isNarrowed = filters.search !== '' || filters.type !== null || filters.validity !== 'valid'
  return (
    <>
      <Filters filters={filters} set={set} />
      <Text size="sm" c="dimmed" role="status" mih={22} mb="xs">
        {summary(groups)}
      </Text>
      {isEmpty ? (
        <NoTokens isNarrowed={isNarrowed} />
      ) : (
        <TokenGrid username={username} groups={groups} loadsByItself={filters.type !== null} />
      )}
    </>
  )
}

function NoTokens({ isNarrowed }: { isNarrowed: boolean }) {
  if (isNarrowed)
    return <Empty title="Nothing matches">Search for something else, or allow more kinds.</Empty>
  return (
    <Empty title="No tokens yet">
      <Anchor component={Link} to="/new">
        Make one
      </Anchor>{' '}
      for a script or a program.
    </Empty>
  )
}

function summary(groups: readonly Group[]): string {
  if (groups.some(({ total }) => total === undefined)) return ''
  const total = groups.reduce((sum, group) => sum + (group.total ?? 0), 0)
  return `${total.toLocaleString()} ${total === 1 ? 'token' : 'tokens'}`
}
