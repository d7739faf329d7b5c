import { Alert, Button, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useSession } from '../api/session.ts'
import { useCreateToken } from '../api/tokens.ts'
import { currentSeconds } from '../clock.ts'
import { FormFailure } from '../components/FormFailure.tsx'
import { byField } from '../format/errors.ts'
import { EndPicker } from '../token-form/EndPicker.tsx'
import { defaultEnd, endChoices, endSeconds } from '../token-form/ends.ts'
import { offeredScopes } from '../token-form/offered-scopes.ts'
import { ScopePicker } from '../token-form/ScopePicker.tsx'
import { NameField, NoteField } from '../token-form/TextFields.tsx'
import type { Prefill } from './prefill.ts'

interface NewTokenFormProps {
  prefill: Prefill
  isPrefilled: boolean
  onMade(name: string, token: string): void
}

export function NewTokenForm({ prefill, isPrefilled, onMade }: NewTokenFormProps) {
  const session = useSession()
  const { maximum_lifetime: maximum } = session.limits
  const offered = offeredScopes(session)
  const [name, setName] = useState(prefill.name)
  const [note, setNote] = useState(prefill.note)
  const [scopes, setScopes] = useState(() =>
    prefill.scopes.filter((scope) => offered.some((one) => one.name === scope)),
  )
  const [end, setEnd] = useState(prefill.end ?? defaultEnd(maximum))
  const create = useCreateToken(session.username)
  const { fields, rest } = byField(create.error, ['token_name', 'scopes', 'expires', 'note'])
  const withheld = prefill.scopes.filter(
    (scope) => !scopes.includes(scope) && !offered.some((one) => one.name === scope),
  )

  function submit(event: FormEvent): void {
    event.preventDefault()
    const expires = endSeconds(end, currentSeconds())
    if (expires === undefined) return
    const body = {
      token_name: name.trim(),
      scopes,
      expires,
      ...(note.trim() !== '' && { note: note.trim() }),
    }
    create.mutate(body, { onSuccess: ({ token }) => onMade(body.token_name, token) })
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="lg" maw="40rem">
        {isPrefilled && (
          <Alert color="blue" title="A link has filled this form in">
            Look at what it asks for before you make the token.
            {withheld.length > 0 && ` You cannot give: ${withheld.join(', ')}.`}
          </Alert>
        )}
        <NameField value={name} onChange={setName} error={fields.token_name} />
        <ScopePicker offered={offered} value={scopes} onChange={setScopes} error={fields.scopes} />
        <EndPicker choices={endChoices(maximum)} value={end} onChange={setEnd} error={fields.expires} />
        <NoteField value={note} onChange={setNote} error={fields.note} />
        <FormFailure message={rest} />
        <div>
          <Button type="submit" loading={create.isPending}>
            Make the token
          </Button>
        </div>
      </Stack>
    </form>
  )
}
