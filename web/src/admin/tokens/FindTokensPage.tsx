import { NativeSelect } from '@mantine/core'
import { useSearchParams } from 'react-router'
import type { TokenSearch } from '../../api/admin.ts'
import { Page } from '../../components/Page.tsx'
import { SearchInput } from '../../components/SearchInput.tsx'
import { useSetParameter } from '../../components/use-set-parameter.ts'
import { TOKEN_TYPES, typesName } from '../../tokens/token-types.ts'
import classes from './FindTokensPage.module.css'
import { FoundTokens } from './FoundTokens.tsx'

const KINDS = [
  { value: '', label: 'All kinds' },
  ...TOKEN_TYPES.map((value) => ({ value, label: typesName(value) })),
]

/** Tokens of anybody, also by the key of one that somebody has found lying about. */
export function FindTokensPage() {
  const [parameters] = useSearchParams()
  const text = (name: string) => parameters.get(name) ?? ''
  const set = useSetParameter()
  const search: TokenSearch = {
    ...{ username: text('username'), namePrefix: text('name'), service: text('service'), key: text('key') },
    type: TOKEN_TYPES.find((type) => type === text('kind')) ?? null,
  }
  return (
    <Page title="Find tokens">
      <search className={classes.filters}>
        <SearchInput
          label="Key, or a whole token"
          value={search.key}
          onChange={(value) => set('key', value)}
        />
        <SearchInput label="User" value={search.username} onChange={(value) => set('username', value)} />
        <SearchInput
          label="Name begins with"
          value={search.namePrefix}
          onChange={(value) => set('name', value)}
        />
        <SearchInput label="Service" value={search.service} onChange={(value) => set('service', value)} />
        <NativeSelect
          label="Kind"
          data={KINDS}
          value={text('kind')}
          onChange={(event) => set('kind', event.currentTarget.value)}
        />
      </search>
      <FoundTokens search={search} />
    </Page>
  )
}
