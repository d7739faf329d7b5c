import { ApiError, findingsOf } from './api-error.ts'

/** What a call of the client comes back with. */
interface Outcome<Data> {
  data?: Data
  error?: unknown
  response: Response
}

/**
 * The data of an answer.
 *
 * @throws {ApiError} The API refused.
 */
export async function answer<Data>(call: Promise<Outcome<Data>>): Promise<Data> {
  return (await answerWithHeaders(call)).data
}

/**
 * The data of an answer and its headers, in which lists say how they go on.
 *
 * @throws {ApiError} The API refused.
 */
export async function answerWithHeaders<Data>(
  call: Promise<Outcome<Data>>,
): Promise<{ data: Data; headers: Headers }> {
  const { data, error, response } = await call
  if (!response.ok) throw new ApiError(response.status, findingsOf(error))
  // Where an answer has no body, its type says so: there `undefined` is the data.
  return { data: data as Data, headers: response.headers }
}

/** The cursor of the page that follows one, from its `Link` header (RFC 8288); null: it is the last. */
export function nextCursor(headers: Headers): string | null {
  const link = (headers.get('link') ?? '').split(/,\s*(?=<)/).find((part) => part.includes('rel="next"'))
  const url = link?.match(/^\s*<([^>]*)>/)?.[1]
  return url === undefined ? null : new URL(url, 'http://localhost').searchParams.get('cursor')
}
