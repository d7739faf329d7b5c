import type { FrozenUser } from '../../storage/frozen-user-store.ts'
import { type Operation, type Operations, RefusedError } from '../operation.ts'

/**
 * Freezes a user: none of their tokens is accepted from now on, none is made; nothing is deleted (PROTOCOLS.md §4.5).
 *
 * @returns False: the user was frozen already.
 */
export async function freeze(
  operations: Operations,
  { username, actor, reason }: Omit<FrozenUser, 'since'>,
): Promise<boolean> {
  const work = async ({ locks, frozenUsers, data }: Operation) => {
    await locks.lockUser(username)
    const added = await frozenUsers.add(username, actor, reason)
    // Also where the row was there already: a mark that is missing is put right.
    await data.freeze(username)
    return added
  }
  return operations.run(work, { settle: work })
}

/**
 * Lets a user's tokens be accepted again: first the row, then, in a second transaction, the mark, if nobody has frozen
 * the user anew meanwhile.
 *
 * @returns False: the user was not frozen.
 */
export async function unfreeze(operations: Operations, username: string): Promise<boolean> {
  const remove = async ({ locks, frozenUsers, data, dataInDatabase }: Operation) => {
    await locks.lockUser(username)
    const removed = await frozenUsers.delete(username)
    if (dataInDatabase) await data.unfreeze(username, '')
    return removed
  }
  const removed = await operations.run(remove, { settle: remove })
  await removeFrozenMark(operations, username)
  return removed
}

/**
 * Puts marks right that a crash has left behind, or that Redis has lost: the rows decide (PROTOCOLS.md §4.5).
 *
 * @returns The users concerned, and whether each is frozen.
 */
export async function repairFrozenMarks(
  operations: Operations,
): Promise<{ username: string; frozen: boolean }[]> {
  const { rows, marks } = await operations.run(async (operation) => {
    const marks = new Set(await operation.data.frozenUsers())
    const rows = new Set((await operation.frozenUsers.list()).map(({ username }) => username))
    return operation.rollback({ rows, marks })
  })
  const unmarked = [...rows.difference(marks)]
  for (const username of unmarked) await addFrozenMark(operations, username)
  const leftOver = [...marks.difference(rows)]
  for (const username of leftOver) await removeFrozenMark(operations, username)
  return [
    ...unmarked.map((username) => ({ username, frozen: true })),
    ...leftOver.map((username) => ({ username, frozen: false })),
  ]
}

/**
 * After the database has lost commits (PROTOCOLS.md §7): whoever is frozen in either store is frozen in both. A freeze that was lost
 * counts as much as any; that nobody had undone it, an administrator can see and mend.
 *
 * @returns The users concerned: those who were frozen in one store only.
 */
export async function joinFrozenUsers(
  operations: Operations,
  { actor, reason }: { actor: string; reason: string },
): Promise<string[]> {
  const freezeAll = async (operation: Operation) => {
    const { frozenUsers, data } = operation
    const marks = new Set(await data.frozenUsers())
    const rows = new Set((await frozenUsers.list()).map(({ username }) => username))
    const unknown = [...marks.difference(rows)]
    const unmarked = [...rows.difference(marks)]
    for (const username of unknown) await frozenUsers.add(username, actor, reason)
    for (const username of unmarked) await data.freeze(username)
    return [...unknown, ...unmarked]
  }
  return operations.run(freezeAll, { settle: freezeAll, inDoubt: true })
}

/** Marks a user who is frozen still. */
async function addFrozenMark(operations: Operations, username: string): Promise<void> {
  await operations.run<void>(async (operation) => {
    const { locks, frozenUsers, data } = operation
    await locks.lockUser(username)
    if ((await frozenUsers.has(username)) && (await data.frozenMark(username)) === null)
      await data.freeze(username)
    return operation.rollback(undefined)
  })
}

/** Removes a mark that has no row, unless it is a new one. */
export async function removeFrozenMark(operations: Operations, username: string): Promise<void> {
  await operations.run<void>(async (operation) => {
    const { locks, frozenUsers, data, dataInDatabase } = operation
    if (dataInDatabase) return operation.rollback(undefined)
    const mark = await data.frozenMark(username)
    await locks.lockUser(username)
    if (mark === null || (await frozenUsers.has(username))) return operation.rollback(undefined)
    if (!(await data.unfreeze(username, mark))) throw new RefusedError()
    return operation.rollback(undefined)
  })
}
