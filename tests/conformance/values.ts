import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { isObject, type Json, writeJson } from './json.ts'
import { onlyPlaceholder, type Placeholder, partsOf } from './placeholders.ts'
import type { Preamble } from './recording.ts'

/** A request needs a value that no earlier answer has given. */
export class MissingValueError extends Error {
  constructor(placeholder: Placeholder) {
    super(`${placeholder.text} has no value: no earlier answer gave one`)
    this.name = 'MissingValueError'
  }
}

// Alone in a string of a body, these stand for a number.
const numericKinds = new Set(['now', 'time', 'ms'])

const keyOf = (token: string) => token.slice(3, 25)
const secretOf = (token: string) => token.slice(26)

/** What the placeholders of one file stand for, while it is replayed. */
export class Values {
  readonly #preamble: Preamble
  /** The beginning of the replay, in seconds since the epoch. */
  readonly began: number
  /** By kind and name: `token.laptop`. Of a time, the text of the time itself, without an offset. */
  #known: Map<string, string>

  constructor(preamble: Preamble, began: number) {
    this.#preamble = preamble
    this.began = began
    this.#known = new Map([
      ['bootstrap', preamble.bootstrap_token],
      ['host', preamble.host],
      ...Object.entries(preamble.values ?? {}),
    ])
  }

  /** The same values, to try something that may be given up. */
  copy(): Values {
    const copy = new Values(this.#preamble, this.began)
    copy.#known = new Map(this.#known)
    return copy
  }

  /** Takes over what another one has learned. */
  adopt(other: Values): void {
    this.#known = other.#known
  }

  remember(kind: string, name: string, value: string): void {
    this.#known.set(`${kind}.${name}`, value)
    if (kind === 'token') this.#known.set(`key.${name}`, keyOf(value))
  }

  /** The name under which this very token is remembered. */
  nameOfToken(token: string): string | undefined {
    for (const [name, value] of this.#known) if (name.startsWith('token.') && value === token) return name
    return undefined
  }

  /** The text that a placeholder stands for; undefined where it is not known, or there is not one alone. */
  find(placeholder: Placeholder): string | undefined {
    const { kind, name, offset } = placeholder
    const moment = this.began + offset
    switch (kind) {
      case 'now':
        return String(moment)
      case 'ms':
        return String(moment * 1000)
      case 'iso':
        return isoTime(moment, 'Z')
      case 'isozone':
        return isoTime(moment + 7200, '+02:00')
    }
    if (name === undefined) return this.#known.get(kind)
    switch (kind) {
      case 'basic':
        return this.#basic(name)
      case 'cookie':
        return this.#cookie(name)
      case 'secret': {
        const token = this.#known.get(`token.${name}`)
        return token === undefined ? undefined : secretOf(token)
      }
      case 'time': {
        const time = this.#known.get(`time.${name}`)
        return time === undefined ? undefined : String(Number(time) + offset)
      }
    }
    return this.#known.get(`${kind}.${name}`)
  }

  /**
   * Puts values for the placeholders of a text.
   *
   * @throws {MissingValueError}
   */
  fillText(template: string): string {
    return partsOf(template)
      .map((part) => (typeof part === 'string' ? part : this.#need(part)))
      .join('')
  }

  /**
   * Puts values for the placeholders in a JSON value.
   *
   * @throws {MissingValueError}
   */
  fill(template: Json): Json {
    if (typeof template === 'string') return this.#fillString(template)
    if (Array.isArray(template)) return template.map((entry) => this.fill(entry))
    if (!isObject(template)) return template
    return Object.fromEntries(
      Object.entries(template).map(([key, value]) => [this.fillText(key), this.fill(value)]),
    )
  }

  /** A template with the values that are known, for messages. */
  show(template: string): string {
    return partsOf(template)
      .map((part) => (typeof part === 'string' ? part : this.#shown(part)))
      .join('')
  }

  #fillString(template: string): Json {
    const placeholder = onlyPlaceholder(template)
    if (placeholder && numericKinds.has(placeholder.kind)) return Number(this.#need(placeholder))
    return this.fillText(template)
  }

  #need(placeholder: Placeholder): string {
    const value = this.find(placeholder)
    if (value === undefined) throw new MissingValueError(placeholder)
    return value
  }

  #shown(placeholder: Placeholder): string {
    // Credentials in a message are easier to read by their names.
    const isOpaque = placeholder.kind === 'cookie' || placeholder.kind === 'basic'
    return (isOpaque ? undefined : this.find(placeholder)) ?? placeholder.text
  }

  #basic(name: string): string | undefined {
    const credentials = this.#preamble.basic?.[name]
    if (credentials === undefined) return undefined
    return Buffer.from(this.fillText(credentials)).toString('base64')
  }

  /** Made when it is first needed, then kept: the same cookie each time, as from a browser. */
  #cookie(name: string): string | undefined {
    const known = this.#known.get(`cookie.${name}`)
    const state = this.#preamble.cookies?.[name]
    if (known !== undefined || state === undefined) return known
    const cookie = new Fernet([this.#preamble.session_secret]).encrypt(writeJson(this.fill(state)))
    this.remember('cookie', name, cookie)
    return cookie
  }
}

function isoTime(seconds: number, zone: string): string {
  return new Date(seconds * 1000).toISOString().replace(/\.000Z$/, zone)
}
