import { Table, VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './DataTable.module.css'

export interface Column<Item> {
  head: string
  /** Where it stands in a card: before or after the title, or as that; absent: below it, with its head. */
  place?: 'start' | 'title' | 'end'
  cell(item: Item): ReactNode
}

interface DataTableProps<Item> {
  /** What the table is of, for those who hear it. */
  label: string
  columns: readonly Column<Item>[]
  items: readonly Item[]
  /** Unique among the items. */
  keyOf(item: Item): string
}

/** A table that becomes a list of cards where there is little room. */
export function DataTable<Item>({ label, columns, items, keyOf }: DataTableProps<Item>) {
  return (
    <Table aria-label={label} className={classes.table ?? ''}>
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ head, place }) => (
            <Table.Th key={head} scope="col" data-place={place}>
              {place === 'start' ? <VisuallyHidden>{head}</VisuallyHidden> : head}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((item) => (
          <Table.Tr key={keyOf(item)}>
            {columns.map(({ head, place, cell }) => (
              <Table.Td key={head} data-place={place}>
                {place === undefined && (
                  <span className={classes.label} aria-hidden>
                    {head}
                  </span>
                )}
                <div>{cell(item)}</div>
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
