import { TextInput } from '@mantine/core'

const REPEATED = 'This one is listed above already'

interface NameInputProps {
  label: string
  value: string
  /** Whether one above has the same name. */
  isRepeated: boolean
  onChange(value: string): void
}

/** A name that is there once; the browser sends no form in which it is not, and goes to the field. */
export function NameInput({ label, value, isRepeated, onChange }: NameInputProps) {
  return (
    <TextInput
      ref={(input) => input?.setCustomValidity(isRepeated ? REPEATED : '')}
      label={label}
      required
      value={value}
      error={isRepeated && REPEATED}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
