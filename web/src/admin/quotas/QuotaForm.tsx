import { Button, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useMemo, useState } from 'react'
import { type KnownOverrides, useRemoveQuotaOverrides, useSetQuotaOverrides } from '../../api/quotas.ts'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import { FormFailure } from '../../components/FormFailure.tsx'
import { focusTitle } from '../../components/focus-title.ts'
import { useDeed } from '../../components/use-deed.ts'
import { useTitleWhenGone } from '../../components/use-title-when-gone.ts'
import { explain, isOutdated } from '../../format/errors.ts'
import { ChangedMeanwhile } from './ChangedMeanwhile.tsx'
import { fromDraft, type GroupDraft, isRepeated, newGroup, type OverridesDraft, toDraft } from './draft.ts'
import { NameInput } from './NameInput.tsx'
import { QuotaFields } from './QuotaFields.tsx'

interface Edited {
  /** What the form showed when somebody began to type. */
  seen: KnownOverrides
  draft: OverridesDraft
}

export function QuotaForm({ known }: { known: KnownOverrides }) {
  // Null: nobody has typed, and the form shows what is known. What somebody types stays, whatever is learned meanwhile.
  const [edited, setEdited] = useState<Edited | null>(null)
  const untouched = useMemo(() => ({ seen: known, draft: toDraft(known.overrides) }), [known])
  const { seen, draft } = edited ?? untouched
  const { overrides, tag } = seen
  const setDraft = (next: OverridesDraft) => setEdited({ seen, draft: next })
  const setting = useSetQuotaOverrides(tag)
  const save = useDeed(setting, {
    message: () => 'The quota overrides hold now',
    onDone() {
      setEdited(null)
      // While it waited the button could not keep the keyboard.
      focusTitle()
    },
  })

  function submit(event: FormEvent): void {
    event.preventDefault()
    save.run(fromDraft(draft))
  }

  function startAnew(): void {
    setEdited(null)
    setting.reset()
  }

  const groupNames = draft.groups.map(({ name }) => name)
  const setGroup = (changed: GroupDraft) =>
    setDraft({ ...draft, groups: draft.groups.map((group) => (group.id === changed.id ? changed : group)) })
  return (
    <form onSubmit={submit}>
      <Stack maw="48rem" gap="lg">
        {!overrides && <Text c="dimmed">There are no overrides: what the configuration says holds.</Text>}
        <Fieldset legend="Everybody">
          <QuotaFields quota={draft.everybody} onChange={(everybody) => setDraft({ ...draft, everybody })} />
        </Fieldset>
        {draft.groups.map((group, index) => (
          <GroupFields
            key={group.id}
            group={group}
            isRepeated={isRepeated(groupNames, index)}
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
        {isOutdated(save.error) ? (
          <ChangedMeanwhile onLoaded={startAnew} />
        ) : (
          <FormFailure message={save.error && explain(save.error).text} />
        )}
        <Group>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
          {overrides && <RemoveButton tag={tag} onAnew={startAnew} />}
        </Group>
      </Stack>
    </form>
  )
}

interface GroupFieldsProps {
  group: GroupDraft
  isRepeated: boolean
  onChange(group: GroupDraft): void
  onRemove(): void
}

function GroupFields({ group, isRepeated, onChange, onRemove }: GroupFieldsProps) {
  return (
    <Fieldset legend={group.name === '' ? 'A group' : `Members of ${group.name}, besides`}>
      <Stack>
        <Group align="end">
          <NameInput
            label="Group"
            value={group.name}
            isRepeated={isRepeated}
            onChange={(name) => onChange({ ...group, name })}
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

interface RemoveProps {
  /** Of the overrides that were seen. */
  tag: string | null
  /** Called when the form is to show what holds now, whatever was typed. */
  onAnew(): void
}

function RemoveButton({ tag, onAnew }: RemoveProps) {
  const [isAsking, setIsAsking] = useState(false)
  const startAnew = () => {
    setIsAsking(false)
    onAnew()
  }
  return (
    <>
      <Button ref={useTitleWhenGone()} color="red" variant="outline" onClick={() => setIsAsking(true)}>
        Remove all overrides …
      </Button>
      {isAsking && <RemoveDialog tag={tag} onAnew={startAnew} onClose={() => setIsAsking(false)} />}
    </>
  )
}

function RemoveDialog({ tag, onAnew, onClose }: RemoveProps & { onClose(): void }) {
  const remove = useDeed(useRemoveQuotaOverrides(tag), {
    message: () => 'The quota overrides were removed',
    onDone: onAnew,
  })
  const { error, isPending } = remove
  return (
    <ConfirmDialog
      title="Remove all quota overrides?"
      action="Remove"
      deed={{ isPending, error: isOutdated(error) ? null : error }}
      isDisabled={isOutdated(error)}
      onConfirm={remove.run}
      onClose={onClose}
    >
      {isOutdated(error) ? (
        <ChangedMeanwhile onLoaded={onAnew} />
      ) : (
        <Text>What the configuration says holds again, at once.</Text>
      )}
    </ConfirmDialog>
  )
}
