import type { HistoryContext } from '../../models/change-history.ts'
import type { TokenInfo } from '../../models/token-info.ts'
import type { TokenEnding } from '../../storage/token-database-store.ts'
import type { LockedToken } from '../../storage/token-locks.ts'
import type { Operation, Operations } from '../operation.ts'

/**
 * Revokes a token with all below it (PROTOCOLS.md §4.2): locks, rows and history, then the data, then COMMIT. Data without
 * a row goes as well: the key is revoked whatever store knows it.
 *
 * @returns The tokens that ended; empty: the database had none of that key.
 */
export async function revoke(
  operations: Operations,
  key: string,
  history: HistoryContext,
): Promise<TokenInfo[]> {
  return operations.run((operation) => revokeTops(operation, [key], history), {
    // Rows that are gone mean that it was done; those that are not are revoked now.
    settle: (operation) => revokeTops(operation, [key], history),
  })
}

/**
 * Revokes all tokens of a user, at whatever moment they were asked for: whoever is making one waits for the user's lock
 * and finds the maker gone, or comes first and is revoked (PROTOCOLS.md §4.2).
 */
export async function revokeUser(
  operations: Operations,
  username: string,
  history: HistoryContext,
): Promise<TokenInfo[]> {
  const work = async (operation: Operation) => {
    await operation.locks.lockUser(username)
    const roots = await operation.locks.rootsOf(username)
    return revokeTops(operation, roots, { ...history, cause: 'user' })
  }
  return operations.run(work, { settle: work })
}

async function revokeTops(
  operation: Operation,
  tops: readonly string[],
  history: HistoryContext,
): Promise<TokenInfo[]> {
  const { locks, tokens, data } = operation
  const locked = await locks.lockSubtrees(tops)
  const endings = endingsOf(locked)
  const ended = await tokens.deleteRows(endings, 'revoke', history)
  await data.delete([...new Set([...endings.map(({ key }) => key), ...tops])])
  return ended
}

/** Deepest first, each but the tops with the top that it ends because of. */
export function endingsOf(locked: readonly LockedToken[]): TokenEnding[] {
  const topOf = new Map<string, string>()
  for (const { info, depth } of locked) {
    topOf.set(info.token, depth === 0 ? info.token : (topOf.get(info.parent ?? '') ?? info.token))
  }
  return locked.toReversed().map(({ info }) => {
    const top = topOf.get(info.token)
    return top === undefined || top === info.token ? { key: info.token } : { key: info.token, ancestor: top }
  })
}
