import type { GitHubTeam } from '../models/github-team.ts'
import type { PosixIdRanges } from '../models/posix-ids.ts'
import type { QuotaConfig } from '../models/quota.ts'
import type { OwnAddress } from './own-address.ts'

/**
 * The whole configuration: plain data, deeply frozen, read once by `loadConfig` and passed down as values. Durations are
 * in seconds, URLs are normalised texts (`https://example.com` reads `https://example.com/`), what was left out is null.
 */
export interface Config {
  /** The file that was read; null: none, the embedded default. */
  readonly configPath: string | null
  readonly database: DatabaseConfig
  readonly tokenStore: TokenStoreConfig

  /** The address to listen on, its port, and the number of processes. */
  readonly host: string
  readonly port: number
  readonly workers: number

  readonly baseUrl: string
  readonly baseInternalUrl: string
  readonly afterLogoutUrl: string
  /** The host of `baseUrl`, without a port: the authentication realm, and the domain of cookies and return URLs. */
  readonly realm: string
  readonly allowSubdomains: boolean
  /** Networks whose word on `X-Forwarded-For` counts, in CIDR form. */
  readonly proxies: readonly string[]
  readonly gate: GateConfig

  /** In the form of a token. */
  readonly bootstrapToken: string
  /** Whether the embedded store's secrets were made in this very run, so that the token may be shown once. */
  readonly secretsCreated: boolean
  /** Fernet keys (spec/tokens.md §5.1), never empty: the first encrypts, all decrypt. */
  readonly sessionSecrets: readonly string[]

  /** Sorted by name. */
  readonly knownScopes: readonly KnownScope[]
  /** Sorted by scope. */
  readonly groupMapping: readonly ScopeGroups[]
  /** Administrators entered into an empty table at initialisation. */
  readonly initialAdmins: readonly string[]

  readonly tokenLifetimeSeconds: number
  /** Not configurable: 300. */
  readonly minimumLifetimeSeconds: number
  /** The longest life that a token may be given; null: no limit. */
  readonly maximumTokenLifetimeSeconds: number | null
  readonly maxTokensPerUser: number | null

  readonly historyRetentionSeconds: number
  /** Null: `serve` runs no reconciler. */
  readonly auditIntervalSeconds: number | null
  /** 0 to 1. */
  readonly auditAlarmShare: number
  /** Null: `serve` runs no maintenance. */
  readonly maintenanceIntervalSeconds: number | null

  readonly redisLinkLeaseSeconds: number
  readonly redisBlessingLeaseSeconds: number

  readonly logLevel: LogLevel
  /** HTML for the foot of login error pages. */
  readonly errorFooter: string | null
  /** Whether uncaught exceptions are reported; never true without `slackWebhook`. */
  readonly slackAlerts: boolean
  readonly slackWebhook: string | null

  /** Null: nobody can log in by a browser. */
  readonly provider: ProviderConfig | null
  readonly ldap: LdapConfig | null
  readonly firestore: { readonly project: string } | null
  /** Null: UIDs and GIDs are not assigned here. */
  readonly posixIds: PosixIdsConfig | null
  readonly oidcServer: OidcServerConfig | null
  readonly quota: QuotaConfig | null
  readonly metrics: MetricsConfig
  /** Where metrics are served over HTTP; null: nowhere. */
  readonly metricsListen: OwnAddress | null
  readonly sentry: SentryConfig | null
}

/** Who may ask the gate, and where. */
export interface GateConfig {
  /** Whoever sends one of them is the proxy; empty: anybody may ask. */
  readonly secrets: readonly string[]
  /** Where it listens, and nowhere else; null: where everything else is. */
  readonly listen: OwnAddress | null
  /** Where it answers Envoy over gRPC; null: nowhere. */
  readonly grpcListen: OwnAddress | null
  /** A further header in which a token may stand, in small letters; null: none. */
  readonly tokenHeader: string | null
}

/** `folder` is the data folder, absolute: the database lies in it, beside its secrets. URLs hold the password. */
export type DatabaseConfig =
  | { readonly kind: 'embedded'; readonly folder: string }
  | {
      readonly kind: 'postgresql'
      readonly url: string
      /** For LISTEN: a direct address where `url` leads to a pooler, else the same as `url`. */
      readonly listenUrl: string
      readonly poolSize: number
    }

/** Where token data, and what else the reference keeps in Redis, are kept. */
export type TokenStoreConfig =
  | { readonly kind: 'sql' }
  | { readonly kind: 'redis'; readonly persistent: RedisAddress; readonly ephemeral: RedisAddress }

/** With `sentinels` (never empty), `name` is the name under which they know the master. */
export type RedisAddress = RedisLogin &
  (
    | { readonly kind: 'server'; readonly host: string; readonly port: number }
    | { readonly kind: 'sentinel'; readonly sentinels: readonly HostAndPort[]; readonly name: string }
  )

export interface RedisLogin {
  /** The number of the logical database. */
  readonly database: number
  readonly username: string | null
  readonly password: string | null
  readonly tls: boolean
}

export interface HostAndPort {
  readonly host: string
  readonly port: number
}

export interface KnownScope {
  readonly name: string
  readonly description: string
}

/** A scope and the groups whose members get it at login; GitHub teams are given as the names of their groups. */
export interface ScopeGroups {
  readonly scope: string
  readonly groups: readonly string[]
}

export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL'

export type ProviderConfig = GitHubProviderConfig | OidcProviderConfig

/** Login by an OAuth App at GitHub (spec/login.md §3). */
export interface GitHubProviderConfig {
  readonly kind: 'github'
  readonly clientId: string
  readonly clientSecret: string
  /** The teams of `groupMapping`. */
  readonly mappedTeams: readonly GitHubTeam[]
  /** Added to the number of a team to make its GID. */
  readonly teamGidOffset: number
}

/** An OpenID Connect provider; CILogon, as a preset of it, too (spec/login.md §4). */
export interface OidcProviderConfig {
  readonly kind: 'oidc'
  readonly clientId: string
  readonly clientSecret: string
  readonly audience: string
  readonly loginUrl: string
  readonly tokenUrl: string
  /** Further query parameters of the login URL; none of the protocol's own. */
  readonly loginParams: Readonly<Record<string, string>>
  /** The full public URL of `/login`. */
  readonly redirectUrl: string
  readonly enrollmentUrl: string | null
  /** As written: it is compared byte for byte. */
  readonly issuer: string
  /** With `openid`, which comes first. */
  readonly scopes: readonly string[]
  readonly usernameClaim: string
  readonly idTokenAlgorithms: readonly ('RS256' | 'PS256' | 'ES256' | 'EdDSA')[]
  readonly userInfoClaims: UserInfoClaimsConfig
}

/** Claims that go into the token's data; null: not taken from there. */
export interface UserInfoClaimsConfig {
  readonly name: string | null
  readonly email: string | null
  readonly uid: string | null
  readonly gid: string | null
  readonly groups: string | null
}

export interface LdapConfig {
  /** Never empty: one after the other is tried. */
  readonly urls: readonly string[]
  /** Whether `ldap:` URLs are for TLS too. */
  readonly startTls: boolean
  /** Paths of PEM files; `certFile` and `keyFile` go together. */
  readonly caFile: string | null
  readonly certFile: string | null
  readonly keyFile: string | null
  /** Whether to bind as whom the certificate names. */
  readonly saslExternal: boolean
  /** With both: a simple bind. */
  readonly userDn: string | null
  readonly password: string | null
  readonly groupBaseDn: string
  readonly groupObjectClass: string
  readonly groupMemberAttr: string
  readonly groupSearchByDn: boolean
  readonly userBaseDn: string
  readonly userSearchAttr: string
  /** Null: not looked up. */
  readonly nameAttr: string | null
  readonly emailAttr: string | null
  readonly uidAttr: string | null
  readonly gidAttr: string | null
  readonly addUserGroup: boolean
  readonly poolSize: number
  readonly cacheLifetimeSeconds: number
  readonly staleLifetimeSeconds: number
}

/** UIDs and GIDs that are assigned in the database. */
export interface PosixIdsConfig {
  /** They do not overlap. */
  readonly ranges: PosixIdRanges
  /** Whether Firestore assigned them before: nothing is assigned until that has been imported. */
  readonly mustImport: boolean
}

export interface OidcServerConfig {
  readonly issuer: string
  /** A private RSA key as PEM. */
  readonly key: string
  readonly keyId: string
  readonly clients: readonly OidcClientConfig[]
  /** Sorted by group. */
  readonly dataRightsMapping: readonly { readonly group: string; readonly dataRights: readonly string[] }[]
}

export interface OidcClientConfig {
  readonly id: string
  readonly secret: string
  readonly returnUri: string
}

export type MetricsConfig =
  | { readonly kind: 'off' }
  | { readonly kind: 'mock'; readonly application: string }
  | {
      readonly kind: 'kafka'
      readonly application: string
      readonly topicPrefix: string
      readonly raiseOnError: boolean
      readonly backoffIntervalSeconds: number
      readonly kafka: KafkaConfig
      readonly schemaRegistryUrl: string
      readonly schemaSuffix: string
    }

export interface KafkaConfig {
  /** `host:port`, several joined by commas. */
  readonly bootstrapServers: string
  readonly securityProtocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
  readonly clusterCaPath: string | null
  readonly clientCertPath: string | null
  readonly clientKeyPath: string | null
  readonly saslMechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | null
  readonly saslUsername: string | null
  readonly saslPassword: string | null
}

export interface SentryConfig {
  readonly dsn: string
  readonly environment: string
  /** 0 to 1. */
  readonly tracesSampleRate: number
}
