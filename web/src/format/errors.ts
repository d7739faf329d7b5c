import { ApiError } from 'porthor/client'

const TITLES: Readonly<Record<number, string>> = {
  401: 'Your session has ended',
  403: 'Not allowed',
  404: 'Not found',
  412: 'Somebody else has changed it meanwhile',
  409: 'In conflict with what is there',
  422: 'Not accepted',
  429: 'Too many requests',
  503: 'The server cannot reach its stores',
}

/** Whether nothing was done because it is no longer what was seen (RFC 9110 §15.5.13). */
export function isOutdated(error: Error | null): boolean {
  return error instanceof ApiError && error.status === 412
}

/** An error for people. */
export function explain(error: Error): { title: string; text: string } {
  if (!(error instanceof ApiError)) {
    return { title: 'The server cannot be reached', text: 'Check your connection and try again.' }
  }
  const title = TITLES[error.status] ?? 'Something went wrong on the server'
  return { title, text: error.findings.map(({ msg }) => msg).join('. ') || error.message }
}

/**
 * The messages of an error by the field that they are about, and the rest.
 *
 * @param fields - Names of fields of the request's body that the form has.
 */
export function byField<Field extends string>(
  error: Error | null,
  fields: readonly Field[],
): { fields: Partial<Record<Field, string>>; rest: string | null } {
  if (!error) return { fields: {}, rest: null }
  const found: Partial<Record<Field, string>> = {}
  const rest: string[] = []
  for (const { msg, loc } of error instanceof ApiError ? error.findings : []) {
    const field = fields.find((name) => loc?.includes(name))
    if (field) found[field] = found[field] ? `${found[field]}. ${msg}` : msg
    else rest.push(msg)
  }
  if (Object.keys(found).length === 0 && rest.length === 0) rest.push(explain(error).text)
  return { fields: found, rest: rest.join('. ') || null }
}
