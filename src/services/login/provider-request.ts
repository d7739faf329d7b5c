import type * as z from 'zod'
import { parsePlainJson } from '../../models/json.ts'
import { LoginError, ProviderFailedError, ProviderUnreachableError } from '../../models/login-errors.ts'

/** What a provider answered: everything, whatever the status. */
export interface ProviderReply {
  /** Which request it answers, for people: `GET https://api.github.com/user`. */
  request: string
  status: number
  headers: Headers
  text: string
}

export interface RequestLimits {
  /** For everything from the name look-up to the last byte. */
  timeoutMilliseconds: number
  /** Of the body, decoded. */
  maximumBytes: number
}

/** 20 s as in spec/configuration.md §10; no provider's answer has a reason to come near a mebibyte. */
export const REQUEST_LIMITS: RequestLimits = { timeoutMilliseconds: 20_000, maximumBytes: 1_048_576 }

/** How much of an answer the log gets, in characters. */
const LOGGED_LENGTH = 1_000

/**
 * Asks a provider and reads the whole answer. Redirects are not followed: they could take a secret elsewhere.
 *
 * @throws {ProviderUnreachableError} No whole answer came within the time.
 * @throws {ProviderFailedError} The answer is too long.
 */
export async function askProvider(
  url: string,
  init: RequestInit,
  limits: RequestLimits,
): Promise<ProviderReply> {
  const { host, origin, pathname } = new URL(url)
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(limits.timeoutMilliseconds),
    })
    return {
      request: `${init.method ?? 'GET'} ${origin}${pathname}`,
      status: response.status,
      headers: response.headers,
      text: await readBody(response, limits.maximumBytes),
    }
  } catch (error) {
    if (error instanceof BodyTooLongError) {
      throw new ProviderFailedError(`The answer of ${host} is too long`, { cause: error })
    }
    throw new ProviderUnreachableError(`No answer from ${host}`, { cause: error })
  }
}

class BodyTooLongError extends Error {}

async function readBody(response: Response, maximumBytes: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    // Leaving the loop cancels the body, and with it the connection.
    if (length > maximumBytes) throw new BodyTooLongError(`More than ${maximumBytes} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

export function isSuccess({ status }: ProviderReply): boolean {
  return status >= 200 && status < 300
}

/**
 * Reads JSON of a known form.
 *
 * @throws {SyntaxError | z.ZodError} It is not of that form. Neither holds values of the reply's.
 */
export function readReply<T>(reply: ProviderReply, schema: z.ZodType<T>): T {
  return schema.parse(parseReply(reply))
}

/** @throws {SyntaxError} It is not JSON. */
export function parseReply({ request, text }: ProviderReply): unknown {
  try {
    return parsePlainJson(text)
  } catch {
    // The message of JSON.parse quotes the text, in which there may be a token.
    throw new SyntaxError(`The answer to ${request} is not JSON`)
  }
}

/** For the log: what was answered to which request, cut, and without these secrets. */
export function replyError({ request, status, text }: ProviderReply, secrets: readonly string[]): Error {
  return new Error(`${request} was answered by ${status}: ${loggable(text, secrets)}`)
}

/** A text of a provider's for the log: cut, and without these secrets. */
export function loggable(text: string, secrets: readonly string[]): string {
  const shown = secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '…'), text)
  return shown.slice(0, LOGGED_LENGTH)
}

/** A provider's error code, if it is one of the registered kind and can be shown; else nothing. */
export function shownCode(code: string): string[] {
  return /^[a-z_]{1,64}$/.test(code) ? [code] : []
}

/** The reason of a failure for the log, where nobody is shown the error itself. */
export function reasonOf(error: unknown): string {
  return String(error instanceof LoginError ? (error.cause ?? error.detail) : error)
}
