import type { Porthor } from '../../src/composition.ts'
import { Alerts } from '../../src/services/alerts/alerts.ts'
import { LoginSecrets } from '../../src/services/login/login-secrets.ts'
import { type LoggedIn, LoginService } from '../../src/services/login/login-service.ts'
import type { Browser } from '../../src/services/login/session-service.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { CODE, ForgedProvider } from '../login-providers/forged-provider.ts'

/**
 * A whole login by OpenID Connect: sends a browser to a provider on the loopback, and redeems the code that it comes
 * back with. What is asked of the provider are steps like those towards stores.
 */
export async function logInAtProvider(
  { clock, config, sessions, userInfo, database: { db } }: Porthor,
  username: string,
  browser: Browser,
): Promise<LoggedIn> {
  const forged = await ForgedProvider.start()
  forged.now = clock.milliseconds()
  try {
    const login = new LoginService({
      provider: forged.client({
        userInfoClaims: { name: null, email: null, uid: null, gid: null, groups: 'groups' },
      }),
      secrets: new LoginSecrets(config.sessionSecrets),
      groupMapping: [{ scope: 'read:all', groups: ['astronomers'] }],
      alerts: new Alerts({ webhook: null, clock, log: silentLog }),
      ...{ sessions, userInfo, db, log: silentLog },
    })
    const state = login.newState()
    const nonce = new URL(await login.authorizationUrl(state)).searchParams.get('nonce')
    const groups = [{ name: 'astronomers', id: 5001 }]
    forged.willGive(await forged.idToken({ nonce, uid: username, groups, sid: 'session-1' }))
    return await login.logIn(new URLSearchParams({ code: CODE, state }), state, browser)
  } finally {
    await forged.close()
  }
}
