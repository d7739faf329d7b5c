import { Button, Group, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useCreateTokenFor } from '../../api/admin.ts'
import { useSession } from '../../api/session.ts'
import { currentSeconds } from '../../clock.ts'
import { FormFailure } from '../../components/FormFailure.tsx'
import { byField } from '../../format/errors.ts'
import { EndPicker } from '../../token-form/EndPicker.tsx'
import { type End, endChoices, endSeconds } from '../../token-form/ends.ts'
import { ScopePicker } from '../../token-form/ScopePicker.tsx'
import { NoteField } from '../../token-form/TextFields.tsx'

interface NewServiceTokenProps {
  onMade(username: string, token: string): void
  onCancel(): void
}

export function NewServiceToken({ onMade, onCancel }: NewServiceTokenProps) {
  const { known_scopes: known } = useSession()
  const [username, setUsername] = useState('bot-')
  const [note, setNote] = useState('')
  const [scopes, setScopes] = useState<string[]>([])
  const [end, setEnd] = useState<End>({ choice: String(365 * 86_400), date: '' })
  const create = useCreateTokenFor()
  const { fields, rest } = byField(create.error, ['username', 'scopes', 'expires', 'note'])

  function submit(event: FormEvent): void {
    event.preventDefault()
    const expires = endSeconds(end, currentSeconds())
    if (expires === undefined) return
    const body = {
      ...{ username: username.trim(), token_type: 'service' as const, scopes, expires },
      ...(note.trim() !== '' && { note: note.trim() }),
    }
    create.mutate(body, { onSuccess: ({ token }) => onMade(body.username, token) })
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="lg" maw="40rem">
        <TextInput
          label="User"
          description="Begins with bot-: not a person, but a program"
          required
          autoComplete="off"
          value={username}
          error={fields.username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <ScopePicker offered={known} value={scopes} onChange={setScopes} error={fields.scopes} />
        <EndPicker choices={endChoices(undefined)} value={end} onChange={setEnd} error={fields.expires} />
        <NoteField value={note} onChange={setNote} error={fields.note} />
        <FormFailure message={rest} />
        <Group>
          <Button type="submit" loading={create.isPending}>
            Make the token
          </Button>
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
