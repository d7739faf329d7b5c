import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type HistoryOwner, historyQuery } from '../api/history.ts'
import { byField } from '../format/errors.ts'
import { ExportButtons } from './ExportButtons.tsx'
import { HistoryFilters } from './HistoryFilters.tsx'
import { Changes } from './HistoryList.tsx'
import { useHistoryFilters } from './use-history-filters.ts'

/** The history of a user or of all, with what one can narrow it by, and as files. */
export function History({ owner }: { owner: HistoryOwner }) {
  const { texts, filters, set } = useHistoryFilters()
  const query = useInfiniteQuery({ ...historyQuery(owner, filters), placeholderData: keepPreviousData })
  const { fields } = byField(query.error, ['ip_address', 'actor', 'subtree'])
  const isUnfinished = Object.keys(fields).length > 0
  // While a filter is not finished, which its field says, what was found before it stays.
  const [last, setLast] = useState(query.data)
  if (query.data && query.data !== last) setLast(query.data)
  return (
    <>
      <HistoryFilters texts={texts} set={set} errors={fields} />
      <ExportButtons owner={owner} filters={filters} />
      {isUnfinished ? (
        last && (
          <Changes
            query={{ ...query, data: last, error: null, hasNextPage: false }}
            withOwner={owner === null}
          />
        )
      ) : (
        <Changes query={query} withOwner={owner === null} />
      )}
    </>
  )
}
