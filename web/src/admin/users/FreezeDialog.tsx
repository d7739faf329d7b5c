import { Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useFreeze } from '../../api/admin.ts'
import { useSession } from '../../api/session.ts'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'

export function FreezeDialog({ username, onClose }: { username: string; onClose(): void }) {
  const { limits } = useSession()
  const [reason, setReason] = useState('')
  const freeze = useFreeze(username)
  const confirm = () =>
    freeze.mutate(reason.trim(), {
      onSuccess() {
        notifications.show({ message: `${username} is frozen` })
        onClose()
      },
    })
  return (
    <ConfirmDialog
      title={`Freeze ${username}?`}
      action="Freeze"
      isPending={freeze.isPending}
      error={freeze.error}
      onConfirm={confirm}
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
