import { Anchor, Button, Group, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { ApiError } from 'porthor/client'
import { Link } from 'react-router'
import { treeQuery } from '../api/tokens.ts'
import type { DescendantToken, TokenDetails } from '../api/types.ts'
import { Failure } from '../components/Failure.tsx'
import { Loading } from '../components/Loading.tsx'
import { Page } from '../components/Page.tsx'
import { HistoryList } from '../history/HistoryList.tsx'
import { titleOf } from '../tokens/token-types.ts'
import { Descendants } from './Descendants.tsx'
import { Facts } from './Facts.tsx'
import { TokenActions } from './TokenActions.tsx'

interface TokenViewProps {
  username: string
  tokenKey: string
  /** Where the tokens of its owner are listed, and where their history is. */
  listPath: string
  historyPath: string
}

/** All there is to say of a token, with its history, which outlives it. */
export function TokenView({ username, tokenKey, listPath, historyPath }: TokenViewProps) {
  const query = useInfiniteQuery(treeQuery(username, tokenKey))
  const { data, error } = query
  const [first] = data?.pages ?? []
  const isGone = error instanceof ApiError && error.status === 404
  return (
    <Page
      title={isGone ? 'A token that has ended' : first ? titleOf(first.token) : 'Token'}
      actions={first && !isGone && <TokenActions token={first.token} />}
    >
      <Anchor component={Link} to={listPath} size="sm">
        All tokens
      </Anchor>
      {first && !isGone && (
        <Tree
          token={first.token}
          ancestors={first.ancestors}
          descendants={data?.pages.flatMap((page) => page.descendants) ?? []}
        />
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Show more that was derived from it
        </Button>
      )}
      {isGone && <p>There is no such token any more, or never was. What is known of it is its history.</p>}
      {error && !isGone && <Failure error={error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loading what="Loading the token" />}
      {!query.isPending && <TokenHistory username={username} tokenKey={tokenKey} historyPath={historyPath} />}
    </Page>
  )
}

interface TreeProps {
  token: TokenDetails
  ancestors: readonly TokenDetails[]
  descendants: readonly DescendantToken[]
}

function Tree({ token, ancestors, descendants }: TreeProps) {
  return (
    <>
      <Facts token={token} ancestors={ancestors} />
      {descendants.length > 0 && (
        <section aria-labelledby="derived">
          <Title order={2} size="h4" id="derived" mt="xl" mb="xs">
            Derived from it
          </Title>
          <Descendants root={token.token} descendants={descendants} />
        </section>
      )}
    </>
  )
}

interface TokenHistoryProps {
  username: string
  tokenKey: string
  historyPath: string
}

function TokenHistory({ username, tokenKey, historyPath }: TokenHistoryProps) {
  const filters = {
    since: null,
    until: null,
    type: null,
    action: null,
    address: '',
    actor: '',
    subtree: tokenKey,
  }
  return (
    <section aria-labelledby="history">
      <Group justify="space-between" mt="xl" mb="xs">
        <Title order={2} size="h4" id="history">
          History, with all that was derived from it
        </Title>
        <Anchor component={Link} to={`${historyPath}?subtree=${tokenKey}`} size="sm">
          Filter or save it
        </Anchor>
      </Group>
      <HistoryList owner={username} filters={filters} />
    </section>
  )
}
