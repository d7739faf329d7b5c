import { InvalidCsrfError } from '../../models/errors.ts'
import { parseReturnUrl } from '../../models/return-url.ts'
import { equalSecrets } from '../../models/token.ts'
import type { Answer, BrowserEndpoint, BrowserVisit } from '../endpoint.ts'
import { confirmLogoutPage, loggedOutPage } from '../pages/logout-pages.ts'
import { newCsrfValue } from '../session-cookie.ts'
import { browserError, homeUrl, loginUrl } from './browser-errors.ts'
import { isCausedElsewhere } from './navigation.ts'
import { redirect } from './redirect.ts'

const answers = {
  200: { description: 'A page that asks whether to log out, where another site led here' },
  307: { description: 'Logged out' },
  422: { description: '`invalid_return_url`: nobody was logged out' },
}

/** Ends the session of a browser (spec/cookies-and-sessions.md §8) with all that was derived from it. */
export const logoutEndpoints: BrowserEndpoint[] = [
  {
    method: 'GET',
    path: '/logout',
    tag: 'browser',
    summary: 'Log out',
    description: 'Ends the session and everything derived from it. `rd`: where to go afterwards.',
    access: 'browser',
    answers,
    async handle(visit) {
      const target = targetOf(visit, visit.query)
      const { session } = visit
      if (!session.token || !isCausedElsewhere(visit)) return logOut(visit, target)
      session.csrf ??= newCsrfValue()
      return confirmLogoutPage({ csrf: session.csrf, returnUrl: visit.query.get('rd'), target })
    },
    handleError: (error, visit) => browserError(error, visit, null),
  },
  {
    method: 'POST',
    path: '/logout',
    tag: 'browser',
    summary: 'Log out, from the page that asks',
    access: 'browser',
    answers,
    async handle(visit) {
      const target = targetOf(visit, visit.form)
      checkFormCsrf(visit)
      return { ...(await logOut(visit, target)), status: 303 }
    },
    handleError: (error, visit) => browserError(error, visit, null),
  },
  {
    method: 'GET',
    path: '/logged-out',
    tag: 'browser',
    summary: 'See that one is logged out',
    access: 'browser',
    answers: { 200: { description: 'A page' } },
    handle: async (visit) => loggedOutPage({ loginUrl: loginUrl(visit, homeUrl(visit)) }),
    handleError: () => null,
  },
]

/** @throws {InvalidCsrfError} The form is not from a page that this browser was shown. */
export function checkFormCsrf({ session, form }: BrowserVisit): void {
  if (session.csrf === undefined || !equalSecrets(session.csrf, form.get('csrf') ?? '')) {
    throw new InvalidCsrfError('Invalid CSRF token', { location: ['body', 'csrf'] })
  }
}

function targetOf({ porthor: { config } }: BrowserVisit, parameters: URLSearchParams): string {
  const text = parameters.get('rd') ?? ''
  return text === '' ? config.afterLogoutUrl : parseReturnUrl(text, config)
}

async function logOut({ session, porthor, browser }: BrowserVisit, target: string): Promise<Answer> {
  const { token, github } = session
  await porthor.sessions.logOut(token ?? null, browser)
  if (github) await porthor.login?.endGrant(github)
  for (const field of Object.keys(session) as (keyof typeof session)[]) delete session[field]
  return redirect(target)
}
