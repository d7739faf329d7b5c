/** A number that JavaScript would not write back as it was read: `4.0`, `1e+18`, an integer beyond 2^53. */
export class ExactNumber {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

export type Json = null | boolean | number | ExactNumber | string | Json[] | JsonObject
export type JsonObject = { [key: string]: Json }

// Not yet in TypeScript's library.
const { rawJSON } = JSON as unknown as { rawJSON(source: string): unknown }

/**
 * Reads JSON without losing how its numbers are written.
 *
 * @throws {SyntaxError} The text is no JSON.
 */
export function parseJson(text: string): Json {
  return JSON.parse(text, (_key, value: Json, context?: { source?: string }) => {
    if (typeof value !== 'number' || context?.source === undefined) return value
    return String(value) === context.source ? value : new ExactNumber(context.source)
  })
}

/** Writes compact JSON, each number as it was read. */
export function writeJson(value: Json): string {
  return JSON.stringify(value, (_key, member: Json) =>
    member instanceof ExactNumber ? rawJSON(member.source) : member,
  )
}

export function isObject(value: Json | undefined): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  )
}

export function isNumber(value: Json): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber
}

/** Whether a value is a number written without fraction and exponent. */
export function isInteger(value: Json): boolean {
  return isNumber(value) && /^-?\d+$/.test(numberText(value))
}

/** Whether two numbers are equal, however they are written: 8 and 8.0 are. */
export function isSameNumber(one: number | ExactNumber, other: number | ExactNumber): boolean {
  const [a, b] = [numericValue(one), numericValue(other)]
  // A bigint and a number are never `===`, but are compared by size exactly.
  return !(a < b) && !(a > b)
}

/** A value as text: strings as they are, everything else as JSON. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : writeJson(value)
}

function numericValue(value: number | ExactNumber): number | bigint {
  const text = numberText(value)
  return isInteger(value) ? BigInt(text) : Number(text)
}

function numberText(value: number | ExactNumber): string {
  return typeof value === 'number' ? String(value) : value.source
}
