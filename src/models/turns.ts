/** Small enough to take less than a millisecond or two. */
const ITEMS_A_TURN = 500

/** Does something with each item, in their order; with thousands, in as many turns of the event loop as that takes. */
export async function forEachInTurns<T>(items: readonly T[], work: (item: T) => void): Promise<void> {
  for (let start = 0; start < items.length; start += ITEMS_A_TURN) {
    // Requests that wait are answered in between.
    if (start > 0) await new Promise((resolve) => setImmediate(resolve))
    for (const item of items.slice(start, start + ITEMS_A_TURN)) work(item)
  }
}

/** What a function makes of each item, in their order; with thousands, in as many turns of the event loop as that takes. */
export async function mapInTurns<T, R>(items: readonly T[], change: (item: T) => R): Promise<R[]> {
  const changed: R[] = []
  await forEachInTurns(items, (item) => changed.push(change(item)))
  return changed
}
