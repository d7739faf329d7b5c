import { type Json, type JsonObject, parseJson } from './json.ts'
import { difference, type Matching, short } from './matching.ts'
import type { HeaderValue } from './recording.ts'

/** Headers of an answer by name in small letters, each with all its values in the order they came. */
export type AnswerHeaders = ReadonlyMap<string, readonly string[]>

// Of the transport, or different each time: never recorded.
const unrecorded = new Set([
  'date',
  'server',
  'content-length',
  'connection',
  'keep-alive',
  'transfer-encoding',
])

// Proxies and clients act on these: one more than recorded is a difference too.
const guarded =
  /^(authorization|cookie|set-cookie|location|retry-after|www-authenticate|x-auth-request-.*|x-error-.*|x-ratelimit-.*)$/

/** The differences between recorded headers and those of an answer; `Set-Cookie` of the session is to be taken out. */
export function compareHeaders(
  matching: Matching,
  expected: Readonly<Record<string, HeaderValue>>,
  actual: AnswerHeaders,
): string[] {
  const named = new Set(Object.keys(expected).map((name) => name.toLowerCase()))
  const unexpected = [...actual].filter(
    ([name]) => !named.has(name) && !unrecorded.has(name) && (matching.strict || guarded.test(name)),
  )
  return [
    ...compareNamedHeaders(matching, expected, actual),
    ...unexpected.map(([name, values]) => `header ${name}: not expected, got ${short([...values])}`),
  ]
}

/** The same for the named headers alone; more are allowed. */
export function compareNamedHeaders(
  matching: Matching,
  expected: Readonly<Record<string, HeaderValue>>,
  actual: AnswerHeaders,
): string[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const values = typeof value === 'string' ? [value] : value
    const got = actual.get(name.toLowerCase())
    if (!got)
      return [
        `header ${name}: missing, expected ${values.map((one) => matching.values.show(one)).join(', ')}`,
      ]
    if (got.length !== values.length) return [difference(`header ${name}`, [...values], [...got])]
    return values.flatMap((one, index) => compareHeader(matching, name.toLowerCase(), one, got[index] ?? ''))
  })
}

function compareHeader(matching: Matching, name: string, expected: string, actual: string): string[] {
  const path = `header ${name}`
  if (matching.strict) return matching.compare(expected, actual, path)
  switch (name) {
    case 'content-type':
      return matching.compare(mediaType(expected), mediaType(actual).toLowerCase(), path)
    case 'cache-control':
    case 'allow':
      return listed(expected).isSubsetOf(listed(actual)) ? [] : [difference(path, expected, actual)]
    case 'www-authenticate':
      return matching.compare(withoutDescription(expected), withoutDescription(actual), path)
    case 'location':
      return compareLocation(matching, path, expected, actual)
    case 'x-error-body':
      return compareErrorBody(matching, path, expected, actual)
  }
  return matching.compare(expected, actual, path)
}

function mediaType(value: string): string {
  return value.replace(/;.*$/s, '')
}

function listed(value: string): Set<string> {
  return new Set(value.split(',').map((entry) => entry.trim().toLowerCase()))
}

function withoutDescription(challenge: string): string {
  return challenge.replaceAll(/, error_description="[^"]*"/g, '')
}

/** Parameters may come in any order, and be more. */
function compareLocation(matching: Matching, path: string, expected: string, actual: string): string[] {
  const [target, query] = splitOnce(expected, '?')
  const [actualTarget, actualQuery] = splitOnce(actual, '?')
  if (query === undefined || actualQuery === undefined) return matching.compare(expected, actual, path)
  return [
    ...matching.compare(target, actualTarget, path),
    ...matching.compare(parametersOf(query), parametersOf(actualQuery), `${path}?`),
  ]
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const index = text.indexOf(separator)
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)]
}

function parametersOf(query: string): JsonObject {
  return Object.fromEntries(new URLSearchParams(query))
}

function compareErrorBody(matching: Matching, path: string, expected: string, actual: string): string[] {
  const [recorded, answered] = [tryParse(expected), tryParse(actual)]
  if (recorded === undefined || answered === undefined) return [`${path}: not JSON: ${actual}`]
  return matching.compare(recorded, answered, path)
}

/** JSON read, or undefined where it is none. */
export function tryParse(text: string): Json | undefined {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
