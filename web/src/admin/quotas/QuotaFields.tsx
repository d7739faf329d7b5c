import { Checkbox, Group, Stack, TextInput } from '@mantine/core'
import type { NotebookDraft, QuotaDraft } from './draft.ts'
import { LimitRows } from './LimitRows.tsx'

interface QuotaFieldsProps {
  quota: QuotaDraft
  onChange(quota: QuotaDraft): void
}

export function QuotaFields({ quota, onChange }: QuotaFieldsProps) {
  return (
    <Stack gap="sm">
      <LimitRows label="Requests a minute" rows={quota.api} onChange={(api) => onChange({ ...quota, api })} />
      <LimitRows
        label="Queries at one time (TAP)"
        rows={quota.tap}
        onChange={(tap) => onChange({ ...quota, tap })}
      />
      <Checkbox
        label="Limit notebooks"
        checked={quota.notebook !== null}
        onChange={(event) =>
          onChange({
            ...quota,
            notebook: event.currentTarget.checked ? { cpu: '', memory: '', spawn: true } : null,
          })
        }
      />
      {quota.notebook && (
        <NotebookFields notebook={quota.notebook} onChange={(notebook) => onChange({ ...quota, notebook })} />
      )}
    </Stack>
  )
}

interface NotebookFieldsProps {
  notebook: NotebookDraft
  onChange(notebook: NotebookDraft): void
}

function NotebookFields({ notebook, onChange }: NotebookFieldsProps) {
  return (
    <Group align="end">
      <TextInput
        {...{ type: 'number', min: 0, step: 'any', label: 'CPUs', required: true, w: 110 }}
        value={notebook.cpu}
        onChange={(event) => onChange({ ...notebook, cpu: event.currentTarget.value })}
      />
      <TextInput
        {...{ type: 'number', min: 0, step: 'any', label: 'Memory, GiB', required: true, w: 130 }}
        value={notebook.memory}
        onChange={(event) => onChange({ ...notebook, memory: event.currentTarget.value })}
      />
      <Checkbox
        label="May be started"
        mb={8}
        checked={notebook.spawn}
        onChange={(event) => onChange({ ...notebook, spawn: event.currentTarget.checked })}
      />
    </Group>
  )
}
