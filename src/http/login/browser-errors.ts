import { LoginError } from '../../models/login-errors.ts'
import type { Answer, BrowserVisit } from '../endpoint.ts'
import { wantsPage } from '../media-types.ts'
import { errorPage } from '../pages/error-page.ts'

/** The page that serves people their tokens, below the base URL. */
const HOME_PATH = 'auth/tokens'

export function homeUrl({ porthor }: Pick<BrowserVisit, 'porthor'>): string {
  return new URL(HOME_PATH, porthor.config.baseUrl).href
}

/** Where to log in, and then go on. */
export function loginUrl({ porthor }: Pick<BrowserVisit, 'porthor'>, returnUrl: string): string {
  return new URL(`login?rd=${encodeURIComponent(returnUrl)}`, porthor.config.baseUrl).href
}

/** A page, for an error of the login itself and for whoever looks at a page anyway. */
export function browserError(error: unknown, visit: BrowserVisit, retryUrl: string | null): Answer | null {
  if (!(error instanceof LoginError) && !wantsPage(visit.headers.accept)) return null
  const { errorFooter } = visit.porthor.config
  return errorPage(error, { footer: errorFooter, requestId: visit.requestId, retryUrl })
}
