import type { HistoryContext } from '../../models/change-history.ts'
import {
  FrozenUserError,
  InvalidScopesError,
  InvalidTokenError,
  LimitReachedError,
  StoreUnavailableError,
} from '../../models/errors.ts'
import { intersect, type Privilege } from '../../models/privilege.ts'
import { isSubset, type Scopes } from '../../models/scopes.ts'
import type { TokenData } from '../../models/token-data.ts'
import type { Operation, Operations, RolledBack } from '../operation.ts'

/**
 * The token with which a secret was asked for: it must still be there. With `within`, the scopes that the secret opens must
 * lie within those that its row has now.
 */
export interface Maker {
  key: string
  within: boolean
}

export interface RootCreation {
  data: TokenData
  tokenName: string | null
  note?: string | null
  history: HistoryContext
  maker?: Maker
  /** The user may have at most so many unexpired tokens of their own making. */
  maximumTokens?: number | null
}

/**
 * Creates a token without a parent (PROTOCOLS.md §4.1): row, history and data under the user's lock, shared unless there
 * is a maximum, handed out after COMMIT.
 *
 * @throws {FrozenUserError} No tokens are made for a frozen user.
 * @throws {DuplicateTokenNameError} The user has an unexpired token of that name.
 * @throws {InvalidTokenError} The token with which it was asked for has been revoked meanwhile.
 */
export async function createRoot(operations: Operations, creation: RootCreation): Promise<void> {
  const { data, tokenName, note = null, history, maker, maximumTokens } = creation
  await operations.run<void>(async (operation) => {
    const { locks, tokens, frozenUsers } = operation
    // Those who count wait for one another: what is counted stays true until COMMIT.
    await (maximumTokens == null ? locks.shareUser(data.username) : locks.lockUser(data.username))
    if (await frozenUsers.has(data.username)) throw new FrozenUserError(`${data.username} is frozen`)
    if (maker) await checkMaker(operation, maker, data)
    if (
      maximumTokens != null &&
      (await tokens.countTokensOf(data.username, operation.now)) >= maximumTokens
    ) {
      throw new LimitReachedError(`${data.username} has ${maximumTokens} tokens already; revoke one first`)
    }
    await tokens.add(data, { tokenName, note, history })
    await storeNew(operation, data)
  }, settlementOf(data))
}

export interface ChildCreation {
  /** What is wished for; scopes and end are cut to what the parent has when its lock is held. */
  wish: TokenData
  parent: string
  history: HistoryContext
  /**
   * Looks, under the parent's lock, for a child that another process made meanwhile, told to what scopes and end the wish
   * is cut. Given: one maker at a time for each parent.
   */
  findExisting?: (operation: Operation, cut: Privilege) => Promise<TokenData | null>
}

/**
 * Creates a child under its parent's lock (PROTOCOLS.md §4.1): the parent cannot end, nor lose scopes, between the look
 * at it and the child's being there for all to see.
 *
 * @returns The child, or what `findExisting` found.
 * @throws {InvalidTokenError} The parent has ended.
 */
export async function createChild(operations: Operations, creation: ChildCreation): Promise<TokenData> {
  const { wish, parent, history, findExisting } = creation
  let made: TokenData = wish
  return operations.run<TokenData>(
    async (operation) => {
      const { locks, tokens, data, now } = operation
      const row = findExisting ? (await locks.lockToken(parent))?.info : await locks.shareToken(parent)
      if (!row || hasEnded(row, now)) throw ended()
      const [stored] = await data.get([parent])
      if (!stored?.data) throw ended()
      const cut = intersect(intersect(wish, row), stored.data)
      if (cut.expires !== null && cut.expires <= now) throw ended()
      const existing = await findExisting?.(operation, cut)
      if (existing) return operation.rollback(existing)

      made = { ...wish, ...cut }
      await tokens.add(made, { parent, history })
      await storeNew(operation, made)
      return made
    },
    {
      settle: async (operation) => {
        await settleCreation(operation, made.token.key)
        return operation.rollback(made)
      },
      undo: async (data) => {
        await data.delete([made.token.key])
      },
    },
  )
}

/**
 * Shares the maker's row, so that it stays as it is until COMMIT.
 *
 * @param scopes - What the secret that it asks for will open.
 * @throws {InvalidTokenError} The maker has ended.
 * @throws {InvalidScopesError} The scopes go beyond the maker's.
 */
export async function checkMaker(
  operation: Operation,
  maker: Maker,
  { scopes }: { scopes: Scopes },
): Promise<void> {
  const row = await operation.locks.shareToken(maker.key)
  if (!row || hasEnded(row, operation.now)) throw ended()
  if (maker.within && !isSubset(scopes, row.scopes)) {
    throw new InvalidScopesError('The scopes go beyond those of the token that asks')
  }
}

/** The data, after the row: a row without data is nobody's token, data without a row would be one. */
async function storeNew({ data }: Operation, tokenData: TokenData): Promise<void> {
  if (!(await data.add(tokenData))) throw new StoreUnavailableError('The new key is taken; try again')
}

function settlementOf(data: TokenData) {
  return {
    async settle(operation: Operation): Promise<RolledBack<void>> {
      await settleCreation(operation, data.token.key)
      return operation.rollback(undefined)
    },
    async undo(session: Operation['data']): Promise<void> {
      await session.delete([data.token.key])
    },
  }
}

/** An unknown COMMIT: a row that is there was committed; one that is not never will be, and its data goes. */
async function settleCreation({ locks, data }: Operation, key: string): Promise<void> {
  if (!(await locks.claimAbsent(key))) return
  await data.delete([key])
  throw new StoreUnavailableError('The token could not be created; try again')
}

export function hasEnded({ expires }: Privilege, now: number): boolean {
  return expires !== null && expires <= now
}

function ended(): InvalidTokenError {
  return new InvalidTokenError('Token is not valid')
}
