// A number of sixteen digits or more may be beyond 2^53: JSON.parse alone would lose digits of it.
const LONG_NUMBER = /\d{16}/

/** Reads JSON; integers beyond 2^53 become `bigint` (uids of the reference have no upper bound, spec/tokens.md §3.1). */
export function parseJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text)
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value) || !context?.source) return value
    return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value
  })
}

/** Writes compact JSON; a `bigint` becomes a number with all its digits. */
export function stringifyJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'bigint' ? rawJson(member.toString()) : member,
  )
}

// Not yet in TypeScript's library.
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON
