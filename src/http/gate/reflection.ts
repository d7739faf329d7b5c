import { Token } from '../../models/token.ts'
import { SESSION_COOKIE_NAME } from '../session-cookie.ts'

/*
 * What of the credentials of a request the guarded service may see (spec/ingress.md §8): everything but Porthor's own.
 */

/** The `Authorization` headers, or those of the header that the configuration names, without those that hold a token. */
export function withoutTokens(headers: readonly string[]): string[] {
  return headers.filter((header) => !holdsToken(header))
}

/** The `Cookie` headers without the session cookie, by the rules by which it is read; those left empty are left out. */
export function reflectedCookies(headers: readonly string[]): readonly string[] {
  if (!headers.some((header) => header.includes(SESSION_COOKIE_NAME))) return headers
  return headers.map(withoutSession).filter((header) => header !== '')
}

/** By the form: whether it is valid is nobody's business. Of any scheme, or none, for a token is a secret under each. */
function holdsToken(header: string): boolean {
  const [, scheme = '', value = ''] = /^\s*(\S+)(?:\s+(.*))?$/s.exec(header) ?? []
  if (/^basic$/i.test(scheme) && decoded(value).some((part) => Token.isToken(part.trim()))) return true
  return Token.isToken(scheme) || Token.isToken(value.trim())
}

/** Every part, beyond what RFC 7617 knows: a service may split otherwise. */
function decoded(value: string): string[] {
  return Buffer.from(value, 'base64').toString().split(':')
}

function withoutSession(header: string): string {
  return header
    .split(';')
    .filter((part) => {
      const equals = part.indexOf('=')
      return equals < 0 || part.slice(0, equals).trim() !== SESSION_COOKIE_NAME
    })
    .join(';')
    .trim()
}
