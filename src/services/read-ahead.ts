/** The same values; the next one is being read while the one at hand is worked on. */
export async function* readAhead<T>(values: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  let next = values.next()
  try {
    for (;;) {
      const { value, done } = await next
      if (done) return
      next = values.next()
      // Whoever leaves early does not hear of its failure.
      next.catch(() => {})
      yield value
    }
  } finally {
    await values.return()
  }
}
