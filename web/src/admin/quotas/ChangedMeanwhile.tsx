import { Alert, Button, Group, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ApiError } from 'porthor/client'
import { queryClient } from '../../api/query-client.ts'
import { quotaOverridesQuery } from '../../api/quotas.ts'
import { explain } from '../../format/errors.ts'

/** Whether something failed because the overrides are no longer what was seen. */
export function isOutdated(error: Error | null): boolean {
  return error instanceof ApiError && error.status === 412
}

/** Nothing was done, for the overrides are not what they were when the form was filled in. */
export function ChangedMeanwhile({ onLoaded }: { onLoaded(): void }) {
  const load = useMutation({
    mutationFn: () => queryClient.fetchQuery({ ...quotaOverridesQuery, staleTime: 0 }),
    onSuccess: onLoaded,
  })
  return (
    <Alert color="orange" role="alert" title="Somebody else has changed the overrides meanwhile">
      <Text size="sm">Nothing was done. What they are now takes the place of what was typed here.</Text>
      {load.error && (
        <Text size="sm" c="red">
          {explain(load.error).text}
        </Text>
      )}
      <Group mt="xs">
        <Button size="xs" loading={load.isPending} onClick={() => load.mutate()}>
          Load what they are now
        </Button>
      </Group>
    </Alert>
  )
}
