import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { isRepeated, type LimitDraft, newLimit } from './draft.ts'
import { NameInput } from './NameInput.tsx'

interface LimitRowsProps {
  /** What is counted. */
  label: string
  rows: readonly LimitDraft[]
  onChange(rows: LimitDraft[]): void
}

/** Limits by service. */
export function LimitRows({ label, rows, onChange }: LimitRowsProps) {
  const set = (changed: LimitDraft) => onChange(rows.map((row) => (row.id === changed.id ? changed : row)))
  const services = rows.map(({ service }) => service)
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text fw={600} size="sm">
          {label}
        </Text>
        <Button
          variant="default"
          size="compact-sm"
          aria-label={`Add a limit: ${label}`}
          onClick={() => onChange([...rows, newLimit()])}
        >
          Add
        </Button>
      </Group>
      {rows.map((row, index) => (
        <Group key={row.id} align="end" gap="xs">
          <NameInput
            label="Service"
            value={row.service}
            isRepeated={isRepeated(services, index)}
            onChange={(service) => set({ ...row, service })}
          />
          <TextInput
            {...{ type: 'number', min: 0, step: 1, label, required: true, w: 180 }}
            value={row.count}
            onChange={(event) => set({ ...row, count: event.currentTarget.value })}
          />
          <Button
            variant="default"
            aria-label={`Remove the limit of ${row.service || 'this service'}`}
            onClick={() => onChange(rows.filter(({ id }) => id !== row.id))}
          >
            Remove
          </Button>
        </Group>
      ))}
      {rows.length === 0 && (
        <Text size="sm" c="dimmed">
          Not limited here
        </Text>
      )}
    </Stack>
  )
}
