/** What must never reach a log or an answer, and what stands in its place. The key of a token may be seen. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/(g[tc]-[A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{22}/g, '$1.(secret)'],
  // One-time login links.
  [/(\/login\/link\/)[^/\s?#"']+/g, '$1(secret)'],
  // Fernet: session cookies and values of the token data store.
  [/gAAAA[A-Za-z0-9_-]{20,}={0,2}/g, '(encrypted)'],
  [/\b(bearer|basic)\s+[^\s",]+/gi, '$1 (credential)'],
  // The password of an address: `postgresql://user:password@host`.
  [/(:\/\/[^\s:/@]*):[^\s/@]*@/g, '$1:(password)@'],
]

/** Replaces what is or may be a secret in a text that goes to a log or to a caller. */
export function redact(text: string): string {
  return SECRETS.reduce((redacted, [secret, standIn]) => redacted.replace(secret, standIn), text)
}

/** Query parameters whose values may be logged; those of a login, for example, may not. */
const HARMLESS_PARAMETERS = new Set([
  'action',
  'actor',
  'cursor',
  'descendants',
  'expired',
  'format',
  'frozen',
  'ip_address',
  'key',
  'limit',
  'others',
  'parent',
  'prefix',
  'since',
  'sort',
  'subtree',
  'token_type',
  'until',
  'username',
])

/** A request's URL for the log: values of unknown query parameters are left out. */
export function redactUrl(path: string, query: string): string {
  if (query === '') return redact(path)
  const parameters = query.split('&').map((parameter) => {
    const name = parameter.split('=', 1)[0] ?? ''
    return HARMLESS_PARAMETERS.has(name) ? parameter : `${name}=(redacted)`
  })
  return redact(`${path}?${parameters.join('&')}`)
}
