import { Anchor } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { type TokenSearch, tokenSearchQuery } from '../../api/admin.ts'
import type { TokenDetails } from '../../api/types.ts'
import { DataTable } from '../../components/DataTable.tsx'
import { Empty } from '../../components/Empty.tsx'
import { Failure } from '../../components/Failure.tsx'
import { Loading } from '../../components/Loading.tsx'
import { MoreOf } from '../../components/MoreOf.tsx'
import { ScopeBadges } from '../../components/ScopeBadges.tsx'
import { TokenActions } from '../../token/TokenActions.tsx'
import { TokenLink } from '../../token/TokenLink.tsx'
import { Expiry } from '../../tokens/Expiry.tsx'
import { LastUse } from '../../tokens/LastUse.tsx'
import { SelectionBar } from '../../tokens/SelectionBar.tsx'
import { SelectToken } from '../../tokens/SelectToken.tsx'
import { typeName } from '../../tokens/token-types.ts'
import { useSelection } from '../../tokens/use-selection.ts'

export function FoundTokens({ search }: { search: TokenSearch }) {
  const query = useInfiniteQuery({ ...tokenSearchQuery(search), placeholderData: keepPreviousData })
  const tokens = query.data?.pages.flatMap((page) => page.tokens) ?? []
  const selection = useSelection(tokens)
  if (query.error && !query.data) return <Failure error={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return <Loading what="Looking for tokens" />
  const select = {
    ...{ head: 'Select', place: 'start' as const },
    cell: (token: TokenDetails) => <SelectToken token={token} selection={selection} />,
  }
  return (
    <>
      <SelectionBar selection={selection} summary={summary(tokens.length, query.hasNextPage)} />
      {tokens.length === 0 ? (
        <Empty title="No such tokens" />
      ) : (
        <DataTable
          label="Tokens"
          items={tokens}
          keyOf={({ token }) => token}
          columns={[select, ...COLUMNS]}
        />
      )}
      <MoreOf query={query} />
    </>
  )
}

function summary(count: number, goesOn: boolean): string {
  if (goesOn) return `The first ${count.toLocaleString()} tokens`
  return `${count.toLocaleString()} ${count === 1 ? 'token' : 'tokens'}`
}

const COLUMNS = [
  {
    head: 'Token',
    place: 'title' as const,
    cell: (token: TokenDetails) => <TokenLink token={token} fw={600} />,
  },
  {
    head: 'User',
    cell: ({ username }: TokenDetails) => (
      <Anchor component={Link} to={`/admin/users/${username}`} size="sm">
        {username}
      </Anchor>
    ),
  },
  { head: 'Kind', cell: ({ token_type: type }: TokenDetails) => typeName(type) },
  { head: 'Scopes', cell: ({ scopes }: TokenDetails) => <ScopeBadges scopes={scopes} /> },
  { head: 'Ends', cell: (token: TokenDetails) => <Expiry token={token} /> },
  { head: 'Last used', cell: (token: TokenDetails) => <LastUse token={token} /> },
  { head: 'Actions', place: 'end' as const, cell: (token: TokenDetails) => <TokenActions token={token} /> },
]
