import { Button, Group } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { fetchWholeHistory, type HistoryFilters, type HistoryOwner } from '../api/history.ts'
import { Failure } from '../components/Failure.tsx'
import { saveFile } from '../format/save-file.ts'
import { historyCsv } from './csv.ts'

interface ExportButtonsProps {
  owner: HistoryOwner
  filters: HistoryFilters
}

/** All that matches, as a file: not only what has been loaded. */
export function ExportButtons({ owner, filters }: ExportButtonsProps) {
  const save = useMutation({
    async mutationFn(kind: 'csv' | 'json') {
      const entries = await fetchWholeHistory(owner, filters)
      const name = `token-history-${owner ?? 'all'}.${kind}`
      if (kind === 'csv') saveFile(name, 'text/csv', historyCsv(entries))
      else saveFile(name, 'application/json', `${JSON.stringify(entries, null, 2)}\n`)
    },
  })
  const isSaving = (kind: string) => save.isPending && save.variables === kind
  return (
    <>
      <Group gap="xs" mb="md">
        <Button variant="default" size="xs" loading={isSaving('csv')} onClick={() => save.mutate('csv')}>
          Save as CSV
        </Button>
        <Button variant="default" size="xs" loading={isSaving('json')} onClick={() => save.mutate('json')}>
          Save as JSON
        </Button>
      </Group>
      {save.error && <Failure error={save.error} />}
    </>
  )
}
