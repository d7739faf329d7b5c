import { NativeSelect, TextInput } from '@mantine/core'
import { SearchInput } from '../components/SearchInput.tsx'
import { TOKEN_TYPES, typesName } from '../tokens/token-types.ts'
import classes from './HistoryFilters.module.css'
import { ACTIONS, type useHistoryFilters } from './use-history-filters.ts'

const KINDS = [
  { value: '', label: 'All kinds' },
  ...TOKEN_TYPES.map((value) => ({ value, label: typesName(value) })),
]

type HistoryFiltersProps = Pick<ReturnType<typeof useHistoryFilters>, 'texts' | 'set'>

export function HistoryFilters({ texts, set }: HistoryFiltersProps) {
  return (
    <search className={classes.filters}>
      <TextInput
        type="datetime-local"
        label="From"
        className={classes.time ?? ''}
        value={texts.since}
        onChange={(event) => set('since', event.currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        label="Until"
        className={classes.time ?? ''}
        value={texts.until}
        onChange={(event) => set('until', event.currentTarget.value)}
      />
      <NativeSelect
        label="Kind"
        data={KINDS}
        value={texts.kind}
        onChange={(event) => set('kind', event.currentTarget.value)}
      />
      <NativeSelect
        label="What happened"
        data={[{ value: '', label: 'Anything' }, ...ACTIONS]}
        value={texts.action}
        onChange={(event) => set('action', event.currentTarget.value)}
      />
      <SearchInput
        label="Address or network"
        value={texts.address}
        onChange={(text) => set('address', text)}
      />
      <SearchInput label="By whom" value={texts.actor} onChange={(text) => set('actor', text)} />
      <SearchInput label="Key of a token" value={texts.subtree} onChange={(text) => set('subtree', text)} />
    </search>
  )
}
