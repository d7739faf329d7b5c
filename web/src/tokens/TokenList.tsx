import { Anchor } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Empty } from '../components/Empty.tsx'
import { Filters } from './Filters.tsx'
import type { Group } from './rows.ts'
import { SelectionBar } from './SelectionBar.tsx'
import { TokenGrid } from './TokenGrid.tsx'
import { useFilters } from './use-filters.ts'
import { useGroups } from './use-groups.ts'
import { useRows } from './use-rows.ts'
import { useSelection } from './use-selection.ts'

interface TokenListProps {
  username: string
  /** What follows: there when the list is as long as it stays, so that it does not jump. */
  children?: ReactNode
}

/** The tokens of a user, with what one can narrow and order them by. */
export function TokenList({ username, children }: TokenListProps) {
  const { filters, set } = useFilters()
  const groups = useGroups(username, filters)
  const { rows, toggle } = useRows(username, groups)
  const selection = useSelection(rows.flatMap((row) => (row.kind === 'token' ? [row.token] : [])))
  const isEmpty = groups.every(({ total, error }) => total === 0 && !error)
  const isKnown = groups.every(({ total, error }) => total !== undefined || error)
  const isNarrowed = filters.search !== '' || filters.type !== null || filters.validity !== 'valid'
  return (
    <>
      <Filters filters={filters} set={set} />
      <SelectionBar selection={selection} summary={summary(groups)} />
      {isEmpty ? (
        <NoTokens isNarrowed={isNarrowed} />
      ) : (
        <TokenGrid
          rows={rows}
          selection={selection}
          loadsByItself={filters.type !== null}
          onToggle={toggle}
        />
      )}
      {isKnown && children}
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
