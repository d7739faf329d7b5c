import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { GridRow } from './GridRow.tsx'
import { arrange, type Group, type Row } from './rows.ts'
import classes from './TokenGrid.module.css'
import { useGridKeys } from './use-grid-keys.ts'
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

/**
 * Groups, tokens and the tokens derived from them, as a tree in a table (WAI-ARIA's treegrid): only rows in view are there,
 * one of them is in the order of the Tab key, and the arrows go from one to the next.
 */
export function TokenGrid({ username, groups, loadsByItself }: TokenGridProps) {
  const closed = useToggles()
  const open = useToggles()
  const parents = useMemo(() => [...open.ids].map((id) => id.slice(id.lastIndexOf('/') + 1)), [open.ids])
  const children = useChildren(username, [...new Set(parents)])
  const rows = arrange(groups, { closed: closed.ids, open: open.ids, children })

  const body = useRef<HTMLDivElement>(null)
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
  const keys = useGridKeys({ rows, toggle, scrollTo: (index) => virtualizer.scrollToIndex(index) })

  return (
    <div role="treegrid" aria-label="Tokens" aria-rowcount={rows.length + 1} className={classes.grid}>
      <div role="row" aria-rowindex={1} className={classes.head}>
        {COLUMNS.map((name) => (
          <div key={name} role="columnheader">
            {name}
          </div>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: rows that are placed one by one cannot be those of a table */}
      <div
        role="rowgroup"
        ref={body}
        className={classes.body}
        style={{ height: virtualizer.getTotalSize() }}
        onKeyDown={keys.onKeyDown}
      >
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          if (!row) return null
          return (
            <GridRow
              key={row.id}
              row={row}
              index={index}
              top={start - top}
              isActive={keys.activeId === row.id}
              loadsByItself={loadsByItself}
              onToggle={() => toggle(row)}
              onFocus={() => keys.setActiveId(row.id)}
              measure={virtualizer.measureElement}
            />
          )
        })}
      </div>
    </div>
  )
}
