import { Button, Group } from '@mantine/core'
import { Failure } from './Failure.tsx'

interface MoreOfProps {
  query: {
    error: Error | null
    hasNextPage: boolean
    isFetchingNextPage: boolean
    isFetchNextPageError: boolean
    fetchNextPage(): unknown
    refetch(): unknown
  }
}

/** Below a list: how to see more of it, or why there is no more or nothing newer to be had. */
export function MoreOf({ query }: MoreOfProps) {
  const { error, hasNextPage, isFetchingNextPage, isFetchNextPageError } = query
  if (error) {
    const retry = () => void (isFetchNextPageError ? query.fetchNextPage() : query.refetch())
    return <Failure error={error} onRetry={retry} />
  }
  if (!hasNextPage) return null
  return (
    <Group justify="center" mt="md">
      <Button variant="default" loading={isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Show more
      </Button>
    </Group>
  )
}
