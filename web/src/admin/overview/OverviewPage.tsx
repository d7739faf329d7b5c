import { NativeSelect, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { statisticsQuery } from '../../api/admin.ts'
import type { Statistics } from '../../api/types.ts'
import { Empty } from '../../components/Empty.tsx'
import { Failure } from '../../components/Failure.tsx'
import { Loading } from '../../components/Loading.tsx'
import { Page } from '../../components/Page.tsx'
import { useSetParameter } from '../../components/use-set-parameter.ts'
import { Charts } from './Charts.tsx'
import { Holdings } from './Holdings.tsx'

export function OverviewPage() {
  const { data, error, refetch } = useQuery(statisticsQuery)
  return (
    <Page title="Overview">
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {data && <Picture statistics={data} />}
      {!data && !error && <Loading what="Loading the numbers" />}
    </Page>
  )
}

/** How the system does now, and how it did. */
function Picture({ statistics }: { statistics: Statistics }) {
  const [parameters] = useSearchParams()
  const span = parameters.get('span') === 'last_day' ? 'last_day' : 'last_hour'
  const set = useSetParameter()
  const series = statistics[span]
  return (
    <>
      <Holdings statistics={statistics} />
      <Title order={2} size="h4" mt="xl" mb="sm">
        What all processes together did
      </Title>
      <NativeSelect
        label="Time"
        w={220}
        mb="md"
        data={[
          { value: 'last_hour', label: 'Last hour, by the minute' },
          { value: 'last_day', label: 'Last day, by ten minutes' },
        ]}
        value={span}
        onChange={(event) => set('span', event.currentTarget.value === 'last_day' ? 'last_day' : '')}
      />
      {series.points.some(({ processes }) => processes > 0) ? (
        <Charts series={series} />
      ) : (
        <Empty title="Nothing has been counted yet">Processes write down once a minute what they did.</Empty>
      )}
    </>
  )
}
