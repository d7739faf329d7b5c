import { wantsPage } from '../media-types.ts'
import { asksForLogin } from './answers.ts'
import type { Stopped } from './decisions.ts'
import type { GateHeaders } from './headers.ts'
import type { Original } from './original.ts'

/**
 * Where a browser is to be sent to log in and come back.
 *
 * @returns Null: a login would not help. It gives a cookie, and nothing that the Basic scheme knows of.
 */
export function loginUrl({ error, rules }: Stopped, { url }: Original, baseUrl: string): string | null {
  if (!asksForLogin(error) || !rules.allowCookies || rules.authType !== 'bearer' || url === '') return null
  return `${baseUrl.replace(/\/+$/, '')}/login?rd=${encodeURIComponent(url.toWellFormed())}`
}

/** Whether a redirect to another page would be seen as such, and not by a script in a page or a picture's place. */
export function isNavigation(headers: GateHeaders, { method }: Original): boolean {
  const { fetchMode, requestedWith } = headers
  const isScript = requestedWith?.toLowerCase() === 'xmlhttprequest'
  const isPage = fetchMode === null || fetchMode === 'navigate'
  return (method === 'GET' || method === 'HEAD') && wantsPage(headers.accept) && isPage && !isScript
}
