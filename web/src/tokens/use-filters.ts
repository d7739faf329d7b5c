import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { SORTS, type Sort, type TokenFilters } from '../api/tokens.ts'
import type { TokenType } from '../api/types.ts'
import { useSetParameter } from '../components/use-set-parameter.ts'
import { TOKEN_TYPES } from './token-types.ts'

export type Validity = 'valid' | 'expired' | 'all'

export interface ListFilters extends TokenFilters {
  /** Null: all kinds. */
  type: TokenType | null
  validity: Validity
}

type Name = 'search' | 'sort' | 'kind' | 'validity'

/** What is listed and how, kept in the address of the page: it can be linked to, and going back goes back to it. */
export function useFilters() {
  const [parameters] = useSearchParams()
  const filters = useMemo((): ListFilters => {
    const validity = oneOf(['valid', 'expired', 'all'], parameters.get('validity')) ?? 'valid'
    return {
      search: parameters.get('search') ?? '',
      sort:
        oneOf<Sort>(
          SORTS.map(({ value }) => value),
          parameters.get('sort'),
        ) ?? '-created',
      type: oneOf(TOKEN_TYPES, parameters.get('kind')),
      validity,
      expired: validity === 'all' ? null : validity === 'expired',
    }
  }, [parameters])
  const set: (name: Name, value: string) => void = useSetParameter()
  return { filters, set }
}

function oneOf<T extends string>(values: readonly T[], text: string | null): T | null {
  return values.find((value) => value === text) ?? null
}
