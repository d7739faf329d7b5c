import type { BrowserVisit } from '../endpoint.ts'

/**
 * Whether a page of another site may have caused a request (Fetch Metadata): then it changes nothing by itself. What sends
 * no such headers is an old browser or no browser at all.
 */
export function isCausedElsewhere({ headers }: Pick<BrowserVisit, 'headers'>): boolean {
  const site = headers['sec-fetch-site']
  const destination = headers['sec-fetch-dest']
  if (site === undefined) return false
  return site === 'cross-site' || (destination !== undefined && destination !== 'document')
}

/** Whether a page asks by itself, and nobody has gone anywhere (Fetch Metadata). */
export function isInBackground({ headers }: Pick<BrowserVisit, 'headers'>): boolean {
  const mode = headers['sec-fetch-mode']
  return mode !== undefined && mode !== 'navigate'
}
