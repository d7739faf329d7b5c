import type { TokenInfo } from '../api/types.ts'
import { useToggles } from './use-toggles.ts'

/** Tokens that somebody has picked out of those that are shown: what is hidden is not among them until it is seen again. */
export interface Selection {
  /** Each once, in the order in which they are shown. */
  shown: readonly TokenInfo[]
  selected: readonly TokenInfo[]
  has(token: TokenInfo): boolean
  toggle(token: TokenInfo): void
  /** All that are shown, or none. */
  setAll(isSelected: boolean): void
}

/** @param tokens - What is shown; a token may be in it twice. */
export function useSelection(tokens: readonly TokenInfo[]): Selection {
  const { ids, toggle, replace } = useToggles()
  const shown = [...new Map(tokens.map((token) => [token.token, token])).values()]
  return {
    shown,
    selected: shown.filter(({ token }) => ids.has(token)),
    has: ({ token }) => ids.has(token),
    toggle: ({ token }) => toggle(token),
    setAll: (isSelected) => replace(isSelected ? shown.map(({ token }) => token) : []),
  }
}
