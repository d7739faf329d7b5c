import type { TokenDetails, TokenType } from '../api/types.ts'

/** Groups and the tokens in them, as they come from the server. */
export interface Group {
  type: TokenType
  /** Undefined: not known yet. */
  total: number | undefined
  tokens: readonly TokenDetails[]
  error: Error | null
  isFetching: boolean
  retry(): void
  more: (() => void) | null
}

export interface Children {
  tokens: readonly TokenDetails[] | undefined
  total: number | undefined
  error: Error | null
  retry(): void
}

interface RowBase {
  /** Unique in the list: one token may stand in its group and below its parent. */
  id: string
  /** From 1: how deep in the tree. */
  level: number
}

export type Row = RowBase &
  (
    | { kind: 'group'; group: Group; isOpen: boolean }
    | { kind: 'token'; token: TokenDetails; isOpen: boolean }
    | { kind: 'more'; remaining: number; isFetching: boolean; load(): void }
    | { kind: 'rest'; token: TokenDetails; remaining: number }
    | { kind: 'waiting' }
    | { kind: 'failed'; error: Error; retry(): void }
  )

interface Opened {
  /** Types of groups that are closed. */
  closed: ReadonlySet<string>
  /** Rows of tokens that are open. */
  open: ReadonlySet<string>
  /** By key of their parent. */
  children: ReadonlyMap<string, Children>
}

/** So many rows take the place of a group that is on its way. */
const WAITING_ROWS = 3

/** What is listed, from top to bottom. Groups without tokens are left out. */
export function arrange(groups: readonly Group[], opened: Opened): Row[] {
  return groups
    .filter(({ total, error }) => total !== 0 || error)
    .flatMap((group) => {
      const isOpen = !opened.closed.has(group.type)
      const head: Row = { id: group.type, level: 1, kind: 'group', group, isOpen }
      return isOpen ? [head, ...contentsOf(group, opened)] : [head]
    })
}

function contentsOf(group: Group, opened: Opened): Row[] {
  const { type, total, tokens, error, isFetching, more, retry } = group
  const rows = tokens.flatMap((token) => branch(token, type, 2, opened))
  if (error) return [...rows, { id: `${type}/failed`, level: 2, kind: 'failed', error, retry }]
  if (total === undefined) return waiting(type, 2, WAITING_ROWS)
  if (!more) return rows
  const remaining = Math.max(0, total - tokens.length)
  return [...rows, { id: `${type}/more`, level: 2, kind: 'more', remaining, isFetching, load: more }]
}

function branch(token: TokenDetails, above: string, level: number, opened: Opened): Row[] {
  const id = `${above}/${token.token}`
  const isOpen = opened.open.has(id)
  const row: Row = { id, level, kind: 'token', token, isOpen }
  if (!isOpen) return [row]
  const children = opened.children.get(token.token)
  return [row, ...childRows(token, id, level + 1, children, opened)]
}

function childRows(
  token: TokenDetails,
  above: string,
  level: number,
  children: Children | undefined,
  opened: Opened,
): Row[] {
  if (children?.error) {
    return [{ id: `${above}/failed`, level, kind: 'failed', error: children.error, retry: children.retry }]
  }
  if (!children?.tokens) return waiting(above, level, Math.min(token.children, WAITING_ROWS))
  const rows = children.tokens.flatMap((child) => branch(child, above, level, opened))
  const remaining = (children.total ?? 0) - children.tokens.length
  return remaining > 0 ? [...rows, { id: `${above}/rest`, level, kind: 'rest', token, remaining }] : rows
}

function waiting(above: string, level: number, count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${above}/waiting${index}`,
    level,
    kind: 'waiting' as const,
  }))
}
