import { Button, Group, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { explain } from '../format/errors.ts'
import { Dialog } from './Dialog.tsx'
import { FormFailure } from './FormFailure.tsx'
import type { Deed } from './use-deed.ts'

interface ConfirmDialogProps {
  title: string
  /** Of the button that does it. */
  action: string
  /** What it means. */
  children: ReactNode
  deed: Pick<Deed<never>, 'isPending' | 'error'>
  /** Whether it cannot be done (yet). */
  isDisabled?: boolean
  onConfirm(): void
  onClose(): void
}

/** Asks before something is done that cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, action, children, deed, isDisabled = false, onConfirm, onClose } = props
  return (
    <Dialog onClose={onClose} title={title}>
      <Stack>
        <div>{children}</div>
        <FormFailure message={deed.error && explain(deed.error).text} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" disabled={isDisabled} loading={deed.isPending} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
