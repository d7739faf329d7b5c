import { Button, Group, Text } from '@mantine/core'
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query'
import { type HistoryFilters, type HistoryOwner, historyQuery } from '../api/history.ts'
import type { HistoryEntry } from '../api/types.ts'
import { Empty } from '../components/Empty.tsx'
import { Failure } from '../components/Failure.tsx'
import { Loading } from '../components/Loading.tsx'
import { HistoryItem } from './HistoryItem.tsx'
import classes from './HistoryList.module.css'

interface HistoryListProps {
  owner: HistoryOwner
  filters: HistoryFilters
}

/** Changes to tokens, newest first, each in words. */
export function HistoryList({ owner, filters }: HistoryListProps) {
  return <Changes query={useInfiniteQuery(historyQuery(owner, filters))} withOwner={owner === null} />
}

type HistoryResult = UseInfiniteQueryResult<InfiniteData<{ entries: HistoryEntry[]; total: number }>>

interface ChangesProps {
  query: Pick<
    HistoryResult,
    'data' | 'error' | 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage' | 'refetch'
  >
  /** Whether each says whose token it was. */
  withOwner: boolean
}

export function Changes({ query, withOwner }: ChangesProps) {
  const { data, error, hasNextPage, isFetchingNextPage } = query
  if (error && !data) return <Failure error={error} onRetry={() => void query.refetch()} />
  if (!data) return <Loading what="Loading the history" />
  const entries = data.pages.flatMap((page) => page.entries)
  const total = data.pages[0]?.total ?? 0
  if (entries.length === 0) return <Empty title="No changes">Nothing that is asked for has happened.</Empty>
  return (
    <>
      <Text size="sm" c="dimmed" role="status" mb="xs">
        {total.toLocaleString()} {total === 1 ? 'change' : 'changes'}
      </Text>
      <ol className={classes.list}>
        {entries.map((entry, index) => (
          // Two entries may have all fields in common; the list only grows at its end.
          <HistoryItem
            key={`${entry.token}/${entry.event_time}/${index}`}
            entry={entry}
            withOwner={withOwner}
          />
        ))}
      </ol>
      {error && <Failure error={error} onRetry={() => void query.fetchNextPage()} />}
      {hasNextPage && (
        <Group justify="center" mt="md">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </Group>
      )}
    </>
  )
}
