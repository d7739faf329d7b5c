import { Alert, Text } from '@mantine/core'
import { queryClient } from '../../api/query-client.ts'
import { quotaOverridesQuery } from '../../api/quotas.ts'
import { LoadNow } from '../../components/LoadNow.tsx'

/** Nothing was done, for the overrides are not what they were when the form was filled in. */
export function ChangedMeanwhile({ onLoaded }: { onLoaded(): void }) {
  return (
    <Alert color="orange" role="alert" title="Somebody else has changed the overrides meanwhile">
      <Text size="sm">Nothing was done. What they are now takes the place of what was typed here.</Text>
      <LoadNow
        label="Load what they are now"
        load={() => queryClient.fetchQuery({ ...quotaOverridesQuery, staleTime: 0 })}
        onLoaded={onLoaded}
      />
    </Alert>
  )
}
