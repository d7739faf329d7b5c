import { Button, Group, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useSession } from '../api/session.ts'
import { type KnownToken, useEditToken } from '../api/tokens.ts'
import type { Scope, TokenInfo } from '../api/types.ts'
import { currentSeconds } from '../clock.ts'
import { FormFailure } from '../components/FormFailure.tsx'
import { useDeed } from '../components/use-deed.ts'
import { byField, isOutdated } from '../format/errors.ts'
import { isolated } from '../format/isolated.ts'
import { exactTime } from '../format/time.ts'
import { EndPicker } from '../token-form/EndPicker.tsx'
import { earlierChoices, endChoices } from '../token-form/ends.ts'
import { ScopePicker } from '../token-form/ScopePicker.tsx'
import { NameField, NoteField } from '../token-form/TextFields.tsx'
import { ChangedMeanwhile, NewState } from './ChangedMeanwhile.tsx'
import { changesOf, differences, UNTOUCHED, valuesOf, withScopes } from './edit-draft.ts'

interface EditFormProps {
  /** The token as it was when the form was opened. */
  read: KnownToken
  onClose(): void
}

/** The owner of a token can only take away, administrators can give as well. */
export function EditForm({ read, onClose }: EditFormProps) {
  const session = useSession()
  const asAdmin = session.may_administer
  const [known, setKnown] = useState(read)
  const [draft, setDraft] = useState(UNTOUCHED)
  /** What the state that was loaded has brought; null: none was loaded. */
  const [news, setNews] = useState<string[] | null>(null)
  const { token } = known
  const values = valuesOf(draft, token)
  const mutation = useEditToken(known, { asAdmin })
  const edit = useDeed(mutation, {
    message: () => `${isolated(values.name.trim())} was changed`,
    onDone: onClose,
  })
  const wasOutdated = isOutdated(edit.error)
  const { fields, rest } = byField(edit.error, ['token_name', 'scopes', 'expires', 'note'])

  function submit(event: FormEvent): void {
    event.preventDefault()
    const changes = changesOf(draft, token, currentSeconds())
    if (Object.keys(changes).length === 0) onClose()
    else edit.run(changes)
  }

  function goOnFrom(now: KnownToken): void {
    setNews(differences(token, now.token))
    setKnown(now)
    mutation.reset()
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        {wasOutdated && <ChangedMeanwhile token={token} onLoaded={goOnFrom} />}
        {!wasOutdated && news && <NewState news={news} />}
        <NameField
          value={values.name}
          onChange={(name) => setDraft({ ...draft, name })}
          error={fields.token_name}
          isFirst
        />
        <ScopePicker
          offered={asAdmin ? session.known_scopes : namedScopes(token, session.known_scopes)}
          description={asAdmin ? 'What the token may do' : 'You can take scopes away, and not give more'}
          value={values.scopes}
          onChange={(scopes) => setDraft(withScopes(draft, token, scopes))}
          error={fields.scopes}
        />
        <EndPicker
          choices={choicesOf(token, asAdmin, session.limits.maximum_lifetime)}
          value={draft.end}
          onChange={(end) => setDraft({ ...draft, end })}
          error={fields.expires}
        />
        <NoteField
          value={values.note}
          onChange={(note) => setDraft({ ...draft, note })}
          error={fields.note}
        />
        <FormFailure message={wasOutdated ? null : rest} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={edit.isPending} disabled={wasOutdated}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
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
