import type { Endpoint } from './endpoint.ts'
import { adminEndpoints } from './routes/admins.ts'
import { documentationEndpoints } from './routes/documentation.ts'
import { historyEndpoints } from './routes/history.ts'
import { loginEndpoints } from './routes/login.ts'
import { quotaOverridesEndpoints } from './routes/quota-overrides.ts'
import { revocationEndpoints } from './routes/revocations.ts'
import { serviceEndpoints } from './routes/service.ts'
import { tokenInfoEndpoints } from './routes/token-info.ts'
import { tokenSearchEndpoints } from './routes/token-search.ts'
import { tokenEndpoints } from './routes/tokens.ts'
import { userInfoEndpoints } from './routes/user-info.ts'
import { userTokenEndpoints } from './routes/user-tokens.ts'
import { sessionEndpoints } from './routes/session.ts'
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
  ...loginEndpoints,
  ...serviceEndpoints,
  ...documentationEndpoints,
]
  ...sessionEndpoints,
