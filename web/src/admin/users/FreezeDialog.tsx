import { Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useFreeze } from '../../api/admin.ts'
import { useSession } from '../../api/session.ts'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import { useDeed } from '../../components/use-deed.ts'

export function FreezeDialog({ username, onClose }: { username: string; onClose(): void }) {
  const { limits } = useSession()
  const [reason, setReason] = useState('')
  const freeze = useDeed(useFreeze(username), {
    message: () => `${username} is frozen`,
    onDone: onClose,
  })
  return (
    <ConfirmDialog
      title={`Freeze ${username}?`}
      action="Freeze"
      deed={freeze}
      onConfirm={() => freeze.run(reason.trim())}
      onClose={onClose}
    >
      <Stack>
        <Text>
          None of their tokens is accepted any more, and none can be made, until somebody unfreezes them.
          Nothing is deleted.
        </Text>
        <TextInput
          label="Reason"
          description="For other administrators"
          maxLength={limits.note_length}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </Stack>
    </ConfirmDialog>
  )
}
