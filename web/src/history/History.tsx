import type { HistoryOwner } from '../api/history.ts'
import { ExportButtons } from './ExportButtons.tsx'
import { HistoryFilters } from './HistoryFilters.tsx'
import { HistoryList } from './HistoryList.tsx'
import { useHistoryFilters } from './use-history-filters.ts'

/** The history of a user or of all, with what one can narrow it by, and as files. */
export function History({ owner }: { owner: HistoryOwner }) {
  const { texts, filters, set } = useHistoryFilters()
  return (
    <>
      <HistoryFilters texts={texts} set={set} />
      <ExportButtons owner={owner} filters={filters} />
      <HistoryList owner={owner} filters={filters} />
    </>
  )
}
