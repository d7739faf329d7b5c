import { Button, Group } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { MouseEvent } from 'react'
import { type HistoryFilters, type HistoryOwner, historyFileUrl } from '../api/history.ts'
import { fetchSession } from '../api/session.ts'
import { Failure } from '../components/Failure.tsx'

interface ExportButtonsProps {
  owner: HistoryOwner
  filters: HistoryFilters
}

/** All that matches, as a file. */
export function ExportButtons({ owner, filters }: ExportButtonsProps) {
  // A link by itself would save nothing, and say nothing, where the session has ended.
  const saving = useMutation({
    mutationFn: (_link: HTMLAnchorElement) => fetchSession(),
    onSuccess: (_, link) => save(link.href),
  })
  const onClick = (event: MouseEvent<HTMLAnchorElement>) => {
    event.preventDefault()
    saving.mutate(event.currentTarget)
  }
  const button = (format: 'csv' | 'json', label: string) => (
    <Button
      component="a"
      download
      href={historyFileUrl(owner, filters, format)}
      onClick={onClick}
      variant="default"
      size="xs"
    >
      {label}
    </Button>
  )
  return (
    <>
      <Group gap="xs" mb="md">
        {button('csv', 'Save as CSV')}
        {button('json', 'Save as JSON')}
      </Group>
      {saving.error && <Failure error={saving.error} />}
    </>
  )
}

function save(url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  link.click()
}
