import { Text } from '@mantine/core'
import { useUnfreeze } from '../../api/admin.ts'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import { useDeed } from '../../components/use-deed.ts'

export function UnfreezeDialog({ username, onClose }: { username: string; onClose(): void }) {
  const unfreeze = useDeed(useUnfreeze(username), {
    message: () => `${username} is not frozen any more`,
    onDone: onClose,
  })
  return (
    <ConfirmDialog
      title={`Unfreeze ${username}?`}
      action="Unfreeze"
      deed={unfreeze}
      onConfirm={unfreeze.run}
      onClose={onClose}
    >
      <Text>All of their tokens that have not ended are accepted again.</Text>
    </ConfirmDialog>
  )
}
