import { NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useNow } from '../components/use-now.ts'
import { completeTime, toLocalInput } from '../format/time.ts'
import { type End, endSeconds } from './ends.ts'

interface EndPickerProps {
  choices: readonly { value: string; label: string }[]
  value: End
  onChange(end: End): void
  error?: string | undefined
}

/** When a token ends: by presets, or by the browser's own calendar, in the zone of whoever picks. */
export function EndPicker({ choices, value, onChange, error }: EndPickerProps) {
  const now = useNow()
  const isDate = value.choice === 'date'
  const seconds = endSeconds(value, now)
  return (
    <Stack gap="xs">
      <NativeSelect
        label="Ends"
        data={[...choices]}
        value={value.choice}
        error={isDate ? undefined : error}
        onChange={(event) => onChange({ ...value, choice: event.currentTarget.value })}
      />
      {isDate && (
        <TextInput
          type="datetime-local"
          label="Date and time"
          required
          min={toLocalInput(now)}
          value={value.date}
          error={error}
          onChange={(event) => onChange({ ...value, date: event.currentTarget.value })}
        />
      )}
      <Text size="xs" c="dimmed" mih={18}>
        {typeof seconds === 'number' && completeTime(seconds)}
        {seconds === null && 'A token that never ends is a danger when it is lost: better give it an end.'}
      </Text>
    </Stack>
  )
}
