import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { isObject, type Json, type JsonObject, parseJson } from './json.ts'

/** One file: the exchanges of an area, to be replayed in order on the same stores. */
export interface Recording {
  /** The file's name without its folder and `.json`. */
  readonly name: string
  readonly about: string
  /** The file waits for minutes. */
  readonly slow: boolean
  readonly preamble: Preamble
  readonly exchanges: readonly Exchange[]
}

/** What holds for every exchange of a file. */
export interface Preamble {
  /** The host of `baseUrl`. */
  readonly host: string
  /** Sent with every request, unless it gives a header of the same name. */
  readonly headers: Readonly<Record<string, string>>
  readonly session_secret: string
  readonly bootstrap_token: string
  readonly cookie_name: string
  /** Values of placeholders, fixed from the beginning: `{"csrf.alice": "…"}`. */
  readonly values?: Readonly<Record<string, string>>
  /** The states of session cookies by name, with placeholders. */
  readonly cookies?: Readonly<Record<string, JsonObject>>
  /** Credentials by name, before base64, with placeholders. */
  readonly basic?: Readonly<Record<string, string>>
}

export interface Exchange {
  /** Unique in its file. */
  readonly name: string
  /** Seconds to let pass before the request is sent. */
  readonly wait?: number
  readonly request: RecordedRequest
  readonly response: RecordedResponse
  /** Placeholders that get their value here; for readers. */
  readonly captures?: readonly string[]
  /** The reference is wrong here, or its choice is one of several. */
  readonly defect?: { readonly note: string; readonly accept?: readonly Alternative[] }
  /** Why the exchange is not replayed; never in a file, but set by `withFeatures`. */
  readonly leftOut?: string
}

export interface RecordedRequest {
  readonly method: string
  /** Path and query, encoded as they are to be sent. */
  readonly path: string
  /** A list: the header is sent more than once, in this order; null: it is not sent, not even by default. */
  readonly headers?: Readonly<Record<string, HeaderValue | null>>
  /** JSON, sent as `application/json` unless the headers say otherwise. */
  readonly body?: Json
  /** Instead of `body`: the very text. */
  readonly text?: string
  /** Instead of `body`: bytes, in base64. */
  readonly base64?: string
}

export interface RecordedResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, HeaderValue>>
  /** The session cookie that is set; without this key none is. */
  readonly session?: RecordedSession
  /** JSON; `"{{any}}"` alone is anything. */
  readonly body?: Json
  /** A body that is no JSON; with neither key the body is empty. */
  readonly text?: string
}

export type HeaderValue = string | readonly string[]

export interface RecordedSession {
  /** What the cookie holds, decrypted. */
  readonly state: JsonObject
  /** By names in small letters; true for one without a value. */
  readonly attributes: JsonObject
  /** The placeholder under which the cookie's value is remembered: `cookie.made`. */
  readonly as?: string
}

/** An answer as good as a recorded one: only what is named here is compared. */
export interface Alternative {
  readonly status: number
  readonly headers?: Readonly<Record<string, HeaderValue>>
  /** Headers that must not be there. */
  readonly absent?: readonly string[]
  /** Keys that must be there. */
  readonly body?: Json
}

/**
 * Reads a file of exchanges.
 *
 * @throws {SyntaxError} The file is no JSON.
 * @throws {TypeError} The file is of another format.
 */
export function readRecording(path: string): Recording {
  const content = parseJson(readFileSync(path, 'utf8'))
  if (!isObject(content) || content.format !== 1 || !Array.isArray(content.exchanges)) {
    throw new TypeError(`${path} holds no recorded exchanges of format 1`)
  }
  const recording = content as unknown as Omit<Recording, 'name'>
  return { ...recording, slow: recording.slow ?? false, name: basename(path, '.json') }
}
