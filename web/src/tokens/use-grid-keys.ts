import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Row } from './rows.ts'

interface GridKeysOptions {
  rows: readonly Row[]
  toggle(row: Row): void
  scrollTo(index: number): void
}

/** So many rows a page key goes. */
const PAGE_ROWS = 10

/** The keys of a treegrid: arrows, Home and End, page keys; right opens, left closes or goes to the row above the branch. */
export function useGridKeys({ rows, toggle, scrollTo }: GridKeysOptions) {
  const [activeId, setActiveId] = useState<string | null>(null)
  const shouldFocus = useRef(false)
  const current = rows.some(({ id }) => id === activeId) ? activeId : (rows[0]?.id ?? null)

  useEffect(() => {
    if (!shouldFocus.current || current === null) return
    const element = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(current)}"]`)
    if (!element) return
    shouldFocus.current = false
    element.focus({ preventScroll: true })
    element.scrollIntoView({ block: 'nearest' })
  })

  function go(index: number): void {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))]
    if (!row) return
    shouldFocus.current = true
    setActiveId(row.id)
    scrollTo(rows.indexOf(row))
  }

  function onKeyDown(event: KeyboardEvent): void {
    const element = event.target as HTMLElement
    const index = rows.findIndex(({ id }) => id === current)
    const row = rows[index]
    // Keys in a row's own buttons and menus are theirs.
    if (!row || element.dataset.row !== row.id) return
    const action = actionOf(event.key, row, index)
    if (!action) return
    event.preventDefault()
    action()
  }

  function actionOf(key: string, row: Row, index: number): (() => void) | null {
    switch (key) {
      case 'ArrowDown':
        return () => go(index + 1)
      case 'ArrowUp':
        return () => go(index - 1)
      case 'PageDown':
        return () => go(index + PAGE_ROWS)
      case 'PageUp':
        return () => go(index - PAGE_ROWS)
      case 'Home':
        return () => go(0)
      case 'End':
        return () => go(rows.length - 1)
      case 'ArrowRight':
        return isOpen(row) ? () => go(index + 1) : () => toggle(row)
      case 'ArrowLeft':
        return isOpen(row) ? () => toggle(row) : () => go(parentOf(rows, index))
      case 'Enter':
        return () => activate(row)
      default:
        return null
    }
  }

  return { activeId: current, setActiveId, onKeyDown }
}

/** What Enter does: follows the row's link, or presses its first button. */
function activate({ id }: Row): void {
  const element = document.querySelector(`[data-row="${CSS.escape(id)}"]`)
  const target = element?.querySelector<HTMLElement>('a') ?? element?.querySelector<HTMLElement>('button')
  target?.click()
}

function isOpen(row: Row): boolean {
  return (row.kind === 'group' || row.kind === 'token') && row.isOpen
}

function parentOf(rows: readonly Row[], index: number): number {
  const level = rows[index]?.level ?? 1
  return Math.max(
    0,
    rows.findLastIndex((row, at) => at < index && row.level < level),
  )
}
