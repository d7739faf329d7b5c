import { Button, Checkbox, Text } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import type { TokenInfo } from '../api/types.ts'
import classes from './SelectionBar.module.css'
import type { Selection } from './use-selection.ts'

const RevokeDialog = lazy(async () => ({ default: (await import('../token/RevokeDialog.tsx')).RevokeDialog }))

interface SelectionBarProps {
  selection: Selection
  /** How many there are, in words. */
  summary: string
}

/** Above a list of tokens: how many there are, and what can be done with those that are picked. */
export function SelectionBar({ selection, summary }: SelectionBarProps) {
  const { shown, selected, setAll } = selection
  const [revoking, setRevoking] = useState<readonly TokenInfo[] | null>(null)
  const count = selected.length
  return (
    <div className={classes.bar}>
      <Checkbox
        label="Select all shown"
        size="sm"
        checked={count > 0 && count === shown.length}
        indeterminate={count > 0 && count < shown.length}
        disabled={shown.length === 0}
        onChange={() => setAll(count < shown.length)}
      />
      <Text size="sm" c="dimmed" role="status" className={classes.summary ?? ''}>
        {count > 0 ? `${summary}, ${count.toLocaleString()} selected` : summary}
      </Text>
      {/* It stays where it is, so that nothing jumps, and the keyboard comes back to it. */}
      <Button
        variant="default"
        size="compact-sm"
        className={classes.revoke ?? ''}
        data-disabled={count === 0}
        aria-disabled={count === 0}
        onClick={() => count > 0 && setRevoking(selected)}
      >
        {count > 0 ? `Revoke ${count.toLocaleString()} selected …` : 'Revoke selected …'}
      </Button>
      <Suspense>{revoking && <RevokeDialog tokens={revoking} onClose={() => setRevoking(null)} />}</Suspense>
    </div>
  )
}
