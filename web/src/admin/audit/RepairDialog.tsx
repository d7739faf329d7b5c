import { Text } from '@mantine/core'
import { useRepair } from '../../api/audit.ts'
import type { AuditFinding } from '../../api/types.ts'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import { useDeed } from '../../components/use-deed.ts'
import { findingWords, repairWords } from './words.ts'

interface RepairDialogProps {
  finding: AuditFinding
  onClose(): void
  onRepaired(findings: readonly AuditFinding[]): void
}

export function RepairDialog({ finding, onClose, onRepaired }: RepairDialogProps) {
  const repair = useDeed(useRepair(), {
    message: ({ sound }) =>
      sound.includes(finding.token) ? 'Nothing is wrong with it any more' : 'It was repaired',
    onDone({ findings, sound }) {
      onRepaired(sound.includes(finding.token) ? [{ ...finding, repaired: true }] : findings)
      onClose()
    },
  })
  return (
    <ConfirmDialog
      title="Repair this token?"
      action="Repair"
      deed={repair}
      onConfirm={() => repair.run([finding.token])}
      onClose={onClose}
    >
      <Text>{findingWords(finding)}.</Text>
      <Text mt="sm">
        {repairWords(finding)}. It is looked at again first: what is done is what is necessary then.
      </Text>
    </ConfirmDialog>
  )
}
