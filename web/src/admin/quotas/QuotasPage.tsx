import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { quotaOverridesQuery } from '../../api/quotas.ts'
import { Failure } from '../../components/Failure.tsx'
import { Loading } from '../../components/Loading.tsx'
import { Page } from '../../components/Page.tsx'
import { QuotaForm } from './QuotaForm.tsx'

export function QuotasPage() {
  const { data, error, refetch } = useQuery(quotaOverridesQuery)
  return (
    <Page title="Quota overrides">
      <Text mb="md">
        Entry by entry, these hold instead of what the configuration says, from the moment they are saved.
      </Text>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Loading what="Loading the overrides" />}
      {data !== undefined && <QuotaForm known={data} />}
    </Page>
  )
}
