import { Button, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { type KnownOverrides, useRemoveQuotaOverrides, useSetQuotaOverrides } from '../../api/quotas.ts'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import { FormFailure } from '../../components/FormFailure.tsx'
import { focusTitle } from '../../components/focus-title.ts'
import { useDeed } from '../../components/use-deed.ts'
import { useTitleWhenGone } from '../../components/use-title-when-gone.ts'
import { explain } from '../../format/errors.ts'
import { fromDraft, type GroupDraft, newGroup, toDraft } from './draft.ts'
import { QuotaFields } from './QuotaFields.tsx'

export function QuotaForm({ overrides, tag }: KnownOverrides) {
  const [draft, setDraft] = useState(() => toDraft(overrides))
  const [isRemoving, setIsRemoving] = useState(false)
  const removeButton = useTitleWhenGone()
  const save = useDeed(useSetQuotaOverrides(tag), {
    message: () => 'The quota overrides hold now',
    // The answer brings the form anew, and with the old one the button goes.
    onDone: focusTitle,
  })

  function submit(event: FormEvent): void {
    event.preventDefault()
    save.run(fromDraft(draft))
  }

  const setGroup = (changed: GroupDraft) =>
    setDraft({ ...draft, groups: draft.groups.map((group) => (group.id === changed.id ? changed : group)) })
  return (
    <form onSubmit={submit}>
      <Stack maw="48rem" gap="lg">
        {!overrides && <Text c="dimmed">There are no overrides: what the configuration says holds.</Text>}
        <Fieldset legend="Everybody">
          <QuotaFields quota={draft.everybody} onChange={(everybody) => setDraft({ ...draft, everybody })} />
        </Fieldset>
        {draft.groups.map((group) => (
          <GroupFields
            key={group.id}
            group={group}
            onChange={setGroup}
            onRemove={() => setDraft({ ...draft, groups: draft.groups.filter((one) => one.id !== group.id) })}
          />
        ))}
        <Group>
          <Button
            variant="default"
            onClick={() => setDraft({ ...draft, groups: [...draft.groups, newGroup()] })}
          >
            Add a group
          </Button>
        </Group>
        <TextInput
          label="Groups without any limits"
          description="Names between commas"
          value={draft.bypass}
          onChange={(event) => setDraft({ ...draft, bypass: event.currentTarget.value })}
        />
        <FormFailure message={save.error && explain(save.error).text} />
        <Group>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
          {overrides && (
            <Button ref={removeButton} color="red" variant="outline" onClick={() => setIsRemoving(true)}>
              Remove all overrides …
            </Button>
          )}
        </Group>
      </Stack>
      {isRemoving && <RemoveDialog onClose={() => setIsRemoving(false)} />}
    </form>
  )
}

interface GroupFieldsProps {
  group: GroupDraft
  onChange(group: GroupDraft): void
  onRemove(): void
}

function GroupFields({ group, onChange, onRemove }: GroupFieldsProps) {
  return (
    <Fieldset legend={group.name === '' ? 'A group' : `Members of ${group.name}, besides`}>
      <Stack>
        <Group align="end">
          <TextInput
            label="Group"
            required
            value={group.name}
            onChange={(event) => onChange({ ...group, name: event.currentTarget.value })}
          />
          <Button variant="default" onClick={onRemove}>
            Remove the group
          </Button>
        </Group>
        <QuotaFields quota={group.quota} onChange={(quota) => onChange({ ...group, quota })} />
      </Stack>
    </Fieldset>
  )
}

function RemoveDialog({ onClose }: { onClose(): void }) {
  const remove = useDeed(useRemoveQuotaOverrides(), {
    message: () => 'The quota overrides were removed',
    onDone: onClose,
  })
  return (
    <ConfirmDialog
      title="Remove all quota overrides?"
      action="Remove"
      deed={remove}
      onConfirm={remove.run}
      onClose={onClose}
    >
      <Text>What the configuration says holds again, at once.</Text>
    </ConfirmDialog>
  )
}
