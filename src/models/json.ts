// A number of sixteen digits or more may be beyond 2^53: JSON.parse alone would lose digits of it.
const LONG_NUMBER = /\d{16}/

const [QUOTE, BACKSLASH, ARRAY, ARRAY_END, OBJECT, OBJECT_END] = Buffer.from('"\\[]{}')
/** How deep arrays and objects may lie in each other: ten times as deep as anything that is stored or sent. */
const MAXIMUM_DEPTH = 64

/**
 * Where the first array or object begins that lies too deep to be read; null: there is none. To be asked before a text from
 * outside is parsed: of texts that are thousands of levels deep and broken, some end the whole process (Node.js 26.10:
 * `'[1,'.repeat(20_000) + '"'`, a few times over).
 */
export function placeTooDeep(text: string): number | null {
  if (!opensOften(text)) return null
  let depth = 0
  let inString = false
  for (let place = 0; place < text.length; place++) {
    const unit = text.charCodeAt(place)
    if (unit === QUOTE) inString = !inString
    else if (inString) place += Number(unit === BACKSLASH)
    else if (unit === ARRAY || unit === OBJECT) {
      if (++depth > MAXIMUM_DEPTH) return place
    } else if (unit === ARRAY_END || unit === OBJECT_END) depth--
  }
  return null
}

/** Whether there are enough brackets for any depth that is too much: found out sooner than the depth itself. */
function opensOften(text: string): boolean {
  let count = 0
  for (const bracket of '[{') {
    for (let place = text.indexOf(bracket); place !== -1; place = text.indexOf(bracket, place + 1)) {
      if (++count > MAXIMUM_DEPTH) return true
    }
  }
  return false
}

/** Reads JSON. @throws {SyntaxError} It is none, or too deep. */
export function parsePlainJson(text: string): unknown {
  requireShallow(text)
  return JSON.parse(text)
}

function requireShallow(text: string): void {
  if (placeTooDeep(text) !== null) throw new SyntaxError('The JSON is nested too deeply')
}

/** Reads JSON; integers beyond 2^53 become `bigint` (uids of the reference have no upper bound, spec/tokens.md §3.1). */
export function parseJson(text: string): unknown {
  requireShallow(text)
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
