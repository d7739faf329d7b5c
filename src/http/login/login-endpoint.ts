import { NotSupportedError } from '../../models/errors.ts'
import { LoginStateError, NotEnrolledError, ProviderRefusedError } from '../../models/login-errors.ts'
import { InvalidReturnUrlError, parseReturnUrl } from '../../models/return-url.ts'
import type { LoginService } from '../../services/login/login-service.ts'
import type { Answer, BrowserEndpoint, BrowserVisit } from '../endpoint.ts'
import { wantsPage } from '../media-types.ts'
import { chooseLoginPage, localLoginPage } from '../pages/login-pages.ts'
import { browserError, homeUrl, loginUrl } from './browser-errors.ts'
import { beginLogin, endLogin, finishLogin } from './login-state.ts'
import { isInBackground } from './navigation.ts'
import { redirect } from './redirect.ts'

/** Both the start of a login and the provider's return (spec/login.md). */
export const loginEndpoint: BrowserEndpoint = {
  method: 'GET',
  path: '/login',
  tag: 'browser',
  summary: 'Log in',
  description:
    'Sends the browser to the login provider, and is where that sends it back to. `rd`, or the header `X-Auth-Request-Redirect`: where to go afterwards.',
  access: 'browser',
  answers: {
    200: { description: 'A page that says how to log in' },
    307: { description: 'To the provider, or back' },
    403: { description: 'A page that says why there is no session' },
    422: { description: '`invalid_return_url`' },
    500: { description: 'A page: the provider, or a source of user information, fails' },
  },
  async handle(visit) {
    const returnUrl = givenReturnUrl(visit)
    const { login } = visit.porthor
    if (!login) return localLogin(visit)
    if (visit.query.get('code')) return finish(visit, login)
    if (visit.query.get('error') && visit.query.get('state')) return refused(visit)
    if (returnUrl !== null) return begin(visit, login, returnUrl)
    if (wantsPage(visit.headers.accept))
      return chooseLoginPage({ provider: login.provider.kind, url: loginUrl(visit, homeUrl(visit)) })
    throw new InvalidReturnUrlError('No return URL given')
  },
  handleError(error, visit) {
    const answer = browserError(error, visit, loginUrl(visit, visit.session.returnUrl ?? homeUrl(visit)))
    // What is not foreseen leaves the login as it is: another try may do.
    if (answer && 'code' in Object(error) && !(error instanceof InvalidReturnUrlError))
      endLogin(visit.session)
    return answer
  },
}

/** @throws {InvalidReturnUrlError} Checked on each call, the provider's return too. */
function givenReturnUrl({ query, headers, porthor }: BrowserVisit): string | null {
  const header = headers['x-auth-request-redirect']
  const text = query.get('rd') || (typeof header === 'string' ? header : '')
  return text === '' ? null : parseReturnUrl(text, porthor.config)
}

function localLogin(visit: BrowserVisit): Answer {
  if (wantsPage(visit.headers.accept)) return localLoginPage()
  throw new NotSupportedError(
    'No login provider is configured; `porthor login-link` makes a link to log in with',
  )
}

async function begin(visit: BrowserVisit, login: LoginService, returnUrl: string): Promise<Answer> {
  const { porthor } = visit
  // A cookie that comes late would undo the login that has been finished since, and lead the next one to where a page polls.
  const session = isInBackground(visit) ? { ...visit.session } : visit.session
  const state = beginLogin(session, { returnUrl, newState: () => login.newState(), clock: porthor.clock })
  return redirect(await login.authorizationUrl(state))
}

async function finish(visit: BrowserVisit, login: LoginService): Promise<Answer> {
  const { session, query, porthor, browser } = visit
  const given = query.get('state')
  if (!given) throw new LoginStateError('No authentication state, please start over')
  // Mostly it was finished in another tab.
  if (session.state === undefined) {
    login.reportMissingState()
    return redirect(session.returnUrl ?? porthor.config.afterLogoutUrl)
  }
  const { state, returnUrl } = finishLogin(session, given, porthor.clock)
  const replaced = session.token
  try {
    const { token, githubToken } = await login.logIn(query, state, browser)
    session.token = token
    if (githubToken === null) delete session.github
    else session.github = githubToken
  } catch (error) {
    const enrollment = error instanceof NotEnrolledError ? enrollmentUrl(visit) : null
    if (enrollment === null) throw error
    login.reportEnrollment(enrollment)
    endLogin(session)
    return redirect(enrollment)
  }
  delete session.csrf
  endLogin(session)
  if (replaced) await porthor.sessions.logOutReplaced(replaced, browser)
  return redirect(returnUrl)
}

function enrollmentUrl({ porthor: { config } }: BrowserVisit): string | null {
  return config.provider?.kind === 'oidc' ? config.provider.enrollmentUrl : null
}

/** The provider itself says no, in a code that came by way of the browser. */
function refused({ session, query, porthor }: BrowserVisit): never {
  finishLogin(session, query.get('state') ?? '', porthor.clock)
  throw new ProviderRefusedError(query.get('error') ?? '')
}
