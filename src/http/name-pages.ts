import { z } from 'zod'
import { limitField } from './schemas.ts'
import { cursorField } from './token-queries.ts'

/*
 * Lists that are ordered by usernames: the cursor is the last name that was shown, which the reference may have let in
 * though it is no username.
 */

export const namePageQuery = z.object({
  cursor: cursorField(/^[^\p{Cc}\p{Cs}]{1,64}$/u, ([name]) => name).optional(),
  limit: limitField.optional(),
})

/** What a store is asked for; absent: from the first name, all. */
interface NamePage {
  after?: string
  limit?: number
}

/**
 * Reads a page.
 *
 * @param paging - `after`: null: from the first name on. `limit`: null: all.
 * @returns `next`: the cursor of the next page; null: there is none.
 */
export async function namePage<T>(
  read: (page: NamePage) => Promise<readonly T[]>,
  nameOf: (entry: T) => string,
  { after, limit }: { after: string | null; limit: number | null },
): Promise<{ shown: readonly T[]; next: string | null }> {
  // One more than asked for tells whether there is another page.
  const found = await read({ ...(after !== null && { after }), ...(limit !== null && { limit: limit + 1 }) })
  const shown = limit === null ? found : found.slice(0, limit)
  const last = shown.at(-1)
  return { shown, next: last !== undefined && found.length > shown.length ? nameOf(last) : null }
}
