import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { GridRow } from './GridRow.tsx'
import { arrange, type Group, type Row } from './rows.ts'
import classes from './TokenGrid.module.css'
import { useChildren } from './use-groups.ts'
import { useToggles } from './use-toggles.ts'

interface TokenGridProps {
  username: string
  groups: readonly Group[]
  /** Whether more is loaded when the end comes into view; else by a button. */
  loadsByItself: boolean
}

const COLUMNS = ['Name', 'Scopes', 'Made', 'Ends', 'Last used', 'Actions']

/** Heights of rows before they are seen: pixels. */
const ESTIMATES: Record<Row['kind'], number> = {
  group: 48,
  token: 74,
  more: 52,
  rest: 44,
  waiting: 74,
  failed: 90,
}

/** Groups, tokens and the tokens derived from them, as a tree in a table. Only rows in view are there. */
export function TokenGrid({ username, groups, loadsByItself }: TokenGridProps) {
  const closed = useToggles()
  const open = useToggles()
  const parents = useMemo(() => [...open.ids].map((id) => id.slice(id.lastIndexOf('/') + 1)), [open.ids])
  const children = useChildren(username, [...new Set(parents)])
  const rows = arrange(groups, { closed: closed.ids, open: open.ids, children })

  const body = useRef<HTMLTableElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => setTop(body.current?.offsetTop ?? 0), [])
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => ESTIMATES[rows[index]?.kind ?? 'token'],
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
    scrollMargin: top,
  })
  const toggle = (row: Row) => {
    if (row.kind === 'group') closed.toggle(row.id)
    if (row.kind === 'token' && row.token.children > 0) open.toggle(row.id)
  }
  const items = virtualizer.getVirtualItems()
  const above = (items[0]?.start ?? top) - top
  const below = virtualizer.getTotalSize() - (items.at(-1)?.end ?? top) + top

  return (
    <table ref={body} aria-label="Tokens" aria-rowcount={rows.length + 1} className={classes.grid}>
      <thead className={classes.head}>
        <tr aria-rowindex={1}>
          {COLUMNS.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <Space height={above} />
        {items.map(({ index }) => {
          const row = rows[index]
          if (!row) return null
          return (
            <GridRow
              key={row.id}
              row={row}
              index={index}
              loadsByItself={loadsByItself}
              onToggle={() => toggle(row)}
              measure={virtualizer.measureElement}
            />
          )
        })}
        <Space height={below} />
      </tbody>
    </table>
  )
}

/** In the place of rows that are out of view. @param props.height - Of all of them: pixels. */
function Space({ height }: { height: number }) {
  return (
    <tr aria-hidden className={classes.space}>
      <td colSpan={COLUMNS.length} style={{ height }} />
    </tr>
  )
}
