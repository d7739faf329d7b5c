import { type ErrorLocation, PorthorError } from './errors.ts'

/** A URL to which nobody is sent back after login or logout. */
export class InvalidReturnUrlError extends PorthorError {
  readonly code = 'invalid_return_url'
  readonly status = 422

  constructor(message: string, location: ErrorLocation = ['query', 'rd']) {
    super(message, { location })
  }
}

/** Where people may be sent back to. */
export interface ReturnRules {
  /** Whole URL: its scheme, host and port. */
  baseUrl: string
  /** Whether hosts below that of the base URL count as well. */
  allowSubdomains: boolean
}

/** What fits into a session cookie beside everything else, encrypted: browsers keep no more than 4,096 bytes. */
const MAXIMUM_LENGTH = 2_000
const ABSOLUTE = /^https?:\/\/[^/\\?#]/i
// What URL parsers take in different ways, or take out.
const DANGEROUS = /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^\s|\s$/u

/**
 * Checks where somebody wants to be sent (spec/cookies-and-sessions.md §4): an absolute URL of this installation's own
 * scheme, host and port, as a browser reads it.
 *
 * @returns As the URL standard serialises it.
 * @throws {InvalidReturnUrlError}
 */
export function parseReturnUrl(text: string, { baseUrl, allowSubdomains }: ReturnRules): string {
  const base = new URL(baseUrl)
  if (text.length > MAXIMUM_LENGTH) {
    throw new InvalidReturnUrlError(`The URL is longer than ${MAXIMUM_LENGTH} characters`)
  }
  if (DANGEROUS.test(text)) throw new InvalidReturnUrlError('The URL holds backslashes or control characters')
  const url = ABSOLUTE.test(text) ? URL.parse(text) : null
  if (!url) throw new InvalidReturnUrlError('Not an absolute URL')
  if (url.username !== '' || url.password !== '')
    throw new InvalidReturnUrlError('The URL must not name a user')
  const isOwnHost =
    url.hostname === base.hostname || (allowSubdomains && url.hostname.endsWith(`.${base.hostname}`))
  if (!isOwnHost) throw new InvalidReturnUrlError(`URL is not at ${base.hostname}`)
  if (url.protocol !== base.protocol || url.port !== base.port) {
    throw new InvalidReturnUrlError(
      `URL must begin with ${base.protocol}// and have the port of ${base.origin}`,
    )
  }
  if (url.href.length > MAXIMUM_LENGTH) {
    throw new InvalidReturnUrlError(`The URL is longer than ${MAXIMUM_LENGTH} characters`)
  }
  return url.href
}
