import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { tryParse } from './headers.ts'
import type { Json, JsonObject } from './json.ts'
import { type Matching, short } from './matching.ts'
import type { Preamble, RecordedSession } from './recording.ts'

interface SetCookie {
  readonly name: string
  readonly value: string
  /** By names in small letters; true for one without a value. */
  readonly attributes: JsonObject
}

/**
 * The differences between the session cookie that was recorded, if one was, and the one that an answer sets.
 *
 * @param headers - The values of the answer's `Set-Cookie` headers; other cookies do not matter.
 */
export function compareSession(
  matching: Matching,
  preamble: Preamble,
  expected: RecordedSession | undefined,
  headers: readonly string[],
): string[] {
  const cookie = headers.map(parseSetCookie).findLast(({ name }) => name === preamble.cookie_name)
  if (!cookie) return expected ? ['the session cookie is not set'] : []
  const state = decryptState(preamble, cookie.value)
  if (!expected) return [`the session cookie is set, which was not expected: ${short(state)}`]
  // To remove the cookie is as good as to store an empty state.
  const isForgiven = !matching.strict && isRemoved(cookie)
  if (expected.as) remember(matching, expected.as, cookie.value)
  return [
    ...matching.compare(expected.state, isForgiven ? {} : state, 'session cookie'),
    ...matching.compare(expected.attributes, cookie.attributes, "session cookie's attributes"),
  ]
}

function remember(matching: Matching, placeholder: string, value: string): void {
  const [kind = '', name = ''] = placeholder.split('.')
  matching.values.remember(kind, name, value)
}

function parseSetCookie(header: string): SetCookie {
  const [pair = '', ...attributes] = header.split(';')
  const [name, value] = splitPair(pair)
  return {
    name,
    value: value === true ? '' : value.replace(/^"(.*)"$/, '$1'),
    attributes: Object.fromEntries(
      attributes.map((attribute) => {
        const [key, text] = splitPair(attribute)
        return [key.toLowerCase(), text]
      }),
    ),
  }
}

function splitPair(pair: string): [string, string | true] {
  const index = pair.indexOf('=')
  return index < 0 ? [pair.trim(), true] : [pair.slice(0, index).trim(), pair.slice(index + 1).trim()]
}

function isRemoved({ attributes }: SetCookie): boolean {
  return attributes['max-age'] === '0' || String(attributes.expires).includes('1970')
}

function decryptState(preamble: Preamble, value: string): Json {
  try {
    const text = new Fernet([preamble.session_secret]).decrypt(value).toString()
    return tryParse(text) ?? 'undecipherable'
  } catch {
    return 'undecipherable'
  }
}
