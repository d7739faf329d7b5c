import type { Kysely } from 'kysely'
import type { HistoryContext } from '../../models/change-history.ts'
import { NotFoundError } from '../../models/errors.ts'
import type { TokenData } from '../../models/token-data.ts'
import type { TokenInfo } from '../../models/token-info.ts'
import { forEachInTurns, mapInTurns } from '../../models/turns.ts'
import type { Database } from '../../storage/schema.ts'
import type { TokenEnding } from '../../storage/token-database-store.ts'
import type { LockedToken } from '../../storage/token-locks.ts'
import { TokenSearchStore } from '../../storage/token-search-store.ts'
import { type Operation, type Operations, RefusedError } from '../operation.ts'

/**
 * Revokes a token with all below it (PROTOCOLS.md §4.2): locks, rows and history, then the data, then COMMIT. Data without
 * a row goes as well: the key is revoked whatever store knows it.
 *
 * @returns The tokens that ended; empty: the database had none of that key.
 * @throws {NotFoundError} Neither store knows a token of that user under this key.
 */
export async function revoke(
  operations: Operations,
  username: string,
  key: string,
  history: HistoryContext,
): Promise<TokenInfo[]> {
  let withoutRow: TokenData | null = null
  const end = async (operation: Operation, locked: readonly LockedToken[]) => {
    if (withoutRow && locked.length === 0) await recordEnding(operation, withoutRow, history)
    return endLocked(operation, locked, [key], history)
  }
  const work = async (operation: Operation) => {
    const locked = await operation.locks.lockSubtrees([key])
    const [top] = locked
    withoutRow = top ? null : await dataOf(operation, key)
    if ((top?.info ?? withoutRow)?.username !== username) throw notFound()
    return end(operation, locked)
  }
  return operations.run(work, {
    // Rows that are gone mean that it was done; those that are not are revoked now.
    settle: async (operation) => end(operation, await operation.locks.lockSubtrees([key])),
  })
}

async function dataOf({ data }: Operation, key: string): Promise<TokenData | null> {
  const [stored] = await data.get([key])
  return stored?.data ?? null
}

/** Once, whoever else revokes or repairs it; the place holder keeps a creation under way from coming in between. */
async function recordEnding(
  { locks, changeHistory }: Operation,
  data: TokenData,
  history: HistoryContext,
): Promise<void> {
  const { key } = data.token
  if (!(await locks.claimAbsent(key))) throw new RefusedError()
  await changeHistory.addEndingOnce(data, history)
  await locks.removePlaceHolder(key)
}

/**
 * Revokes all tokens of a user, at whatever moment they were asked for: whoever is making one waits for the user's lock
 * and finds the maker gone, or comes first and is revoked (PROTOCOLS.md §4.2).
 *
 * @param except - Key of a token that stays, as do what it was derived from and all below that.
 */
export async function revokeUser(
  operations: Operations,
  username: string,
  history: HistoryContext,
  except: string | null = null,
): Promise<TokenInfo[]> {
  const work = async (operation: Operation) => {
    await operation.locks.lockUser(username)
    const kept = except === null ? null : await rootOf(operation.trx, except)
    const roots = (await operation.locks.rootsOf(username)).filter((key) => key !== kept)
    const locked = await operation.locks.lockSubtrees(roots)
    return endLocked(operation, locked, roots, { ...history, cause: 'user' })
  }
  return operations.run(work, { settle: work })
}

/** Key of the token from which, at last, a token was derived: its own if it was derived from none. It never changes. */
export async function rootOf(db: Kysely<Database>, key: string): Promise<string> {
  return (await new TokenSearchStore(db).ancestorsOf(key)).at(-1) ?? key
}

/**
 * Revokes tokens of a user with all below them, in one operation: those of another user, and those that are gone, are left
 * alone.
 *
 * @returns The tokens that ended.
 */
export async function revokeSome(
  operations: Operations,
  username: string,
  keys: readonly string[],
  history: HistoryContext,
): Promise<TokenInfo[]> {
  if (keys.length === 0) return []
  const work = async (operation: Operation) => {
    const found = await operation.locks.lockSubtrees(keys)
    const own = new Set(found.filter(({ info }) => info.username === username).map(({ info }) => info.token))
    const locked = found.filter(({ info }) => own.has(info.token))
    return endLocked(
      operation,
      locked,
      keys.filter((key) => own.has(key)),
      history,
    )
  }
  return operations.run(work, { settle: work })
}

async function endLocked(
  { tokens, data }: Operation,
  locked: readonly LockedToken[],
  tops: readonly string[],
  history: HistoryContext,
): Promise<TokenInfo[]> {
  const endings = await endingsOf(locked)
  const ended = await tokens.deleteRows(endings, 'revoke', history)
  await data.delete([...new Set([...endings.map(({ key }) => key), ...tops])])
  return ended
}

/** Deepest first, each but the tops with the top that it ends because of. */
export async function endingsOf(locked: readonly LockedToken[]): Promise<TokenEnding[]> {
  const topOf = new Map<string, string>()
  await forEachInTurns(locked, ({ info, depth }) => {
    topOf.set(info.token, depth === 0 ? info.token : (topOf.get(info.parent ?? '') ?? info.token))
  })
  return mapInTurns(locked.toReversed(), ({ info }) => {
    const top = topOf.get(info.token)
    return top === undefined || top === info.token ? { key: info.token } : { key: info.token, ancestor: top }
  })
}

function notFound(): NotFoundError {
  return new NotFoundError('Token not found', { location: ['path', 'key'] })
}
