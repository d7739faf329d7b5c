import { Button, Group, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type FormEvent, useState } from 'react'
import { useSession } from '../api/session.ts'
import { useEditToken } from '../api/tokens.ts'
import type { Scope, TokenChanges, TokenInfo } from '../api/types.ts'
import { Dialog } from '../components/Dialog.tsx'
import { FormFailure } from '../components/FormFailure.tsx'
import { currentSeconds } from '../components/use-now.ts'
import { byField } from '../format/errors.ts'
import { exactTime } from '../format/time.ts'
import { EndPicker } from '../token-form/EndPicker.tsx'
import { type End, earlierChoices, endChoices, endSeconds } from '../token-form/ends.ts'
import { ScopePicker } from '../token-form/ScopePicker.tsx'
import { NameField, NoteField } from '../token-form/TextFields.tsx'

interface EditDialogProps {
  token: TokenInfo
  onClose(): void
}

/** Changes a user token: its owner can only take away, administrators can give as well. */
export function EditDialog({ token, onClose }: EditDialogProps) {
  const session = useSession()
  const asAdmin = session.may_administer
  const [name, setName] = useState(token.token_name ?? '')
  const [note, setNote] = useState(token.note ?? '')
  const [scopes, setScopes] = useState<string[]>(token.scopes)
  const [end, setEnd] = useState<End>({ choice: 'same', date: '' })
  const edit = useEditToken(token, { asAdmin })
  const { fields, rest } = byField(edit.error, ['token_name', 'scopes', 'expires', 'note'])

  function submit(event: FormEvent): void {
    event.preventDefault()
    const changes = changesOf(token, { name: name.trim(), note: note.trim(), scopes, end })
    if (Object.keys(changes).length === 0) {
      onClose()
      return
    }
    edit.mutate(changes, {
      onSuccess() {
        notifications.show({ message: `${name} was changed` })
        onClose()
      },
    })
  }

  return (
    <Dialog onClose={onClose} title={`Edit ${token.token_name ?? 'token'}`}>
      <form onSubmit={submit}>
        <Stack>
          <NameField value={name} onChange={setName} error={fields.token_name} />
          <ScopePicker
            offered={asAdmin ? session.known_scopes : namedScopes(token, session.known_scopes)}
            description={asAdmin ? 'What the token may do' : 'You can take scopes away, and not give more'}
            value={scopes}
            onChange={setScopes}
            error={fields.scopes}
          />
          <EndPicker
            choices={choicesOf(token, asAdmin, session.limits.maximum_lifetime)}
            value={end}
            onChange={setEnd}
            error={fields.expires}
          />
          <NoteField value={note} onChange={setNote} error={fields.note} />
          <FormFailure message={rest} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={edit.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

interface Wanted {
  name: string
  note: string
  scopes: string[]
  end: End
}

/** Only what is to be different. */
function changesOf(token: TokenInfo, { name, note, scopes, end }: Wanted): TokenChanges {
  const expires = endSeconds(end, currentSeconds())
  return {
    ...(name !== token.token_name && { token_name: name }),
    ...(note !== (token.note ?? '') && { note: note === '' ? null : note }),
    ...(!isSame(scopes, token.scopes) && { scopes }),
    ...(expires !== undefined && { expires }),
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((scope) => other.includes(scope))
}

/** Of scopes that are known no more, the name alone. */
function namedScopes({ scopes }: TokenInfo, known: readonly Scope[]): Scope[] {
  return scopes.map((name) => known.find((scope) => scope.name === name) ?? { name, description: '' })
}

function choicesOf({ expires }: TokenInfo, asAdmin: boolean, maximum: number | undefined) {
  const same = {
    value: 'same',
    label: expires === undefined ? 'As it is: never' : `As it is: ${exactTime(expires)}`,
  }
  if (!asAdmin && expires !== undefined) return [same, ...earlierChoices(expires - currentSeconds())]
  const others = endChoices(maximum)
  return [same, ...others.filter(({ value }) => value !== 'never' || expires !== undefined)]
}
