import { resolve } from 'node:path'
import { DEFAULT_POSIX_ID_RANGES } from '../models/posix-ids.ts'
import type {
  Config,
  DatabaseConfig,
  GateConfig,
  KnownScope,
  LdapConfig,
  MetricsConfig,
  OidcServerConfig,
  PosixIdsConfig,
  ProviderConfig,
  ScopeGroups,
  SentryConfig,
  TokenStoreConfig,
} from './config.ts'
import type { Environment } from './environment.ts'
import { type OwnAddress, parseOwnAddress } from './own-address.ts'
import { parseRedisUrl } from './redis-url.ts'
import { posixIdRanges, storeKinds } from './rules.ts'
import type { Settings } from './schema/settings.ts'
import { MINIMUM_LIFETIME_SECONDS } from './schema/tokens.ts'
import { hostOf, normaliseDatabaseUrl, normaliseHttpUrl } from './urls.ts'
import { deepFreeze } from './values.ts'

/** What the configuration is made from besides the settings. */
export interface BuildContext {
  configPath: string | null
  environment: Environment
  secrets: { sessionSecret: string; bootstrapToken: string; created: boolean }
}

/**
 * Makes the configuration from settings that are right.
 *
 * @throws {Error} They are not: a rule is missing.
 */
export function buildConfig(settings: Settings, context: BuildContext): Config {
  const kinds = storeKinds(settings, context.configPath !== null)
  const isEmbedded = kinds.database === 'embedded'
  const isNewcomer = isEmbedded && context.configPath === null
  const baseUrl = settings.baseUrl ?? must(normaliseHttpUrl(`http://127.0.0.1:${settings.port}`))
  return deepFreeze({
    configPath: context.configPath,
    database: isEmbedded ? embeddedDatabase(settings) : postgresql(settings, context.environment),
    tokenStore: kinds.tokenStore === 'sql' ? { kind: 'sql' as const } : redis(settings, context.environment),
    host: settings.host ?? (isEmbedded ? '127.0.0.1' : '0.0.0.0'),
    port: settings.port,
    workers: settings.workers,
    baseUrl,
    baseInternalUrl: settings.baseInternalUrl ?? baseUrl,
    afterLogoutUrl: settings.afterLogoutUrl ?? new URL('logged-out', baseUrl).href,
    realm: hostOf(baseUrl),
    allowSubdomains: settings.allowSubdomains,
    proxies: settings.proxies.map((network) => network.toLowerCase()),
    gate: gate(settings),
    bootstrapToken: context.secrets.bootstrapToken,
    secretsCreated: context.secrets.created,
    sessionSecrets: sessionSecrets(context.secrets.sessionSecret, settings.oldSessionSecrets),
    knownScopes: knownScopes(settings, context.configPath !== null),
    groupMapping: groupMapping(settings),
    initialAdmins: settings.initialAdmins ?? (isNewcomer ? ['admin'] : []),
    tokenLifetimeSeconds: settings.tokenLifetime,
    minimumLifetimeSeconds: MINIMUM_LIFETIME_SECONDS,
    maximumTokenLifetimeSeconds: settings.maximumTokenLifetime ?? null,
    maxTokensPerUser: settings.maxTokensPerUser ?? null,
    historyRetentionSeconds: settings.historyRetention,
    auditIntervalSeconds: settings.auditInterval || null,
    auditAlarmShare: settings.auditAlarmShare,
    maintenanceIntervalSeconds: settings.maintenanceInterval || null,
    redisLinkLeaseSeconds: settings.redisLinkLease,
    redisBlessingLeaseSeconds: settings.redisBlessingLease,
    logLevel: settings.logLevel,
    errorFooter: settings.errorFooter ?? null,
    slackAlerts: settings.slackAlerts,
    slackWebhook: settings.slackWebhook ?? null,
    provider: provider(settings),
    ldap: ldap(settings),
    firestore: settings.firestore ?? null,
    posixIds: posixIds(settings),
    oidcServer: oidcServer(settings),
    quota: settings.quota ?? null,
    metrics: metrics(settings),
    metricsListen: ownAddress(settings.metricsListen),
    sentry: sentry(settings),
  })
}

function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('A setting that the rules require is missing')
  return value
}

function gate({ gateSecrets, gateListen, gateGrpcListen, tokenHeader }: Settings): GateConfig {
  return {
    secrets: gateSecrets,
    listen: ownAddress(gateListen),
    grpcListen: ownAddress(gateGrpcListen),
    tokenHeader: tokenHeader?.toLowerCase() ?? null,
  }
}

function ownAddress(text: string | undefined): OwnAddress | null {
  return text === undefined ? null : must(parseOwnAddress(text))
}

function embeddedDatabase({ dataFolder }: Settings): DatabaseConfig {
  return { kind: 'embedded', folder: resolve(dataFolder) }
}

function postgresql(settings: Settings, environment: Environment): DatabaseConfig {
  const password = settings.databasePassword ?? null
  const address = containerAddress(environment, 'POSTGRES_HOST', 'POSTGRES_5432_TCP_PORT')
  const url = must(normaliseDatabaseUrl(must(settings.databaseUrl), password, address))
  const listenUrl = settings.listenDatabaseUrl
    ? must(normaliseDatabaseUrl(settings.listenDatabaseUrl, password))
    : url
  return { kind: 'postgresql', url, listenUrl, poolSize: settings.databasePoolSize }
}

function redis(settings: Settings, environment: Environment): TokenStoreConfig {
  const replaced = containerAddress(environment, 'REDIS_HOST', 'REDIS_6379_TCP_PORT')
  const read = (url: string | undefined) => {
    const address = must(parseRedisUrl(must(url), settings.redisPassword ?? null))
    if (!replaced || address.kind !== 'server') return address
    return { ...address, host: replaced.host ?? address.host, port: replaced.port }
  }
  return {
    kind: 'redis',
    persistent: read(settings.redisPersistentUrl),
    ephemeral: read(settings.redisEphemeralUrl),
  }
}

/** Where a tool that runs tests against containers says that it put them; null: it does not. */
function containerAddress(
  environment: Environment,
  hostName: string,
  portName: string,
): { host: string | null; port: number } | null {
  const port = Number(environment[portName] || Number.NaN)
  return Number.isInteger(port) ? { host: environment[hostName] || null, port } : null
}

function sessionSecrets(current: string, old: readonly string[]): readonly string[] {
  const canonical = [current, ...old].map((key) => `${Buffer.from(key, 'base64').toString('base64url')}=`)
  return [...new Set(canonical)]
}

const BUILT_IN_DESCRIPTIONS: Readonly<Record<string, string>> = {
  'admin:token': 'Manage the tokens of everybody, and the administrators',
  'admin:userinfo': 'Read the user information of everybody',
  'user:token': 'Manage own tokens',
}

/** Besides the built-in ones, so that a newcomer has something to narrow a token to. */
const EXAMPLE_DESCRIPTIONS: Readonly<Record<string, string>> = {
  'read:all': 'Read everything',
  'write:all': 'Write everything',
}

function knownScopes(settings: Settings, hasFile: boolean): readonly KnownScope[] {
  const examples = hasFile ? {} : EXAMPLE_DESCRIPTIONS
  const all = { ...BUILT_IN_DESCRIPTIONS, ...(settings.knownScopes ?? examples) }
  return sortedEntries(all).map(([name, description]) => ({ name, description }))
}

function groupMapping(settings: Settings): readonly ScopeGroups[] {
  return sortedEntries(settings.groupMapping).map(([scope, groups]) => ({
    scope,
    groups: [...new Set(groups.map(({ name }) => name))],
  }))
}

function sortedEntries<T>(map: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1))
}

function provider({ github, oidc, cilogon, groupMapping }: Settings): ProviderConfig | null {
  if (github) {
    const mappedTeams = Object.values(groupMapping)
      .flat()
      .flatMap(({ team }) => team ?? [])
    return { kind: 'github', ...github, mappedTeams }
  }
  if (oidc) {
    return {
      kind: 'oidc',
      ...oidc,
      audience: oidc.audience ?? oidc.clientId,
      enrollmentUrl: oidc.enrollmentUrl ?? null,
      scopes: [...new Set(['openid', ...oidc.scopes])],
      userInfoClaims: userInfoClaims(oidc),
    }
  }
  return cilogon ? cilogonPreset(cilogon) : null
}

function userInfoClaims({ userInfoClaims: section }: NonNullable<Settings['oidc' | 'cilogon']>) {
  const { name = null, email = null, uid = null, gid = null, groups = null } = section ?? {}
  return { name, email, uid, gid, groups }
}

/** CILogon is an OpenID Connect provider whose addresses are known (spec/login.md §4). */
function cilogonPreset(cilogon: NonNullable<Settings['cilogon']>): ProviderConfig {
  const { test, enrollmentUrl = null, ...given } = cilogon
  const issuer = test ? 'https://test.cilogon.org' : 'https://cilogon.org'
  return {
    kind: 'oidc',
    ...given,
    enrollmentUrl,
    audience: given.clientId,
    issuer,
    loginUrl: `${issuer}/authorize`,
    tokenUrl: `${issuer}/oauth2/token`,
    scopes: ['openid', 'email', 'org.cilogon.userinfo'],
    userInfoClaims: userInfoClaims(cilogon),
  }
}

function ldap({ ldap: section }: Settings): LdapConfig | null {
  if (!section) return null
  const { url, fallbackUrls, kerberosConfig: _, useKerberos: __, ...given } = section
  const { cacheLifetime, staleLifetime, ...rest } = given
  return {
    ...rest,
    urls: [...new Set([url, ...fallbackUrls])],
    caFile: given.caFile ?? null,
    certFile: given.certFile ?? null,
    keyFile: given.keyFile ?? null,
    userDn: given.userDn ?? null,
    password: given.password ?? null,
    cacheLifetimeSeconds: cacheLifetime,
    staleLifetimeSeconds: staleLifetime,
  }
}

function posixIds({ posixIds: section, firestore }: Settings): PosixIdsConfig | null {
  if (!section?.enabled) return firestore ? { ranges: DEFAULT_POSIX_ID_RANGES, mustImport: true } : null
  return { ranges: posixIdRanges(section), mustImport: firestore !== undefined }
}

function oidcServer({ oidcServer: section }: Settings): OidcServerConfig | null {
  if (!section?.enabled) return null
  const { issuer, key, keyId, clients, dataRightsMapping } = section
  return {
    issuer,
    key,
    keyId,
    clients: clients.map(({ id, secret, return_uri }) => ({ id, secret, returnUri: return_uri })),
    dataRightsMapping: sortedEntries(dataRightsMapping).map(([group, dataRights]) => ({ group, dataRights })),
  }
}

function metrics({ metrics: section }: Settings): MetricsConfig {
  if (!section) return { kind: 'off' }
  const application = section.application ?? section.appName
  if (!section.enabled)
    return section.mock ? { kind: 'mock', application: application ?? 'gafaelfawr' } : { kind: 'off' }
  const { kafka, schemaManager } = section
  return {
    kind: 'kafka',
    application: must(application),
    topicPrefix: section.events.topicPrefix,
    raiseOnError: section.raiseOnError,
    backoffIntervalSeconds: section.backoffInterval,
    kafka: {
      bootstrapServers: must(kafka.bootstrapServers),
      securityProtocol: must(kafka.securityProtocol),
      clusterCaPath: kafka.clusterCaPath ?? null,
      clientCertPath: kafka.clientCertPath ?? null,
      clientKeyPath: kafka.clientKeyPath ?? null,
      saslMechanism: kafka.saslMechanism ?? null,
      saslUsername: kafka.saslUsername ?? null,
      saslPassword: kafka.saslPassword ?? null,
    },
    schemaRegistryUrl: must(schemaManager.registryUrl),
    schemaSuffix: schemaManager.suffix,
  }
}

function sentry({ sentry: section }: Settings): SentryConfig | null {
  if (section?.dsn === undefined) return null
  return {
    dsn: section.dsn,
    environment: must(section.environment),
    tracesSampleRate: section.tracesSampleRate,
  }
}
