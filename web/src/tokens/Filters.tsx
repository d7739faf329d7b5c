import { NativeSelect } from '@mantine/core'
import { SORTS } from '../api/tokens.ts'
import { SearchInput } from '../components/SearchInput.tsx'
import classes from './Filters.module.css'
import { TOKEN_TYPES, typesName } from './token-types.ts'
import type { useFilters } from './use-filters.ts'

const KINDS = [
  { value: '', label: 'All kinds' },
  ...TOKEN_TYPES.map((value) => ({ value, label: typesName(value) })),
]

const VALIDITIES = [
  { value: '', label: 'Valid' },
  { value: 'expired', label: 'Expired' },
  { value: 'all', label: 'Valid and expired' },
]

export function Filters({ filters, set }: ReturnType<typeof useFilters>) {
  return (
    <search className={classes.filters}>
      <SearchInput
        label="Search"
        description="Name, note or service"
        value={filters.search}
        onChange={(text) => set('search', text)}
      />
      <NativeSelect
        label="Kind"
        data={KINDS}
        value={filters.type ?? ''}
        onChange={(event) => set('kind', event.currentTarget.value)}
      />
      <NativeSelect
        label="Validity"
        data={VALIDITIES}
        value={filters.validity === 'valid' ? '' : filters.validity}
        onChange={(event) => set('validity', event.currentTarget.value)}
      />
      <NativeSelect
        label="Order"
        data={[...SORTS]}
        value={filters.sort}
        onChange={(event) =>
          set('sort', event.currentTarget.value === '-created' ? '' : event.currentTarget.value)
        }
      />
    </search>
  )
}
