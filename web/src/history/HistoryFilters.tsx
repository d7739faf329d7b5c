import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useId, useState } from 'react'
import { SearchInput } from '../components/SearchInput.tsx'
import { TOKEN_TYPES, typesName } from '../tokens/token-types.ts'
import classes from './HistoryFilters.module.css'
import { ACTIONS, type useHistoryFilters } from './use-history-filters.ts'

const KINDS = [
  { value: '', label: 'All kinds' },
  ...TOKEN_TYPES.map((value) => ({ value, label: typesName(value) })),
]

interface HistoryFiltersProps extends Pick<ReturnType<typeof useHistoryFilters>, 'texts' | 'set'> {
  /** What is wrong with some of them, by the names that the API has for them. */
  errors: Partial<Record<'ip_address' | 'actor' | 'subtree', string>>
}

export function HistoryFilters({ texts, set, errors }: HistoryFiltersProps) {
  const count = Object.values(texts).filter((text) => text !== '').length
  // Where there is little room they are out of the way of what they filter, unless there are some.
  const [isOpen, setIsOpen] = useState(count > 0)
  const id = useId()
  return (
    <search>
      <Button
        variant="default"
        size="xs"
        className={classes.toggle ?? ''}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
      >
        {count === 0 ? 'Filters' : `Filters (${count})`}
      </Button>
      <div id={id} className={classes.filters} data-open={isOpen}>
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
          error={errors.ip_address}
          onChange={(text) => set('address', text)}
        />
        <SearchInput
          label="By whom"
          value={texts.actor}
          error={errors.actor}
          onChange={(text) => set('actor', text)}
        />
        <SearchInput
          label="Key of a token"
          value={texts.subtree}
          error={errors.subtree}
          onChange={(text) => set('subtree', text)}
        />
      </div>
    </search>
  )
}
