import type { ReplayClock } from './clock.ts'
import {
  isInteger,
  isNumber,
  isObject,
  isSameNumber,
  type Json,
  type JsonObject,
  textOf,
  writeJson,
} from './json.ts'
import { onlyPlaceholder, type Placeholder, partsOf, shapes } from './placeholders.ts'
import type { Values } from './values.ts'

export interface MatchingOptions {
  readonly clock: ReplayClock
  /** Forgive nothing: neither texts for people, nor additions, nor another order where order means nothing. */
  readonly strict: boolean
}

/** Seconds by which a server's clock, or a slow answer, may be off. */
const graceSeconds = 3

// Alone in a string of a recorded body, these stand for a number.
const integerKinds = new Set(['now', 'time', 'int'])

/**
 * Compares parts of an answer with what was recorded; what placeholders stand for is remembered where first met.
 *
 * A path names the part in messages and decides what is forgiven: `body.detail[0].msg`, `header location`.
 */
export class Matching {
  readonly #values: Values
  readonly #options: MatchingOptions

  constructor(values: Values, options: MatchingOptions) {
    this.#values = values
    this.#options = options
  }

  get strict(): boolean {
    return this.#options.strict
  }

  get values(): Values {
    return this.#values
  }

  /** The differences between a recorded JSON value and an answered one, as sentences; none where they match. */
  compare(expected: Json, actual: Json, path: string): string[] {
    if (typeof expected === 'string') return this.#compareString(expected, actual, path)
    if (Array.isArray(expected)) return this.#compareList(expected, actual, path)
    if (isObject(expected)) return this.#compareObject(expected, actual, path)
    const same = isNumber(expected) && isNumber(actual) ? isSameNumber(expected, actual) : expected === actual
    return same ? [] : [difference(path, expected, actual)]
  }

  #compareObject(expected: JsonObject, actual: Json, path: string): string[] {
    if (!isObject(actual)) {
      // A `detail` that the reference gives as an object may be a list of that one.
      const [entry] = Array.isArray(actual) && actual.length === 1 ? actual : []
      if (entry !== undefined && !this.strict && path.endsWith('.detail'))
        return this.compare(expected, entry, path)
      return [difference(path, expected, actual)]
    }
    return [
      ...Object.entries(expected).flatMap(([key, value]) => this.#compareMember(key, value, actual, path)),
      ...Object.entries(actual).flatMap(([key, value]) => this.#refuseMember(key, value, expected, path)),
    ]
  }

  #compareMember(key: string, expected: Json, actual: JsonObject, path: string): string[] {
    const memberPath = `${path}.${key}`
    if (this.#isTextForPeople(memberPath)) return []
    const value = Object.hasOwn(actual, key) ? actual[key] : undefined
    if (value === undefined) return [`${memberPath}: missing, expected ${short(expected)}`]
    return this.compare(expected, value, memberPath)
  }

  /** More members are allowed, except null: what the reference leaves out when null stays out. */
  #refuseMember(key: string, actual: Json, expected: JsonObject, path: string): string[] {
    const memberPath = `${path}.${key}`
    if (Object.hasOwn(expected, key) || this.#isTextForPeople(memberPath)) return []
    return this.strict || actual === null ? [`${memberPath}: not expected, got ${short(actual)}`] : []
  }

  #isTextForPeople(path: string): boolean {
    return !this.strict && /\.detail(\[\d+\])?\.(msg|input|ctx|url)$/.test(path)
  }

  #compareList(expected: Json[], actual: Json, path: string): string[] {
    if (!Array.isArray(actual)) return [difference(path, expected, actual)]
    const areFindings = !this.strict && path.endsWith('.detail')
    const [wanted, got] = areFindings
      ? [distinctFindings(expected), distinctFindings(actual)]
      : [expected, actual]
    if (wanted.length !== got.length) {
      return [`${path}: ${wanted.length} entries expected, got ${got.length}: ${short(got)}`]
    }
    if (areFindings || path.endsWith('.bypass')) return this.#compareInAnyOrder(wanted, got, path)
    return wanted.flatMap((entry, index) => this.compare(entry, got[index] ?? null, `${path}[${index}]`))
  }

  #compareInAnyOrder(expected: Json[], actual: Json[], path: string): string[] {
    const left = [...actual]
    for (const [index, entry] of expected.entries()) {
      const entryPath = `${path}[${index}]`
      const tries = left.map((other) => this.#attempt().compare(entry, other, entryPath))
      const fewest = Math.min(...tries.map((found) => found.length))
      const best = tries.findIndex((found) => found.length === fewest)
      if (fewest > 0) return tries[best] ?? []
      // Once more, to remember what was met.
      for (const other of left.splice(best, 1)) this.compare(entry, other, entryPath)
    }
    return []
  }

  #attempt(): Matching {
    return new Matching(this.#values.copy(), this.#options)
  }

  #compareString(expected: string, actual: Json, path: string): string[] {
    // What a framework says of a route or a method that is not there.
    if (!this.strict && path === 'body.detail') return []
    const placeholder = onlyPlaceholder(expected)
    if (placeholder) {
      const isMissedNumber =
        integerKinds.has(placeholder.kind) && !path.startsWith('header ') && !isInteger(actual)
      const why = isMissedNumber ? 'not an integer' : this.#meet(placeholder, actual)
      return why === undefined ? [] : [`${difference(path, expected, actual)} (${why})`]
    }
    if (typeof actual !== 'string') return [difference(path, expected, actual)]
    return this.#compareTemplate(expected, actual, path)
  }

  /** A text with placeholders in it: those not known yet match whatever has their form, and are then met. */
  #compareTemplate(expected: string, actual: string, path: string): string[] {
    const unknown: Placeholder[] = []
    const pattern = partsOf(expected).map((part) => {
      const text = typeof part === 'string' ? part : this.#values.find(part)
      if (text !== undefined || typeof part === 'string') return RegExp.escape(text ?? '')
      unknown.push(part)
      return `(${shapeOf(part)})`
    })
    const match = new RegExp(`^${pattern.join('')}$`, 's').exec(actual)
    if (!match) return [difference(path, this.#values.show(expected), actual)]
    return unknown.flatMap((part, index) => {
      const why = this.#meet(part, match[index + 1] ?? '')
      return why === undefined ? [] : [`${difference(path, expected, actual)} (${part.text}: ${why})`]
    })
  }

  /** Why a value cannot stand for a placeholder; undefined where it can, and is then remembered by its name. */
  #meet(placeholder: Placeholder, actual: Json): string | undefined {
    const { kind, name, offset } = placeholder
    if (kind === 'any') return undefined
    if (kind === 'string') return typeof actual === 'string' ? undefined : 'not a string'
    const text = textOf(actual)
    const known = this.#values.find(placeholder)
    if (known !== undefined) return known === text ? undefined : `expected ${known}`
    if (!new RegExp(`^(?:${shapeOf(placeholder)})$`, 's').test(text)) return `not of the form of ${kind}`
    if (kind === 'isotime' || kind === 'httpdate') return this.#outsideReplay(Date.parse(text) / 1000, offset)
    if (kind === 'time') {
      const why = this.#outsideReplay(Number(text), offset)
      if (why === undefined && name !== undefined)
        this.#values.remember(kind, name, String(Number(text) - offset))
      return why
    }
    if (kind === 'token' && name !== undefined) return this.#meetToken(name, text)
    if (name !== undefined) this.#values.remember(kind, name, text)
    return undefined
  }

  #meetToken(name: string, token: string): string | undefined {
    const other = this.#values.nameOfToken(token)
    if (other !== undefined) return `the same as ${other}, but another one is expected`
    const key = this.#values.find({ kind: 'key', name, offset: 0, text: '' })
    if (key !== undefined && !token.startsWith(`gt-${key}.`)) return `its key is not ${key}`
    this.#values.remember('token', name, token)
    return undefined
  }

  #outsideReplay(moment: number, offset: number): string | undefined {
    const early = this.#values.began - graceSeconds + offset
    const late = this.#options.clock.now() + graceSeconds + offset
    if (moment >= early && moment <= late) return undefined
    return `not a time during this replay${offset ? `, ${offset} seconds added` : ''}`
  }
}

/** A difference as a sentence. */
export function difference(path: string, expected: Json, actual: Json): string {
  return `${path}: expected ${short(expected)}, got ${short(actual)}`
}

/** JSON cut to what a message can hold. */
export function short(value: Json): string {
  const text = writeJson(value)
  return text.length < 400 ? text : `${text.slice(0, 397)}...`
}

function shapeOf(placeholder: Placeholder): string {
  const shape = shapes.get(placeholder.kind)
  if (shape === undefined)
    throw new TypeError(`${placeholder.text} cannot stand in an answer without a value`)
  return shape
}

/** Findings of a validation, each once; where in a text JSON goes wrong is left to each parser. */
function distinctFindings(findings: Json[]): Json[] {
  const distinct = new Map<string, Json>()
  for (const finding of findings) {
    const kept = withoutPosition(finding)
    const identity = isObject(kept) ? writeJson([kept.type ?? null, kept.loc ?? null]) : writeJson(kept)
    if (!distinct.has(identity)) distinct.set(identity, kept)
  }
  return [...distinct.values()]
}

function withoutPosition(finding: Json): Json {
  if (!isObject(finding) || finding.type !== 'json_invalid' || !Array.isArray(finding.loc)) return finding
  return { ...finding, loc: finding.loc.slice(0, 1) }
}
