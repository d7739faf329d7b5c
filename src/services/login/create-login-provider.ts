import type { Clock } from '../../models/clock.ts'
import type { GitHubTeam } from '../../models/github-team.ts'
import type { Log } from '../token-log.ts'
import { GitHubProvider } from './github-provider.ts'
import type { LoginProvider } from './login-provider.ts'
import { type OidcOptions, OidcProvider } from './oidc-provider.ts'
import type { RequestLimits } from './provider-request.ts'

/** What the configuration says of logins. */
export interface LoginSettings {
  readonly baseUrl: string
  /** Null: nobody can log in by a browser. */
  readonly provider: GitHubSettings | OidcSettings | null
}

export interface GitHubSettings {
  readonly kind: 'github'
  readonly clientId: string
  readonly clientSecret: string
  readonly mappedTeams: readonly GitHubTeam[]
  readonly teamGidOffset: number
}

export type OidcSettings = { readonly kind: 'oidc' } & Readonly<Omit<OidcOptions, 'clock' | 'log' | 'limits'>>

export interface LoginProviderParts {
  clock: Clock
  log: Log
  /** Other than those of production, for tests. */
  limits?: RequestLimits
  /** Where GitHub is, for tests. */
  gitHub?: { webUrl: string; apiUrl: string }
}

/** The provider that the configuration names; null: it names none. */
export function createLoginProvider(
  { baseUrl, provider }: LoginSettings,
  { clock, log, limits, gitHub }: LoginProviderParts,
): LoginProvider | null {
  if (provider === null) return null
  const common = { log, ...(limits && { limits }) }
  if (provider.kind === 'oidc') return new OidcProvider({ ...provider, ...common, clock })
  const redirectUrl = new URL('/login', baseUrl).href
  return new GitHubProvider({ ...provider, ...common, ...gitHub, redirectUrl })
}
