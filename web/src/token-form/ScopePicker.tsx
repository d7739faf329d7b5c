import { Checkbox, Stack, Text } from '@mantine/core'
import type { Scope } from '../api/types.ts'

interface ScopePickerProps {
  /** Those that may be given. */
  offered: readonly Scope[]
  value: readonly string[]
  onChange(scopes: string[]): void
  error?: string | undefined
  description?: string
}

export function ScopePicker({ offered, value, onChange, error, description }: ScopePickerProps) {
  return (
    <Checkbox.Group
      label="Scopes"
      description={description ?? 'What the token may do'}
      value={[...value]}
      onChange={onChange}
      error={error}
    >
      <Stack gap="xs" mt="xs">
        {offered.map((scope) => (
          <Checkbox key={scope.name} value={scope.name} label={scope.name} description={scope.description} />
        ))}
        {offered.length === 0 && (
          <Text size="sm" c="dimmed">
            There is no scope that you may give.
          </Text>
        )}
      </Stack>
    </Checkbox.Group>
  )
}
