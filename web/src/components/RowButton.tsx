import { Button } from '@mantine/core'
import { useTitleWhenGone } from './use-title-when-gone.ts'

interface RowButtonProps {
  /** With what it is done to, for those who hear it. */
  label: string
  children: string
  disabled?: boolean
  onClick(): void
}

/** A button in a row that may go with it. */
export function RowButton({ label, children, disabled = false, onClick }: RowButtonProps) {
  return (
    <Button
      ref={useTitleWhenGone()}
      variant="default"
      size="compact-sm"
      flex="none"
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </Button>
  )
}
