import type { Config } from './config/index.ts'
import { type Clock, systemClock } from './models/clock.ts'
import { StoreUnavailableError } from './models/errors.ts'
import { Activity } from './services/activity.ts'
import { AdminService } from './services/admin-service.ts'
import { Alerts } from './services/alerts/alerts.ts'
import { ComparingStoresError } from './services/compare-stores.ts'
import { DelegationService } from './services/delegation-service.ts'
import { Gate } from './services/gate.ts'
import { LastUsed } from './services/last-used.ts'
import { createLoginProvider } from './services/login/create-login-provider.ts'
import { LoginLinkService } from './services/login/login-link-service.ts'
import type { LoginProvider } from './services/login/login-provider.ts'
import { LoginSecrets } from './services/login/login-secrets.ts'
import { LoginService } from './services/login/login-service.ts'
import { SessionService } from './services/login/session-service.ts'
import { Maintenance } from './services/maintenance.ts'
import { Operations } from './services/operation.ts'
import { PosixIdService } from './services/posix-id-service.ts'
import { QuotaService } from './services/quota-service.ts'
import { Reconciler } from './services/reconciler.ts'
import { RedisTrust } from './services/redis-trust.ts'
import { Reencryption } from './services/reencryption.ts'
import { RevocationService } from './services/revocation-service.ts'
import { StatisticsService } from './services/statistics-service.ts'
import type { Log } from './services/token-log.ts'
import type { TokenRules } from './services/token-rules.ts'
import { TokenSearch } from './services/token-search.ts'
import { TokenService } from './services/token-service.ts'
import { DirectoryAnswers } from './services/user-info/directory-answers.ts'
import { UserInfoService } from './services/user-info-service.ts'
import { UserService } from './services/user-service.ts'
import { Verifier } from './services/verifier.ts'
import { type DatabaseConnection, openEmbedded, openPostgres, ping } from './storage/database.ts'
import { type DeletedRows, emptyDatabase } from './storage/empty-database.ts'
import { LdapDirectory } from './storage/ldap/ldap-directory.ts'
import { RedisQuotaOverridesStore } from './storage/quota-overrides/redis-quota-overrides-store.ts'
import { SqlQuotaOverridesStore } from './storage/quota-overrides/sql-quota-overrides-store.ts'
import { RedisRateLimiter } from './storage/rate-limits/redis-rate-limiter.ts'
import { SqlRateLimiter } from './storage/rate-limits/sql-rate-limiter.ts'
import { SchemaManager } from './storage/schema-manager.ts'
import { Fernet } from './storage/token-data/fernet.ts'
import { RedisTokenDataStore } from './storage/token-data/redis-token-data-store.ts'
import { SqlTokenDataStore } from './storage/token-data/sql-token-data-store.ts'
import { TokenDataCipher } from './storage/token-data/token-data-cipher.ts'
import type { TokenDataStore } from './storage/token-data/token-data-store.ts'
import { within } from './storage/within.ts'

/** A whole Porthor: its services over its stores. */
export interface Porthor {
  readonly config: Config
  readonly clock: Clock
  readonly tokens: TokenService
  readonly tokenSearch: TokenSearch
  readonly revocations: RevocationService
  readonly delegation: DelegationService
  readonly gate: Gate
  readonly quotas: QuotaService
  readonly lastUsed: LastUsed
  readonly verifier: Verifier
  readonly admins: AdminService
  readonly users: UserService
  readonly userInfo: UserInfoService
  /** Null: UIDs and GIDs are not assigned here. */
  readonly posixIds: PosixIdService | null
  readonly sessions: SessionService
  readonly loginLinks: LoginLinkService
  /** Null: no login provider is configured. */
  readonly login: LoginService | null
  readonly statistics: StatisticsService
  /** What the gate of this process has decided. */
  readonly activity: Activity
  readonly alerts: Alerts
  readonly maintenance: Maintenance
  readonly reconciler: Reconciler
  readonly reencryption: Reencryption
  readonly schema: SchemaManager
  /** The stores themselves, for whoever builds on them. */
  readonly database: DatabaseConnection
  readonly data: TokenDataStore
  readonly operations: Operations
  /** Encrypts cookies with the keys of the token data, as the reference does. */
  readonly fernet: Fernet
  /** Null where token data lies in the database. */
  readonly redisTrust: RedisTrust | null
  /** @throws {StoreUnavailableError} A store does not answer. */
  health(): Promise<void>
  /** Empties both stores, token data first, and enters the initial administrators anew. */
  deleteAllData(): Promise<DeletedData>
  close(): Promise<void>
}

/** How many of each there were. */
export interface DeletedData extends DeletedRows {
  tokenData: number
}

export interface OpenOptions {
  config: Config
  log: Log
  clock?: Clock
  /** Lets a command use the embedded database through the process that owns its folder. */
  guest?: boolean
  /** Waits where stores have to be compared first, rather than to refuse: for a command, whose end would be that of the comparison. */
  patient?: boolean
  /** Keeps the embedded database in memory, for tests: path of a tar file of the folder of an empty one. */
  inMemory?: string
  /** Instead of the one that the configuration names, for tests. */
  loginProvider?: LoginProvider
}

/**
 * Opens the stores and puts the services together. Does not touch the schema.
 *
 * @throws {DataFolderBusyError} Another process has the data folder, and cannot be joined or is not to be.
 */
export async function openPorthor(options: OpenOptions): Promise<Porthor> {
  const { config, log, clock = systemClock } = options
  const database = await openDatabase(options)
  const { db } = database
  const fernet = new Fernet(config.sessionSecrets)
  const alerts = new Alerts({
    ...{ webhook: config.slackWebhook, uncaught: config.slackAlerts, clock, log },
  })
  const cipher = new TokenDataCipher(fernet, clock, (key, error) => {
    const { name } = error as Error
    log.error({ token: key, error: name }, 'Cannot retrieve token')
    // Of one kind, whatever the key: with a wrong secret no token can be read.
    alerts.report('token data', `Cannot retrieve token ${key}: ${name}`)
  })
  const redis =
    config.tokenStore.kind === 'redis'
      ? new RedisTokenDataStore({ address: config.tokenStore.persistent, cipher })
      : null
  const data = redis ?? new SqlTokenDataStore(database, cipher)
  const redisTrust =
    redis &&
    new RedisTrust({
      ...{ db, store: redis, clock, log },
      leaseSeconds: config.redisBlessingLeaseSeconds,
      compare: (signal) => reconciler.compare(signal),
    })
  const verifier = new Verifier({
    ...{ data, clock, log },
    trust: redisTrust,
    linkLeaseSeconds: config.redisLinkLeaseSeconds,
  })
  const operations = new Operations({
    db,
    data,
    clock,
    timeouts: database.kind === 'postgresql',
    bless: async (inDoubt) =>
      options.patient && !inDoubt ? redisTrust?.replayAndWait() : redisTrust?.replay(),
    onChanged: (keys) => (keys ? verifier.forget(keys) : verifier.forgetEverything()),
  })
  const rules = rulesOf(config)
  const reconciler = new Reconciler({
    ...{ db, data, operations, clock, log },
    knownScopes: rules.knownScopes,
    alarmShare: config.auditAlarmShare,
  })
  const { kind } = database
  const admins = new AdminService({ db, clock, log })
  const delegation = new DelegationService({ operations, db, data, verifier, rules, clock, log })
  const quotas = new QuotaService({
    ...quotaStores(config, database, clock),
    base: config.quota,
    alerts,
    clock,
    log,
  })
  const lastUsed = new LastUsed({ db, clock, log })
  const activity = new Activity()
  const tokens = new TokenService({
    ...{ operations, db, data, rules, clock, log },
    assignIds: (user) => userInfo.assignIds(user),
  })
  const sessions = new SessionService({ db, operations, tokens, verifier, clock, log })
  const provider = options.loginProvider ?? createLoginProvider(config, { clock, log })
  const posixIds = config.posixIds && new PosixIdService({ ...config.posixIds, db, clock, log })
  const userInfo = new UserInfoService({
    directory: directoryAnswers(config, clock, log),
    posixIds,
    // Without a directory as with GitHub, whose users have one.
    userPrivateGroups: config.ldap?.addUserGroup ?? true,
    alerts,
  })

  return {
    config,
    clock,
    fernet,
    redisTrust,
    verifier,
    admins,
    tokens,
    tokenSearch: new TokenSearch({ db, data, clock }),
    revocations: new RevocationService({ db, operations, tokens, log }),
    delegation,
    gate: new Gate({
      ...{ verifier, delegation, quotas, userInfo, lastUsed, activity, clock },
      baseUrl: config.baseUrl,
      allowSubdomains: config.allowSubdomains,
      tokenLifetimeSeconds: rules.tokenLifetimeSeconds,
    }),
    quotas,
    lastUsed,
    users: new UserService({ db, operations, clock, log }),
    userInfo,
    posixIds,
    sessions,
    loginLinks: new LoginLinkService({ db, sessions, rules, baseUrl: config.baseUrl, clock, log }),
    login:
      provider &&
      new LoginService({
        ...{ provider, sessions, userInfo, db, alerts, log },
        onLogin: (event) => activity.login(event),
        secrets: new LoginSecrets(config.sessionSecrets),
        groupMapping: config.groupMapping,
      }),
    activity,
    alerts,
    statistics: new StatisticsService({
      ...{ db, clock, log },
      totals: () => activity,
      probes: { database: () => ping(db), ...(redis && { redis: () => redis.ping() }) },
    }),
    maintenance: new Maintenance({
      ...{ db, operations, clock, log, kind },
      retentionSeconds: config.historyRetentionSeconds,
    }),
    reconciler,
    reencryption: new Reencryption({
      ...{ db, data, operations, log },
      sessionSecrets: config.sessionSecrets,
    }),
    schema: new SchemaManager(database),
    database,
    data,
    operations,
    async health() {
      await Promise.all([answering('The database', ping(db)), answering('Redis', data.ping())])
      if (await redisTrust?.isComparing()) throw new ComparingStoresError()
    },
    async deleteAllData() {
      const tokenData = await data.deleteAll()
      const deleted = await db.transaction().execute((trx) => emptyDatabase(trx))
      await admins.addInitial(config.initialAdmins)
      return { ...deleted, tokenData }
    },
    async close() {
      userInfo.close()
      await lastUsed.close()
      await alerts.close()
      await verifier.close()
      await redisTrust?.close()
      await quotas.close()
      await data.close()
      await database.close()
    },
  }
}

function openDatabase({ config, guest = false, inMemory }: OpenOptions): Promise<DatabaseConnection> {
  const { database } = config
  if (database.kind !== 'embedded') return Promise.resolve(openPostgres(database))
  return openEmbedded(
    inMemory ? { folder: null, image: inMemory } : { folder: database.folder, shared: guest },
  )
}

function directoryAnswers({ ldap, posixIds }: Config, clock: Clock, log: Log): DirectoryAnswers | null {
  if (!ldap) return null
  return new DirectoryAnswers({
    directory: new LdapDirectory({ ...ldap, withGids: posixIds === null, report: log }),
    lifetimeSeconds: ldap.cacheLifetimeSeconds,
    staleLifetimeSeconds: ldap.staleLifetimeSeconds,
    clock,
  })
}

function quotaStores({ tokenStore }: Config, database: DatabaseConnection, clock: Clock) {
  if (tokenStore.kind === 'redis') {
    return {
      overrides: new RedisQuotaOverridesStore(tokenStore.persistent),
      limiter: new RedisRateLimiter(tokenStore.ephemeral),
    }
  }
  return { overrides: new SqlQuotaOverridesStore(database), limiter: new SqlRateLimiter(database.db, clock) }
}

function rulesOf(config: Config): TokenRules {
  return {
    knownScopes: config.knownScopes.map(({ name }) => name),
    tokenLifetimeSeconds: config.tokenLifetimeSeconds,
    maximumTokenLifetimeSeconds: config.maximumTokenLifetimeSeconds,
    maximumTokensPerUser: config.maxTokensPerUser,
  }
}

/** Whoever asks has a time limit of his own, and is better told than left waiting. */
const HEALTH_MILLISECONDS = 5_000

async function answering(name: string, ping: Promise<void>): Promise<void> {
  try {
    await within(ping, HEALTH_MILLISECONDS, `${name} is silent`)
  } catch (error) {
    throw new StoreUnavailableError(`${name} does not answer`, { cause: error })
  }
}
