import { ActionIcon } from '@mantine/core'
import classes from './Toggle.module.css'

interface ToggleProps {
  isOpen: boolean
  /** What is opened and closed. */
  label: string
  onToggle(): void
}

export function Toggle({ isOpen, label, onToggle }: ToggleProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      aria-expanded={isOpen}
      aria-label={`What is below ${label}`}
      onClick={onToggle}
    >
      <svg
        viewBox="0 0 16 16"
        width={14}
        height={14}
        aria-hidden
        className={classes.arrow}
        data-open={isOpen}
      >
        <path d="M5 2l6 6-6 6" fill="none" stroke="currentColor" strokeWidth={2} />
      </svg>
    </ActionIcon>
  )
}
