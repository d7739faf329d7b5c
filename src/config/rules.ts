import type * as z from 'zod'
import { type GitHubTeam, isSameTeam } from '../models/github-team.ts'
import { POSIX_ID_KINDS, type PosixIdRanges } from '../models/posix-ids.ts'
import type { ConfigProblem } from './errors.ts'
import { type LooseSettings, requiredMessage } from './parse.ts'
import { formatPath } from './paths.ts'
import { type Settings, settingsSchema } from './schema/settings.ts'
import { sectionShape } from './schema/shape.ts'
import { BUILT_IN_SCOPES } from './schema/tokens.ts'

/** What rules look at besides the settings themselves. */
export interface RuleContext {
  /** Whether there is a configuration file. */
  hasFile: boolean
  /** Whether something is already known to be wrong at this path or below it. */
  reported: (path: string) => boolean
}

type Rule = (settings: LooseSettings, context: RuleContext) => readonly ConfigProblem[]

/** The kinds of stores that the settings ask for. */
export function storeKinds(
  settings: LooseSettings,
  hasFile: boolean,
): { database: 'embedded' | 'postgresql'; tokenStore: 'sql' | 'redis' } {
  const database = settings.database ?? (hasFile ? 'postgresql' : 'embedded')
  return { database, tokenStore: settings.tokenStore ?? (database === 'embedded' ? 'sql' : 'redis') }
}

/** Finds what is wrong between settings that may each be right by itself. */
export function checkRules(settings: LooseSettings, context: RuleContext): ConfigProblem[] {
  return RULES.flatMap((rule) => rule(settings, context))
}

const embeddedStore: Rule = (settings, { hasFile, reported }) => {
  const { database, tokenStore } = storeKinds(settings, hasFile)
  if (database !== 'embedded' || reported('database')) return []
  const problems = []
  if (tokenStore === 'redis') {
    problems.push({ path: 'tokenStore', message: 'must be sql with the embedded database' })
  }
  if ((settings.workers ?? 1) > 1) {
    problems.push({
      path: 'workers',
      message: 'must be 1 with the embedded database, which one process has to itself',
    })
  }
  return problems
}

/** Addresses without a choice: neither the embedded store nor the one at the address would be what was meant for sure. */
const unclearStore: Rule = (settings, { hasFile, reported }) => {
  if (hasFile || settings.database !== undefined || reported('database')) return []
  return (['databaseUrl', 'redisPersistentUrl', 'redisEphemeralUrl'] as const)
    .filter((key) => settings[key] !== undefined)
    .map((path) => ({
      path,
      message:
        'is set, but without a configuration file the embedded database would be used: set PORTHOR_DATABASE to postgresql, or to embedded',
    }))
}

const neededByServers: Rule = (settings, context) => {
  const { database, tokenStore } = storeKinds(settings, context.hasFile)
  if (context.reported('database')) return []
  const needed: (keyof Settings)[] = []
  if (database === 'postgresql') {
    needed.push(
      'baseUrl',
      'baseInternalUrl',
      'afterLogoutUrl',
      'databaseUrl',
      'bootstrapToken',
      'sessionSecret',
    )
  }
  if (database === 'postgresql' && tokenStore === 'redis' && !context.reported('tokenStore')) {
    needed.push('redisPersistentUrl', 'redisEphemeralUrl')
  }
  return needed
    .filter((path) => settings[path] === undefined && !context.reported(path))
    .map((path) => ({ path, message: requiredMessage(settingsSchema.shape[path]) }))
}

const oneProvider: Rule = (settings, { hasFile, reported }) => {
  const providers = [settings.github, settings.oidc, settings.cilogon].filter(
    (section) => section !== undefined,
  )
  if (providers.length > 1) {
    return [{ path: '', message: 'only one of github, oidc and cilogon may be used' }]
  }
  const optional = !hasFile || storeKinds(settings, hasFile).database === 'embedded'
  if (providers.length === 1 || optional || ['github', 'oidc', 'cilogon'].some(reported)) return []
  return [
    {
      path: '',
      message: 'no authentication provider is configured: one of github, oidc and cilogon is required',
    },
  ]
}

const ldapByProvider: Rule = ({ github, oidc, cilogon, ldap }, { reported }) => {
  if (reported('ldap')) return []
  const section = oidc ? 'oidc' : 'cilogon'
  const needsGroups = (oidc ?? cilogon) && !(oidc ?? cilogon)?.userInfoClaims?.groups
  if (needsGroups && !ldap) {
    const message = `is required with ${section}, unless ${section}.userInfoClaims.groups says where groups are`
    return [{ path: 'ldap', message }]
  }
  if (github && ldap) return [{ path: 'ldap', message: 'cannot be used with github' }]
  return []
}

const ldapAccess: Rule = ({ ldap, firestore, posixIds }, { reported }) => {
  const problems: ConfigProblem[] = []
  if (!ldap) return problems
  if (ldap.userDn !== undefined && ldap.password === undefined && !reported('ldap.password')) {
    const members = sectionShape(settingsSchema.shape.ldap)
    const message = members?.password ? requiredMessage(members.password) : 'is required'
    problems.push({ path: 'ldap.password', message: `${message}, since ldap.userDn is set` })
  }
  if (ldap.uidAttr === null && !firestore && !posixIds?.enabled) {
    problems.push({ path: 'ldap.uidAttr', message: 'must be set unless firestore or posixIds is used' })
  }
  if ((ldap.useKerberos || ldap.kerberosConfig !== undefined) && ldap.userDn === undefined) {
    problems.push({
      path: ldap.useKerberos ? 'ldap.useKerberos' : 'ldap.kerberosConfig',
      message:
        'Kerberos (GSSAPI) is not supported: bind by userDn with a password, by a certificate with saslExternal, or anonymously',
    })
  }
  return problems
}

const ldapTls: Rule = ({ ldap }, { reported }) => {
  if (!ldap || reported('ldap.url') || reported('ldap.fallbackUrls')) return []
  const { startTls = false, saslExternal = false, certFile, keyFile } = ldap
  const urls = [ldap.url, ...(ldap.fallbackUrls ?? [])].filter((url) => url !== undefined)
  const isPlain = (url: string) => /^ldap:/i.test(url)
  const problems: ConfigProblem[] = []
  const add = (key: string, message: string) => problems.push({ path: `ldap.${key}`, message })
  if (startTls && !urls.every(isPlain)) add('startTls', 'is for ldap URLs; ldaps is TLS from the beginning')
  for (const key of ['caFile', 'certFile', 'keyFile'] as const) {
    if (ldap[key] === undefined || startTls || !urls.some(isPlain)) continue
    add(key, 'is of no use without TLS: set startTls, or give ldaps URLs')
  }
  if (certFile !== undefined && keyFile === undefined)
    add('keyFile', 'is required, since ldap.certFile is set')
  if (keyFile !== undefined && certFile === undefined)
    add('certFile', 'is required, since ldap.keyFile is set')
  if (saslExternal && certFile === undefined) add('saslExternal', 'needs certFile')
  if (saslExternal && ldap.userDn !== undefined)
    add('saslExternal', 'and userDn are two ways to bind: choose one')
  return problems
}

/** Of a section whose numbers are right, each by itself. */
export function posixIdRanges(section: NonNullable<Settings['posixIds']>): PosixIdRanges {
  return {
    uid: { first: section.firstUid, last: section.lastUid },
    'bot-uid': { first: section.firstBotUid, last: section.lastBotUid },
    gid: { first: section.firstGid, last: section.lastGid },
  }
}

const posixIdRangesApart: Rule = ({ posixIds }, { reported }) => {
  if (!posixIds?.enabled || reported('posixIds')) return []
  const ranges = posixIdRanges(posixIds as NonNullable<Settings['posixIds']>)
  const keys = { uid: 'lastUid', 'bot-uid': 'lastBotUid', gid: 'lastGid' } as const
  return POSIX_ID_KINDS.flatMap((kind, index) => {
    const { first, last } = ranges[kind]
    const path = `posixIds.${keys[kind]}`
    if (last < first) return [{ path, message: `must not come before ${first}, the first` }]
    return POSIX_ID_KINDS.slice(index + 1)
      .filter((other) => first <= ranges[other].last && ranges[other].first <= last)
      .map((other) => ({ path, message: `the range overlaps with that of ${other}` }))
  })
}

const builtInScopes: Rule = ({ knownScopes }) => {
  if (!knownScopes || Object.keys(knownScopes).length === 0) return []
  return BUILT_IN_SCOPES.filter((scope) => !Object.hasOwn(knownScopes, scope)).map((scope) => ({
    path: 'knownScopes',
    message: `must hold ${scope}`,
  }))
}

const mappedScopes: Rule = ({ knownScopes, groupMapping }, { reported }) => {
  if (reported('knownScopes')) return []
  const known = [...BUILT_IN_SCOPES, ...Object.keys(knownScopes ?? {})]
  return Object.keys(groupMapping ?? {})
    .filter((scope) => !known.includes(scope))
    .map((scope) => ({ path: formatPath(['groupMapping', scope]), message: 'is not one of knownScopes' }))
}

/** Members of one could otherwise not be told from those of the other. */
const distinctTeams: Rule = ({ groupMapping }) => {
  const byName = new Map<string, GitHubTeam>()
  const problems: ConfigProblem[] = []
  for (const [scope, groups = []] of Object.entries(groupMapping ?? {})) {
    for (const { name, team } of groups) {
      if (!team) continue
      const other = byName.get(name) ?? team
      byName.set(name, other)
      if (isSameTeam(team, other)) continue
      const teams = [other, team].map(({ organization, slug }) => `${organization}/${slug}`).join(' and ')
      problems.push({
        path: formatPath(['groupMapping', scope]),
        message: `the teams ${teams} would be the same group, ${name}`,
      })
    }
  }
  return problems
}

const slack: Rule = ({ slackAlerts, slackWebhook }, { reported }) => {
  if (!slackAlerts || slackWebhook !== undefined || reported('slackWebhook')) return []
  const message = requiredMessage(settingsSchema.shape.slackWebhook)
  return [{ path: 'slackWebhook', message: `${message}, since slackAlerts is on` }]
}

const sentry: Rule = ({ sentry: section }, { reported }) => {
  if (section?.dsn === undefined || section.environment !== undefined || reported('sentry.environment'))
    return []
  return [
    { path: 'sentry.environment', message: 'is required (as SENTRY_ENVIRONMENT), since SENTRY_DSN is set' },
  ]
}

const metricsKind: Rule = ({ metrics }) => {
  if (!metrics) return []
  const problems: ConfigProblem[] = []
  const { application, appName } = metrics
  if (metrics.mock && metrics.enabled) {
    problems.push({ path: 'metrics.mock', message: 'goes with enabled: false only' })
  }
  if (application !== undefined && appName !== undefined && application !== appName) {
    problems.push({ path: 'metrics.appName', message: 'means the same as application, but differs from it' })
  }
  return problems
}

const metricsNeeds: Rule = ({ metrics }, { reported }) => {
  if (!metrics?.enabled) return []
  const { kafka = {}, schemaManager = {} } = metrics
  const given: Record<string, unknown> = {
    application: metrics.application ?? metrics.appName,
    'kafka.bootstrapServers': kafka.bootstrapServers,
    'kafka.securityProtocol': kafka.securityProtocol,
    'schemaManager.registryUrl': schemaManager.registryUrl,
  }
  if (kafka.securityProtocol === 'SSL') {
    given['kafka.clientCertPath'] = kafka.clientCertPath
    given['kafka.clientKeyPath'] = kafka.clientKeyPath
  }
  if (kafka.securityProtocol?.startsWith('SASL_')) {
    given['kafka.saslMechanism'] = kafka.saslMechanism
    given['kafka.saslUsername'] = kafka.saslUsername
    given['kafka.saslPassword'] = kafka.saslPassword
  }
  return Object.keys(given)
    .filter((key) => given[key] === undefined && !reported(`metrics.${key}`))
    .map((key) => ({ path: `metrics.${key}`, message: metricsMessage(key) }))
}

function metricsMessage(key: string): string {
  const schema = key
    .split('.')
    .reduce<z.ZodType | undefined>(
      (inner, step) => inner && sectionShape(inner)?.[step],
      settingsSchema.shape.metrics,
    )
  return schema ? requiredMessage(schema) : 'is required'
}

const RULES: readonly Rule[] = [
  embeddedStore,
  unclearStore,
  neededByServers,
  oneProvider,
  ldapByProvider,
  ldapAccess,
  ldapTls,
  posixIdRangesApart,
  builtInScopes,
  mappedScopes,
  distinctTeams,
  slack,
  sentry,
  metricsKind,
  metricsNeeds,
]
