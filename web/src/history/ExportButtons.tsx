import { Button, Group } from '@mantine/core'
import { type HistoryFilters, type HistoryOwner, historyFileUrl } from '../api/history.ts'

interface ExportButtonsProps {
  owner: HistoryOwner
  filters: HistoryFilters
}

/** All that matches, as a file. */
export function ExportButtons({ owner, filters }: ExportButtonsProps) {
  return (
    <Group gap="xs" mb="md">
      <Button component="a" download href={historyFileUrl(owner, filters, 'csv')} variant="default" size="xs">
        Save as CSV
      </Button>
      <Button
        component="a"
        download
        href={historyFileUrl(owner, filters, 'json')}
        variant="default"
        size="xs"
      >
        Save as JSON
      </Button>
    </Group>
  )
}
