import { Table } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './DataTable.module.css'

export interface Column<Item> {
  head: string
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
          {columns.map(({ head }) => (
            <Table.Th key={head} scope="col">
              {head}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((item) => (
          <Table.Tr key={keyOf(item)}>
            {columns.map(({ head, cell }) => (
              <Table.Td key={head}>
                <span className={classes.label} aria-hidden>
                  {head}
                </span>
                <div className={classes.value}>{cell(item)}</div>
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
