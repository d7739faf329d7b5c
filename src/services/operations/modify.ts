import type { HistoryContext } from '../../models/change-history.ts'
import {
  ConflictError,
  InvalidExpiresError,
  InvalidScopesError,
  NotFoundError,
  StoreUnavailableError,
} from '../../models/errors.ts'
import { endsAfter, intersect, isWithin, samePrivilege } from '../../models/privilege.ts'
import type { TokenChanges } from '../../models/requests.ts'
import { isSubset, scopeSet } from '../../models/scopes.ts'
import type { TokenInfo } from '../../models/token-info.ts'
import type { StoredTokenData } from '../../storage/token-data/token-data-store.ts'
import { describeChange, type TokenChangeRow } from '../../storage/token-database-store.ts'
import type { LockedToken } from '../../storage/token-locks.ts'
import { type Operation, type Operations, RefusedError } from '../operation.ts'
import { hasEnded } from './create.ts'

interface Narrowed {
  row: TokenInfo
  /** Whether the row has more than the value: a second transaction is to lift the value. */
  widened: boolean
}

/**
 * Changes name, scopes and end of a user token (PROTOCOLS.md §4.3). What is taken away is gone from the data of the whole
 * subtree before COMMIT; what is given comes after it, in a second transaction.
 *
 * @param check - Refuses a change of this token, by throwing; called under its lock.
 * @throws {NotFoundError} There is no such token, or it has expired.
 * @throws {InvalidScopesError | InvalidExpiresError} It would exceed its parent.
 * @throws {DuplicateTokenNameError} The name is taken.
 * @throws {ConflictError} Somebody else changed it to something else meanwhile.
 */
export async function modify(
  operations: Operations,
  key: string,
  changes: TokenChanges,
  history: HistoryContext,
  check: (info: TokenInfo) => void,
): Promise<TokenInfo> {
  const work = (operation: Operation) => changeRow(operation, key, changes, history, check)
  const first = await operations.run<Narrowed>(work, {
    settle: (operation) => settleModification(operation, key, changes),
  })
  if (!first.widened) return first.row
  const lifted = await lift(operations, key)
  if (!samePrivilege(lifted, first.row))
    throw new ConflictError('The token was changed by somebody else meanwhile')
  return lifted
}

async function changeRow(
  operation: Operation,
  key: string,
  changes: TokenChanges,
  history: HistoryContext,
  check: (info: TokenInfo) => void,
) {
  const { locks, tokens, data, now } = operation
  const locked = await lockFamily(operation, key)
  const [top] = locked
  if (!top) throw notFound()
  check(top.info)
  if (hasEnded(top.info, now)) throw notFound()
  await checkParent(locks, top.info, changes)

  // Read before the last SQL statement, which then proves that the locks were held when it was read (rule 5).
  const stored = await data.get(locked.map(({ info }) => info.token))
  const own = stored[0]?.data
  if (!own) throw notFound()

  const change = describeChange(top.info, {
    ...changes,
    ...(changes.scopes && { scopes: scopeSet(changes.scopes) }),
  })
  const target = change?.info ?? top.info
  const widened = !isWithin(target, own)
  if (!change) return operation.rollback({ row: target, widened })

  const narrowed = !isWithin(top.info, target)
  const rows = [
    change,
    ...(narrowed ? locked.slice(1).flatMap((row) => lowerTo(row, top.info.token, target)) : []),
  ]
  await tokens.modifyRows(rows, history)
  if (narrowed) await lowerValues(operation, locked, stored, rows)
  return { row: target, widened }
}

async function lockFamily({ locks }: Operation, key: string): Promise<LockedToken[]> {
  // The parent's row comes first in the order of locks.
  const parent = await locks.parentOf(key)
  if (parent) await locks.shareToken(parent)
  return locks.lockSubtrees([key])
}

/** User tokens have no parent of Porthor's or the reference's making; one that has may not exceed it. */
async function checkParent(locks: Operation['locks'], info: TokenInfo, changes: TokenChanges): Promise<void> {
  if (!info.parent) return
  const parent = await locks.shareToken(info.parent)
  if (!parent) throw notFound()
  if (changes.scopes && !isSubset(scopeSet(changes.scopes), parent.scopes)) {
    throw new InvalidScopesError('The scopes go beyond those of the parent token')
  }
  if (changes.expires !== undefined && endsAfter(changes.expires, parent.expires)) {
    throw new InvalidExpiresError('The token would outlive its parent')
  }
}

/** What becomes of a descendant that exceeds what its ancestor now has. */
function lowerTo({ info }: LockedToken, ancestor: string, target: TokenInfo): TokenChangeRow[] {
  const change = describeChange(info, intersect(info, target))
  return change ? [{ ...change, ancestor, cause: 'narrowed' }] : []
}

/**
 * Deepest first, the value of each changed row is written anew within its row, even where it fits already: the new text
 * makes every late compare-and-set of a stale process fail (PROTOCOLS.md §2.6).
 */
export async function lowerValues(
  { data }: Operation,
  locked: readonly LockedToken[],
  stored: readonly (StoredTokenData | null)[],
  changed: readonly TokenChangeRow[],
): Promise<void> {
  const rows = new Map(changed.map(({ info }) => [info.token, info]))
  for (let index = locked.length - 1; index >= 0; index--) {
    const row = rows.get(locked[index]?.info.token ?? '')
    const value = stored[index]
    if (!row || !value?.data) continue
    const lowered = { ...value.data, ...intersect(value.data, row) }
    if (!(await data.replace(value.text, lowered))) throw new RefusedError()
  }
}

/**
 * Raises a token's value to its row, in a transaction that changes no row (PROTOCOLS.md §4.3, step 6). A value that is
 * gone is not brought back.
 *
 * @returns What the row said.
 * @throws {NotFoundError} The token has ended.
 */
async function lift(operations: Operations, key: string): Promise<TokenInfo> {
  return operations.run<TokenInfo>(async (operation) => {
    const { locks, data, now } = operation
    const [stored] = await data.get([key])
    if (!stored?.data) throw notFound()
    const row = await locks.lockToken(key)
    if (!row || hasEnded(row.info, now)) throw notFound()
    const lifted = { ...stored.data, scopes: row.info.scopes, expires: row.info.expires }
    if (!(await data.replace(stored.text, lifted))) throw new RefusedError()
    return liftedOutcome(operation, row.info)
  })
}

/** In Redis nothing is left to commit; token data beside the database is. */
function liftedOutcome(operation: Operation, info: TokenInfo) {
  return operation.dataInDatabase ? info : operation.rollback(info)
}

async function settleModification(operation: Operation, key: string, changes: TokenChanges) {
  const row = await operation.locks.lockToken(key)
  if (!row) throw notFound()
  const change = describeChange(row.info, {
    ...changes,
    ...(changes.scopes && { scopes: scopeSet(changes.scopes) }),
  })
  if (change) throw new StoreUnavailableError('The change was not made; try again')
  // Whether it widened is not known any more: lifting what fits already does no harm.
  return operation.rollback({ row: row.info, widened: true })
}

function notFound(): NotFoundError {
  return new NotFoundError('Token not found', { location: ['path', 'key'] })
}
