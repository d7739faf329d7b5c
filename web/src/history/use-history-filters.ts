import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { HistoryFilters } from '../api/history.ts'
import { useSetParameter } from '../components/use-set-parameter.ts'
import { endOfLocalInput, fromLocalInput } from '../format/time.ts'
import { TOKEN_TYPES } from '../tokens/token-types.ts'

export const ACTIONS = [
  { value: 'create', label: 'Made' },
  { value: 'edit', label: 'Changed' },
  { value: 'revoke', label: 'Revoked' },
  { value: 'expire', label: 'Ended by time' },
] as const

export type FilterName = 'since' | 'until' | 'kind' | 'action' | 'address' | 'actor' | 'subtree'

/** What is shown of the history, kept in the address of the page. Times are there as in inputs: local, without a zone. */
export function useHistoryFilters() {
  const [parameters] = useSearchParams()
  const texts = useMemo(
    () => ({
      since: parameters.get('since') ?? '',
      until: parameters.get('until') ?? '',
      kind: parameters.get('kind') ?? '',
      action: parameters.get('action') ?? '',
      address: parameters.get('address') ?? '',
      actor: parameters.get('actor') ?? '',
      subtree: parameters.get('subtree') ?? '',
    }),
    [parameters],
  )
  const filters = useMemo((): HistoryFilters => {
    const { since, until, kind, action, address, actor, subtree } = texts
    return {
      since: fromLocalInput(since),
      until: endOfLocalInput(until),
      type: TOKEN_TYPES.find((type) => type === kind) ?? null,
      action: ACTIONS.find(({ value }) => value === action)?.value ?? null,
      address,
      actor,
      subtree,
    }
  }, [texts])
  const set: (name: FilterName, value: string) => void = useSetParameter()
  return { texts, filters, set }
}
