import { TextInput } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useSession } from '../api/session.ts'

interface TextFieldProps {
  value: string
  onChange(text: string): void
  error?: string | undefined
}

interface NameFieldProps extends TextFieldProps {
  /** Whether it has the keyboard from the beginning: it is the first of a dialog. */
  isFirst?: boolean
}

export function NameField({ value, onChange, error, isFirst = false }: NameFieldProps) {
  const { limits } = useSession()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (isFirst) input.current?.focus()
  }, [isFirst])
  return (
    <TextInput
      ref={input}
      label="Name"
      description="By which you will know it again"
      required
      maxLength={limits.token_name_length}
      autoComplete="off"
      data-autofocus
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

export function NoteField({ value, onChange, error }: TextFieldProps) {
  const { limits } = useSession()
  return (
    <TextInput
      label="Note"
      description="Optional: what it is for, where it is kept"
      maxLength={limits.note_length}
      autoComplete="off"
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
