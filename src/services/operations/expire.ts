import type { HistoryContext } from '../../models/change-history.ts'
import type { TokenInfo } from '../../models/token-info.ts'
import type { Operations } from '../operation.ts'
import { hasEnded } from './create.ts'
import { endingsOf } from './revoke.ts'

/**
 * Removes one batch of expired tokens with all below them, rows, history and data (PROTOCOLS.md §4.5). Waits for nobody.
 *
 * @returns What was removed; empty: nothing more can be had now.
 */
export async function expireBatch(
  operations: Operations,
  limit: number,
  history: HistoryContext,
): Promise<TokenInfo[]> {
  return operations.run(async ({ tokens, data, now }) => {
    const ended = await tokens.deleteExpired({ now, limit, history })
    if (ended.length > 0) await data.delete(ended.map((info) => info.token))
    return ended
  })
}

/**
 * Removes an expired token whose name somebody wants.
 *
 * @returns Whether there was one, and its name is free now.
 */
export async function expireNamesake(
  operations: Operations,
  username: string,
  tokenName: string,
  history: HistoryContext,
): Promise<boolean> {
  return operations.run(async ({ locks, tokens, data, now }) => {
    const namesake = await tokens.getExpiredNamesake(username, tokenName, now)
    if (namesake === null) return false
    const locked = await locks.lockSubtrees([namesake])
    const [top] = locked
    if (!top || !hasEnded(top.info, now)) return false
    const ended = await tokens.deleteRows(await endingsOf(locked), 'expire', history)
    await data.delete(ended.map((info) => info.token))
    return true
  })
}
