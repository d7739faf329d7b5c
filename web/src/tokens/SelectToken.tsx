import { Checkbox } from '@mantine/core'
import type { TokenInfo } from '../api/types.ts'
import { titleOf } from './token-types.ts'
import type { Selection } from './use-selection.ts'

interface SelectTokenProps {
  token: TokenInfo
  selection: Selection
}

export function SelectToken({ token, selection }: SelectTokenProps) {
  return (
    <Checkbox
      size="sm"
      aria-label={`Select ${titleOf(token)}`}
      checked={selection.has(token)}
      onChange={() => selection.toggle(token)}
    />
  )
}
