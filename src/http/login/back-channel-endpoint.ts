import { InvalidRequestError, PorthorError } from '../../models/errors.ts'
import type { BrowserEndpoint } from '../endpoint.ts'

const NO_STORE = { 'cache-control': 'no-store' }

/** The login provider ends sessions by itself (OpenID Connect Back-Channel Logout 1.0 §2.5 to §2.8). */
export const backChannelLogoutEndpoint: BrowserEndpoint = {
  method: 'POST',
  path: '/logout/back-channel',
  tag: 'oidc',
  summary: 'End the sessions that the login provider has ended',
  description: 'For the OpenID Connect provider: a form with a signed `logout_token`.',
  access: 'browser',
  answers: {
    200: { description: 'The sessions have ended' },
    400: { description: 'Not a logout token for this site, or one that was used before' },
  },
  async handle({ porthor, form, browser }) {
    const logoutToken = form.get('logout_token')
    if (!logoutToken) throw new InvalidRequestError('The form has no logout_token')
    if (!porthor.login) throw new InvalidRequestError('No login provider is configured')
    const logout = await porthor.login.provider.verifyLogoutToken(logoutToken)
    const ended = await porthor.sessions.endUpstream(logout, browser.ipAddress)
    if (ended === null) throw new InvalidRequestError('The logout token was used before')
    return { headers: NO_STORE }
  },
  handleError(error) {
    if (!(error instanceof PorthorError) || error.status >= 500) return null
    const body = { error: 'invalid_request', error_description: error.message }
    return { status: 400, headers: NO_STORE, body }
  },
}
