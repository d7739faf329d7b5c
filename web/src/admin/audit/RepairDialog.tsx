import { Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useRepair } from '../../api/audit.ts'
import type { AuditFinding } from '../../api/types.ts'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import { findingWords, repairWords } from './words.ts'

interface RepairDialogProps {
  finding: AuditFinding
  onClose(): void
  onRepaired(findings: readonly AuditFinding[]): void
}

export function RepairDialog({ finding, onClose, onRepaired }: RepairDialogProps) {
  const repair = useRepair()
  const confirm = () =>
    repair.mutate([finding.token], {
      onSuccess({ findings, sound }) {
        const isSound = sound.includes(finding.token)
        notifications.show({ message: isSound ? 'Nothing is wrong with it any more' : 'It was repaired' })
        onRepaired(isSound ? [{ ...finding, repaired: true }] : findings)
        onClose()
      },
    })
  return (
    <ConfirmDialog
      title="Repair this token?"
      action="Repair"
      isPending={repair.isPending}
      error={repair.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Text>{findingWords(finding)}.</Text>
      <Text mt="sm">
        {repairWords(finding)}. It is looked at again first: what is done is what is necessary then.
      </Text>
    </ConfirmDialog>
  )
}
