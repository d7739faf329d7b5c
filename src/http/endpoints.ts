import type { Endpoint } from './endpoint.ts'
import { backChannelLogoutEndpoint } from './login/back-channel-endpoint.ts'
import { loginEndpoint } from './login/login-endpoint.ts'
import { loginLinkEndpoints } from './login/login-link-endpoints.ts'
import { logoutEndpoints } from './login/logout-endpoints.ts'
import { adminEndpoints } from './routes/admins.ts'
import { auditEndpoints } from './routes/audit.ts'
import { documentationEndpoints } from './routes/documentation.ts'
import { historyEndpoints } from './routes/history.ts'
import { loginEndpoints } from './routes/login.ts'
import { quotaOverridesEndpoints } from './routes/quota-overrides.ts'
import { revocationEndpoints } from './routes/revocations.ts'
import { serviceEndpoints } from './routes/service.ts'
import { sessionEndpoints } from './routes/session.ts'
import { statisticsEndpoints } from './routes/statistics.ts'
import { tokenInfoEndpoints } from './routes/token-info.ts'
import { tokenSearchEndpoints } from './routes/token-search.ts'
import { tokenEndpoints } from './routes/tokens.ts'
import { userInfoEndpoints } from './routes/user-info.ts'
import { userSessionEndpoints } from './routes/user-sessions.ts'
import { userTokenEndpoints } from './routes/user-tokens.ts'
import { userEndpoints } from './routes/users.ts'

/** Everything that is served. */
export const endpoints: readonly Endpoint[] = [
  ...tokenInfoEndpoints,
  ...userInfoEndpoints,
  ...userTokenEndpoints,
  ...revocationEndpoints,
  ...historyEndpoints,
  ...tokenSearchEndpoints,
  ...tokenEndpoints,
  ...adminEndpoints,
  ...userEndpoints,
  ...quotaOverridesEndpoints,
  ...statisticsEndpoints,
  ...auditEndpoints,
  ...loginEndpoints,
  ...userSessionEndpoints,
  loginEndpoint,
  ...logoutEndpoints,
  backChannelLogoutEndpoint,
  ...loginLinkEndpoints,
  ...sessionEndpoints,
  ...serviceEndpoints,
  ...documentationEndpoints,
]
