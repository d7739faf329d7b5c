import type { BrowserVisit } from '../endpoint.ts'

type Headers = Pick<BrowserVisit, 'headers'>

/** Whether somebody looks at the answer in a browser, rather than a program. */
export function wantsPage({ headers }: Headers): boolean {
  return /\btext\/html\b/i.test(String(headers.accept ?? ''))
}

/**
 * Whether a page of another site may have caused a request (Fetch Metadata): then it changes nothing by itself. What sends
 * no such headers is an old browser or no browser at all.
 */
export function isCausedElsewhere({ headers }: Headers): boolean {
  const site = headers['sec-fetch-site']
  const destination = headers['sec-fetch-dest']
  if (site === undefined) return false
  return site === 'cross-site' || (destination !== undefined && destination !== 'document')
}
