import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import { withoutSecrets } from '../format/secrets.ts'

interface SearchInputProps {
  label: string
  description?: string
  value: string
  /** What is wrong with it. */
  error?: string | undefined
  /** Called when somebody has stopped typing for a moment. */
  onChange(text: string): void
}

/** A search as one types. A whole token that is pasted loses its secret at once: it must reach neither address nor log. */
export function SearchInput({ label, description, value, error, onChange }: SearchInputProps) {
  const [text, setText] = useState(value)
  const reported = useRef(value)
  const report = useDebouncedCallback((current: string) => {
    reported.current = current
    onChange(current)
  }, 250)
  useEffect(() => {
    // Changed from elsewhere, as by going back.
    if (value !== reported.current) setText(value)
    reported.current = value
  }, [value])
  return (
    <TextInput
      type="search"
      label={label}
      description={description}
      value={text}
      error={error}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => {
        const current = withoutSecrets(event.currentTarget.value)
        setText(current)
        report(current.trim())
      }}
    />
  )
}
