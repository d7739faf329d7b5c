import { Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useUnfreeze } from '../../api/admin.ts'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'

export function UnfreezeDialog({ username, onClose }: { username: string; onClose(): void }) {
  const unfreeze = useUnfreeze(username)
  const confirm = () =>
    unfreeze.mutate(undefined, {
      onSuccess() {
        notifications.show({ message: `${username} is not frozen any more` })
        onClose()
      },
    })
  return (
    <ConfirmDialog
      title={`Unfreeze ${username}?`}
      action="Unfreeze"
      isPending={unfreeze.isPending}
      error={unfreeze.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Text>All of their tokens that have not ended are accepted again.</Text>
    </ConfirmDialog>
  )
}
