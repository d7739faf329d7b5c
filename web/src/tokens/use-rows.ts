import { useMemo } from 'react'
import { arrange, type Group, type Row } from './rows.ts'
import { useChildren } from './use-groups.ts'
import { useToggles } from './use-toggles.ts'

/** The rows of a list of tokens, some of which open and close others. */
export function useRows(username: string, groups: readonly Group[]) {
  const closed = useToggles()
  const open = useToggles()
  const parents = useMemo(() => [...open.ids].map((id) => id.slice(id.lastIndexOf('/') + 1)), [open.ids])
  const children = useChildren(username, [...new Set(parents)])
  const rows = arrange(fromTheTop(groups), { closed: closed.ids, open: open.ids, children })
  const toggle = (row: Row) => {
    if (row.kind === 'group') closed.toggle(row.id)
    if (row.kind === 'token' && row.token.children > 0) open.toggle(row.id)
  }
  return { rows, toggle }
}

/** Groups as far as they are known, and the first that is not: what comes later than others never comes above them. */
function fromTheTop(groups: readonly Group[]): readonly Group[] {
  const unknown = groups.findIndex(({ total, error }) => total === undefined && !error)
  return unknown === -1 ? groups : groups.slice(0, unknown + 1)
}
