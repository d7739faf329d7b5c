import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { tryParse } from './headers.ts'
import { isNumber, isObject, type Json, writeJson } from './json.ts'
import type { Exchange, HeaderValue, Recording } from './recording.ts'
import type { StandInAnswer } from './stand-in.ts'

/** An answer made wrong in one way. */
export interface Mutation {
  readonly what: string
  readonly answer: StandInAnswer
}

/**
 * Wrong answers, each of which a replay has to find: made from the right one, nowhere by what the rules forgive, and without
 * the alternatives of the exchange's `defect` in mind.
 *
 * @param mostPlaces - How many places of a body are changed at the most.
 */
export function mutationsOf(
  { preamble }: Recording,
  exchange: Exchange,
  answer: StandInAnswer,
  mostPlaces: number,
): Mutation[] {
  const expected = exchange.response
  return [
    { what: 'status', answer: { ...answer, status: 599 } },
    ...headerMutations(expected.headers ?? {}, answer),
    ...sessionMutations(
      preamble.session_secret,
      preamble.cookie_name,
      expected.session !== undefined,
      answer,
    ),
    ...(expected.body === '{{any}}' ? [] : bodyMutations(expected.body, answer, mostPlaces)),
  ]
}

const neverExpected: readonly (readonly [string, string])[] = [
  ['X-Error-Status', '401'],
  ['X-RateLimit-Nonsense', '1'],
  ['X-Auth-Request-Nonsense', 'x'],
  ['Location', '/elsewhere'],
  ['Retry-After', '1'],
  ['WWW-Authenticate', 'Bearer realm="elsewhere"'],
  ['Authorization', 'Bearer x'],
  ['Cookie', 'a=b'],
]

function headerMutations(expected: Readonly<Record<string, HeaderValue>>, answer: StandInAnswer): Mutation[] {
  const named = Object.keys(expected).flatMap((name) => {
    const isThis = ([other]: readonly [string, string]) => other === name
    const others = answer.headers.filter((header) => !isThis(header))
    const own = answer.headers.filter(isThis)
    const changed = own.map(([, value]) => [name, wrongHeader(name, value)] as const)
    return [
      { what: `without header ${name}`, answer: { ...answer, headers: others } },
      {
        what: `header ${name} once more`,
        answer: { ...answer, headers: [...answer.headers, [name, 'x'] as const] },
      },
      ...(String(expected[name]).endsWith('{{any}}')
        ? []
        : [{ what: `another ${name}`, answer: { ...answer, headers: [...others, ...changed] } }]),
    ]
  })
  const added = neverExpected
    .filter(([name]) => expected[name] === undefined)
    .map((header) => ({
      what: `header ${header[0]} added`,
      answer: { ...answer, headers: [...answer.headers, header] },
    }))
  return [...named, ...added]
}

/** A wrong value of a header, not one of those that are forgiven. */
function wrongHeader(name: string, value: string): string {
  switch (name) {
    case 'Content-Type':
      return value.replace(/^[^;]*/, '$&x')
    case 'WWW-Authenticate':
      return value.replace('realm="', 'realm="x')
    case 'X-Error-Body':
      return value.replace('"type":', '"kind":').replace('"type": ', '"kind": ')
    case 'Location':
      return `x${value}`
    case 'Allow':
    case 'Cache-Control':
      return value.replace(/^[^,]*/, 'x')
  }
  return `${value}x`
}

function sessionMutations(secret: string, name: string, isSet: boolean, answer: StandInAnswer): Mutation[] {
  const others = answer.headers.filter(([other]) => other !== 'Set-Cookie')
  const withCookie = (what: string, cookie: string): Mutation => ({
    what,
    answer: { ...answer, headers: [...others, ['Set-Cookie', cookie]] },
  })
  const another = new Fernet([secret]).encrypt('{"another":"state","csrf":null}')
  if (!isSet) return [withCookie('a session cookie', `${name}=${another}; Path=/`)]
  const [, cookie = ''] = answer.headers.find(([other]) => other === 'Set-Cookie') ?? []
  return [
    { what: 'without its session cookie', answer: { ...answer, headers: others } },
    withCookie('another state', cookie.replace(/=[^;]*/, `=${another}`)),
    withCookie('a cookie that does not decrypt', cookie.replace(/=[^;]*/, '=nonsense')),
    withCookie('a cookie for scripts', cookie.replace('; httponly', '')),
    withCookie('a cookie of another path', cookie.replace('path=/', 'path=/x')),
    withCookie('a cookie under another name', `x${cookie}`),
  ]
}

function bodyMutations(expected: Json | undefined, answer: StandInAnswer, mostPlaces: number): Mutation[] {
  const body = tryParse(answer.body)
  if (expected === undefined || body === undefined) {
    return [{ what: 'another text', answer: { ...answer, body: `${answer.body}x` } }]
  }
  return [
    { what: 'no body', answer: { ...answer, body: '' } },
    { what: 'no JSON', answer: { ...answer, body: `${answer.body},` } },
    ...spread(changesOf(expected, body, 'body'), mostPlaces).map(({ what, value }) => ({
      what,
      answer: { ...answer, body: writeJson(value) },
    })),
  ]
}

/** Some of a list, taken from all along it. */
function spread<T>(list: readonly T[], most: number): T[] {
  return list.filter((_, index) => list.length <= most || index % Math.ceil(list.length / most) === 0)
}

interface Change {
  readonly what: string
  readonly value: Json
}

/** Every way to make a JSON value wrong in one place. */
function changesOf(expected: Json, actual: Json, path: string): Change[] {
  if (Array.isArray(expected) && Array.isArray(actual)) return listChanges(expected, actual, path)
  if (isObject(expected) && isObject(actual)) return objectChanges(expected, actual, path)
  return leafChanges(expected, actual, path)
}

function listChanges(expected: Json[], actual: Json[], path: string): Change[] {
  // A finding may be listed twice.
  const extra = path.endsWith('.detail') ? { type: 'another' } : (actual[0] ?? 'another')
  return [
    { what: `${path}: one more`, value: [...actual, extra] },
    ...(actual.length > 0 ? [{ what: `${path}: one fewer`, value: actual.slice(1) }] : []),
    ...actual.flatMap((entry, index) =>
      changesOf(expected[index] ?? null, entry, `${path}[${index}]`).map(({ what, value }) => ({
        what,
        value: actual.with(index, value),
      })),
    ),
  ]
}

function objectChanges(
  expected: { [key: string]: Json },
  actual: { [key: string]: Json },
  path: string,
): Change[] {
  const members = Object.entries(actual).flatMap(([key, member]) => {
    if (isForgiven(expected, key, path)) return []
    const { [key]: _, ...others } = actual
    return [
      { what: `${path}.${key} left out`, value: others },
      ...changesOf(expected[key] ?? null, member, `${path}.${key}`).map(({ what, value }) => ({
        what,
        value: { ...actual, [key]: value },
      })),
    ]
  })
  return [{ what: `${path}: a null added`, value: { ...actual, another: null } }, ...members]
}

/** Texts for people, and the place where JSON goes wrong. */
function isForgiven(finding: { [key: string]: Json }, key: string, path: string): boolean {
  if (!/\.detail(\[\d+\])?$/.test(path)) return false
  return ['msg', 'input', 'ctx', 'url'].includes(key) || (key === 'loc' && finding.type === 'json_invalid')
}

function leafChanges(expected: Json, actual: Json, path: string): Change[] {
  // What is said of a missing route or method is free.
  if (expected === '{{any}}' || (path === 'body.detail' && typeof expected === 'string')) return []
  if (expected === '{{string}}') return [{ what: `${path}: no text`, value: 1 }]
  const wrong: Json[] = [actual === null ? 'x' : null]
  if (isNumber(actual) && expected !== '{{int}}') wrong.push(Number(writeJson(actual)) + 10_000)
  if (isNumber(actual)) wrong.push(`${writeJson(actual)}`)
  if (typeof actual === 'string') wrong.push(`${actual}x`, actual.slice(1), '')
  if (typeof actual === 'boolean') wrong.push(!actual, Number(actual))
  return wrong
    .filter((value) => value !== actual)
    .map((value) => ({ what: `${path}: ${writeJson(actual)} as ${writeJson(value)}`, value }))
}
