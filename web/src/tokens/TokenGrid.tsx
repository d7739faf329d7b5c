import { VisuallyHidden } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import { GridRow } from './GridRow.tsx'
import type { Row } from './rows.ts'
import classes from './TokenGrid.module.css'
import type { Selection } from './use-selection.ts'

interface TokenGridProps {
  rows: readonly Row[]
  selection: Selection
  /** Whether more is loaded when the end comes into view; else by a button. */
  loadsByItself: boolean
  /** Opens or closes what is below a row. */
  onToggle(row: Row): void
}

const COLUMNS = ['Select', 'Name', 'Scopes', 'Made', 'Ends', 'Last used', 'Actions']

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
export function TokenGrid({ rows, selection, loadsByItself, onToggle }: TokenGridProps) {
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
  const items = virtualizer.getVirtualItems()
  const above = (items[0]?.start ?? top) - top
  const below = virtualizer.getTotalSize() - (items.at(-1)?.end ?? top) + top

  return (
    <table ref={body} aria-label="Tokens" aria-rowcount={rows.length + 1} className={classes.grid}>
      <thead className={classes.head}>
        <tr aria-rowindex={1}>
          {COLUMNS.map((name) => (
            <th key={name} scope="col">
              {name === 'Select' ? <VisuallyHidden>{name}</VisuallyHidden> : name}
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
              selection={selection}
              onToggle={() => onToggle(row)}
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
