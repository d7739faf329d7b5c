import { InvalidRequestError } from '../../models/errors.ts'
import { LoginError } from '../../models/login-errors.ts'
import type { Answer, BrowserEndpoint, BrowserVisit } from '../endpoint.ts'
import { loginLinkPage, unusableLinkPage } from '../pages/login-pages.ts'
import { newCsrfValue } from '../session-cookie.ts'
import { browserError, homeUrl } from './browser-errors.ts'
import { endLogin } from './login-state.ts'
import { checkFormCsrf } from './logout-endpoints.ts'
import { redirect } from './redirect.ts'

const PATH = '/login/link/{secret}'

/**
 * One-time login links. To look at one does not use it up: what looks ahead at links in messages does that. The button
 * does; what it sends is bound to this browser, so that nobody is logged in by a page of somebody else's.
 */
export const loginLinkEndpoints: BrowserEndpoint[] = [
  {
    method: 'GET',
    path: PATH,
    tag: 'browser',
    summary: 'Look at a one-time login link',
    access: 'browser',
    unlisted: true,
    answers: { 200: { description: 'A page with a button that logs in' }, 404: { description: 'A page' } },
    async handle({ porthor, session, params }) {
      const link = await porthor.loginLinks.look(params.secret ?? '')
      if (!link) return unusableLinkPage()
      session.csrf ??= newCsrfValue()
      return loginLinkPage({ username: link.username, csrf: session.csrf })
    },
    handleError,
  },
  {
    method: 'POST',
    path: PATH,
    tag: 'browser',
    summary: 'Log in by a one-time login link',
    access: 'browser',
    unlisted: true,
    answers: { 303: { description: 'Logged in' }, 404: { description: 'A page' } },
    async handle(visit) {
      checkFormCsrf(visit)
      return logIn(visit)
    },
    handleError,
  },
]

async function logIn(visit: BrowserVisit): Promise<Answer> {
  const { porthor, session, params, browser } = visit
  const opened = await porthor.loginLinks.use(params.secret ?? '', browser)
  if (!opened) return unusableLinkPage()
  const replaced = session.token
  session.token = opened.token
  delete session.github
  delete session.csrf
  endLogin(session)
  if (replaced) await porthor.sessions.logOut(replaced, browser)
  return redirect(homeUrl(visit), 303)
}

function handleError(error: unknown, visit: BrowserVisit): Answer | null {
  if (error instanceof LoginError || !(error instanceof InvalidRequestError))
    return browserError(error, visit, null)
  return null
}
