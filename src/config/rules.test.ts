import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  ADDRESSES,
  load,
  problems,
  REFERENCE_FILE,
  referenceSettings,
  settingsWithoutProvider,
} from './testing/files.ts'

const wrong = (changes: Record<string, unknown>, environment: Record<string, string> = {}) =>
  problems(load(referenceSettings(changes), { ...ADDRESSES, ...environment }))
const right = (changes: Record<string, unknown>, environment: Record<string, string> = {}) =>
  load(referenceSettings(changes), { ...ADDRESSES, ...environment })

const ldap = { url: 'ldap://ldap.example.com', groupBaseDn: 'ou=groups', userBaseDn: 'ou=people' }
const oidc = {
  clientId: 'id',
  clientSecret: 'secret',
  loginUrl: 'https://op.example.com/login',
  tokenUrl: 'https://op.example.com/token',
  issuer: 'https://op.example.com',
  redirectUrl: 'https://example.com/login',
}

describe('everything wrong is told at once', () => {
  it('in the file, the environment and between settings', async () => {
    const found = await wrong(
      {
        baseUrl: 'example.com',
        basurl: 1,
        tokenLifetime: '5m',
        initialAdmins: ['ok-user', 'Not One'],
        proxies: ['10.0.0.1/8'],
        logLevel: 'loud',
        slackAlerts: true,
        groupMapping: { 'no:such': ['g-test'] },
        github: { clientId: 7, client_secrt: 'x' },
        quota: { default: { api: { x: -1 } }, groups: { '!': {} } },
        metrics: { kafka: { securityProtocol: 'NONE' } },
      },
      { PORTHOR_WORKERS: 'many', PORTHOR_REDIS_PASSWORD_FILE: '/none' },
    )
    expect(found).toEqual([
      'github.client_secrt: is not a known setting; did you mean clientSecret?',
      'basurl: is not a known setting; did you mean baseUrl?',
      'redisPassword: the file that PORTHOR_REDIS_PASSWORD_FILE names cannot be read (ENOENT)',
      'workers: must be a whole number from 1 to 1024',
      'baseUrl: must be an http or https URL',
      'proxies[0]: must be an IP address, or a network in CIDR form without host bits',
      'initialAdmins[1]: must be a username',
      'logLevel: must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL',
      'tokenLifetime: must be at least 600 seconds',
      'github.clientId: must be a text (put it in quotes)',
      'github.clientSecret: is required (in the file, or as PORTHOR_GITHUB_CLIENT_SECRET or PORTHOR_GITHUB_CLIENT_SECRET_FILE)',
      'quota.default.api.x: must be a whole number of 0 or more',
      'quota.groups["!"]: must be a group name',
      'metrics.kafka.securityProtocol: must be one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL',
      'groupMapping["no:such"]: is not one of knownScopes',
      'slackWebhook: is required (in the file, or as PORTHOR_SLACK_WEBHOOK or PORTHOR_SLACK_WEBHOOK_FILE), since slackAlerts is on',
      'metrics.application: is required (in the file, or as METRICS_APPLICATION or METRICS_APPLICATION_FILE)',
      'metrics.kafka.bootstrapServers: is required (in the file, or as KAFKA_BOOTSTRAP_SERVERS or KAFKA_BOOTSTRAP_SERVERS_FILE)',
      'metrics.schemaManager.registryUrl: is required (in the file, or as SCHEMA_MANAGER_REGISTRY_URL or SCHEMA_MANAGER_REGISTRY_URL_FILE)',
    ])
  })

  it('one line each, below the name of the file', async () => {
    await expect(load(referenceSettings({ port: -1, workers: 0 }))).rejects.toThrow(
      'The configuration file /config.yaml has 2 problems:\n  port: must be a whole number from 0 to 65535\n  workers: must',
    )
  })
})

describe('an unknown key', () => {
  it.each([
    [{ github: { clientId: 'x', clientSecret: 'x', scopes: [] } }, 'github.scopes: is not a known setting'],
    [{ quota: { defaults: {} } }, 'quota.defaults: is not a known setting; did you mean default?'],
    [
      { quota: { groups: { g: { notebook: { cpu: 1, memory: 1, spwan: false } } } } },
      'quota.groups.g.notebook.spwan: is not a known setting; did you mean spawn?',
    ],
    [
      { groupMapping: { 'read:all': [{ gitlab: {} }] } },
      'groupMapping["read:all"][0].gitlab: is not a known setting; did you mean github?',
    ],
    [{ metrics: { enabled: true, events: { topic: 'x' } } }, 'metrics.events.topic: is not a known setting'],
    [{ constructor: 1 }, 'constructor: is not a known setting'],
    [
      { ldap: { url: '', password: 'x' } },
      'ldap.password: is not read from the file, only from the environment',
    ],
    [{ token_lifetime: '1d' }, 'tokenLifetime: is there twice, written in two ways'],
  ])('is named: %j', async (changes, message) => {
    expect(await wrong(changes)).toContain(message)
  })

  it('is of no concern where metrics are off', async () => {
    expect(await right({ metrics: { enabled: false, what: 'ever', kafka: 3 } })).toMatchObject({
      metrics: { kind: 'off' },
    })
  })

  it('that would change how objects work is refused', async () => {
    expect(await problems(load(REFERENCE_FILE.replace('"exec:test":', '__proto__:')))).toContain(
      'knownScopes.__proto__: is not a possible name',
    )
  })
})

describe('stores', () => {
  it.each([
    ['databaseUrl', 'DATABASE_URL'],
    ['redisPersistentUrl', 'REDIS_PERSISTENT_URL'],
    ['redisEphemeralUrl', 'REDIS_EPHEMERAL_URL'],
    ['bootstrapToken', 'BOOTSTRAP_TOKEN'],
    ['sessionSecret', 'SESSION_SECRET'],
    ['baseUrl', 'BASE_URL'],
  ])('of a file need %s', async (key, name) => {
    const environment = { ...ADDRESSES, [`GAFAELFAWR_${name}`]: undefined }
    expect(await problems(load(referenceSettings({ [key]: undefined }), environment))).toEqual([
      `${key}: is required (in the file, or as PORTHOR_${name} or PORTHOR_${name}_FILE)`,
    ])
  })

  it('may be the database alone', async () => {
    const { GAFAELFAWR_DATABASE_URL } = ADDRESSES
    const config = await load(referenceSettings({ tokenStore: 'sql' }), { GAFAELFAWR_DATABASE_URL })
    expect(config).toMatchObject({ database: { kind: 'postgresql' }, tokenStore: { kind: 'sql' } })
  })

  it('may be embedded by a file, which then needs neither addresses nor a provider', async () => {
    const config = await load(settingsWithoutProvider({ database: 'embedded' }), {})
    expect(config).toMatchObject({
      database: { kind: 'embedded' },
      tokenStore: { kind: 'sql' },
      host: '127.0.0.1',
      provider: null,
    })
    expect(config.knownScopes).toHaveLength(5)
  })

  it('that are embedded go with neither Redis nor several processes', async () => {
    expect(await wrong({ database: 'embedded', tokenStore: 'redis', workers: 2 })).toEqual([
      'tokenStore: must be sql with the embedded database',
      'workers: must be 1 with the embedded database, which one process has to itself',
    ])
    expect(await right({ workers: 4 })).toMatchObject({ workers: 4 })
  })

  it('never show a password in place of a bad address', async () => {
    const found = await wrong(
      {},
      { PORTHOR_DATABASE_URL: 'postgresql://u:hush#@h/d', PORTHOR_REDIS_EPHEMERAL_URL: 'hush' },
    )
    expect(found).toHaveLength(2)
    expect(found.join()).not.toContain('hush')
  })

  it('have an address for LISTEN of their own, with the same password', async () => {
    const environment = {
      PORTHOR_DATABASE_URL: 'postgresql://u@pooler/d',
      PORTHOR_LISTEN_DATABASE_URL: 'postgresql://u@direct/d',
      PORTHOR_DATABASE_PASSWORD: 'pw',
    }
    expect((await right({}, environment)).database).toEqual({
      kind: 'postgresql',
      url: 'postgresql://u:pw@pooler/d',
      listenUrl: 'postgresql://u:pw@direct/d',
      poolSize: 10,
    })
  })
})

describe('the provider', () => {
  const withoutExtras = {
    idTokenAlgorithms: ['RS256'],
    userInfoClaims: { name: null, email: null, uid: null, gid: null, groups: null },
  }

  it('is exactly one', async () => {
    expect(await wrong({ github: undefined })).toEqual([
      ': no authentication provider is configured: one of github, oidc and cilogon is required',
    ])
    expect(await wrong({ oidc, ldap })).toContain(': only one of github, oidc and cilogon may be used')
  })

  it('wants LDAP beside it if it is OpenID Connect, and none if it is GitHub', async () => {
    expect(await wrong({ github: undefined, oidc })).toEqual([
      'ldap: is required with oidc, unless oidc.userInfoClaims.groups says where groups are',
    ])
    const claims = { groups: 'groups' }
    await right({ github: undefined, oidc: { ...oidc, userInfoClaims: claims } })
    expect(await wrong({ ldap })).toEqual(['ldap: cannot be used with github'])
  })

  it('of OpenID Connect has its client id for an audience, and always asks for openid', async () => {
    const config = await right({ github: undefined, ldap, oidc: { ...oidc, scopes: ['email', 'openid'] } })
    expect(config.provider).toEqual({
      kind: 'oidc',
      ...oidc,
      audience: 'id',
      loginParams: {},
      enrollmentUrl: null,
      scopes: ['openid', 'email'],
      usernameClaim: 'uid',
      ...withoutExtras,
    })
    const other = await right({ github: undefined, ldap, oidc: { ...oidc, audience: 'other' } })
    expect(other.provider).toMatchObject({ audience: 'other' })
  })

  it('CILogon is a preset of OpenID Connect, and takes its own values', async () => {
    const cilogon = { clientId: 'id', redirectUrl: 'https://example.com/login', loginParams: { skin: 'x' } }
    const environment = { GAFAELFAWR_CILOGON_CLIENT_SECRET: 'own', GAFAELFAWR_OIDC_CLIENT_SECRET: 'stray' }
    expect((await right({ github: undefined, ldap, cilogon }, environment)).provider).toEqual({
      kind: 'oidc',
      clientId: 'id',
      clientSecret: 'own',
      audience: 'id',
      issuer: 'https://cilogon.org',
      loginUrl: 'https://cilogon.org/authorize',
      tokenUrl: 'https://cilogon.org/oauth2/token',
      loginParams: { skin: 'x' },
      redirectUrl: 'https://example.com/login',
      enrollmentUrl: null,
      scopes: ['openid', 'email', 'org.cilogon.userinfo'],
      usernameClaim: 'username',
      ...withoutExtras,
    })
    const test = await right({ github: undefined, ldap, cilogon: { ...cilogon, test: true } }, environment)
    expect(test.provider).toMatchObject({ issuer: 'https://test.cilogon.org' })
  })

  it('cannot be asked with parameters that the protocol sets', async () => {
    const found = await wrong({
      github: undefined,
      ldap,
      oidc: { ...oidc, loginParams: { state: 'x', skin: 'y' } },
    })
    expect(found).toEqual(['oidc.loginParams.state: is set by the protocol, not by hand'])
  })

  it('may be asked for logins of the last seconds, by a number of them', async () => {
    const asking = (maxAge: string) => ({
      github: undefined,
      ldap,
      oidc: { ...oidc, loginParams: { max_age: maxAge } },
    })
    await right(asking('3600'))
    for (const maxAge of ['1h', '-1', '', '1e9']) {
      expect(await wrong(asking(maxAge))).toEqual([
        'oidc.loginParams.max_age: must be a number of seconds, in quotes',
      ])
    }
  })
})

describe('a section that is not in use', () => {
  const rendered = {
    cilogon: {
      clientId: null,
      enrollmentUrl: null,
      test: false,
      loginParams: { skin: 'LSST' },
      usernameClaim: 'username',
    },
    oidc: {
      clientId: '',
      audience: null,
      loginUrl: null,
      loginParams: {},
      scopes: ['openid'],
      usernameClaim: 'uid',
    },
    ldap: { url: null, userDn: '', groupObjectClass: 'posixGroup', groupSearchByDn: true, uidAttr: null },
    firestore: { project: null },
    oidcServer: { enabled: false, issuer: 'https://example.com', dataRightsMapping: { g: ['dp1'] } },
    quota: { default: {}, groups: {}, bypass: [] },
    sentry: { enabled: false, tracesSampleRate: 0 },
  }

  it("is left out, as the reference's chart renders it", async () => {
    expect(await right(rendered)).toEqual(await right({ quota: undefined }))
  })

  it.each([
    [{ oidc: { issuer: 'https://op.example.com' } }, 'oidc.clientId: is required'],
    [{ ldap: { userBaseDn: 'ou=people' } }, 'ldap.url: is required'],
    [{ cilogon: { loginParams: { skin: 'x' } } }, 'cilogon.clientId: is required'],
    [
      { oidcServer: { issuer: 'https://example.com' } },
      'oidcServer.enabled: is required, since the section has other values',
    ],
    [{ github: 'yes' }, 'github: must be a section: a map of settings'],
  ])('but has values is an error: %j', async (changes, message) => {
    expect(await wrong(changes)).toContain(message)
  })

  it('of quotas is one without any: groups and those who bypass count too', async () => {
    expect((await right({ quota: { groups: { g: { api: { x: 1 } } } } })).quota).toMatchObject({
      default: { api: {}, notebook: null, tap: {} },
      groups: { g: { api: { x: 1 } } },
    })
    expect((await right({ quota: { default: {}, bypass: ['g'] } })).quota).toMatchObject({ bypass: ['g'] })
  })
})

describe('LDAP', () => {
  const provider = { github: undefined, oidc }

  it('has the defaults of the reference', async () => {
    expect((await right({ ...provider, ldap })).ldap).toEqual({
      urls: ['ldap://ldap.example.com'],
      startTls: false,
      caFile: null,
      certFile: null,
      keyFile: null,
      saslExternal: false,
      groupBaseDn: 'ou=groups',
      userBaseDn: 'ou=people',
      userDn: null,
      password: null,
      groupObjectClass: 'posixGroup',
      groupMemberAttr: 'member',
      groupSearchByDn: true,
      userSearchAttr: 'uid',
      nameAttr: 'displayName',
      emailAttr: 'mail',
      uidAttr: 'uidNumber',
      gidAttr: 'gidNumber',
      addUserGroup: false,
      poolSize: 4,
      cacheLifetimeSeconds: 300,
      staleLifetimeSeconds: 3600,
    })
  })

  it('needs a password for a bind by name, from the environment', async () => {
    const named = { ...provider, ldap: { ...ldap, userDn: 'cn=porthor' } }
    expect(await wrong(named)).toEqual([
      'ldap.password: is required (as PORTHOR_LDAP_PASSWORD or PORTHOR_LDAP_PASSWORD_FILE), since ldap.userDn is set',
    ])
    expect((await right(named, { GAFAELFAWR_LDAP_PASSWORD: 'pw' })).ldap).toMatchObject({ password: 'pw' })
  })

  it('does without UIDs only where they are assigned otherwise', async () => {
    const changes = { ...provider, ldap: { ...ldap, uidAttr: null, gidAttr: '' } }
    expect(await wrong(changes)).toEqual(['ldap.uidAttr: must be set unless firestore or posixIds is used'])
    expect(await right({ ...changes, firestore: { project: 'p' } })).toMatchObject({
      ldap: { uidAttr: null, gidAttr: null },
      firestore: { project: 'p' },
    })
    await right({ ...changes, posixIds: { enabled: true } })
  })

  it.each([{ useKerberos: true }, { kerberosConfig: '[libdefaults]' }])(
    'says that it does not speak Kerberos: %j',
    async (kerberos) => {
      const [problem] = await wrong({ ...provider, ldap: { ...ldap, ...kerberos } })
      expect(problem).toMatch(
        /^ldap\.(useKerberos|kerberosConfig): Kerberos \(GSSAPI\) is not supported: bind by/,
      )
      const simple = { ...provider, ldap: { ...ldap, ...kerberos, userDn: 'cn=porthor' } }
      await right(simple, { GAFAELFAWR_LDAP_PASSWORD: 'pw' })
    },
  )

  it('may be several servers', async () => {
    const fallbackUrls = ['ldap://two.example.com:3890', ldap.url]
    expect((await right({ ...provider, ldap: { ...ldap, fallbackUrls } })).ldap).toMatchObject({
      urls: ['ldap://ldap.example.com', 'ldap://two.example.com:3890'],
    })
  })

  it.each([
    [{ url: 'ldaps://a.example.com', startTls: true }, 'ldap.startTls: is for ldap URLs'],
    [{ caFile: '/ca.pem' }, 'ldap.caFile: is of no use without TLS'],
    [{ startTls: true, certFile: '/c.pem' }, 'ldap.keyFile: is required, since ldap.certFile is set'],
    [{ startTls: true, keyFile: '/k.pem' }, 'ldap.certFile: is required, since ldap.keyFile is set'],
    [{ saslExternal: true }, 'ldap.saslExternal: needs certFile'],
    [{ uidAttr: 'uid)(cn=*' }, 'ldap.uidAttr: must be the name of an attribute'],
    [{ userSearchAttr: 'uid=x,cn' }, 'ldap.userSearchAttr: must be the name of an attribute'],
  ])('does not take %j', async (changes, problem) => {
    expect(await wrong({ ...provider, ldap: { ...ldap, ...changes } })).toEqual([
      expect.stringContaining(problem),
    ])
  })

  it.each(['https://ldap.example.com', 'ldap://', 'ldap:host', 'ldap://user@host', ''])(
    'is not at %j',
    async (url) => {
      expect(await wrong({ ...provider, ldap: { ...ldap, url } })).toEqual([
        expect.stringMatching(/^ldap\.url: /),
      ])
    },
  )
})

describe('scopes', () => {
  it('are the built-in ones where none are named', async () => {
    for (const knownScopes of [undefined, null, {}]) {
      const config = await right({ knownScopes, groupMapping: { 'user:token': ['g-users'] } })
      expect(config.knownScopes.map(({ name }) => name)).toEqual([
        'admin:token',
        'admin:userinfo',
        'user:token',
      ])
    }
  })

  it('must hold the built-in ones where some are named', async () => {
    expect(await wrong({ knownScopes: { 'read:all': '', 'exec:test': '', 'user:token': '' } })).toEqual([
      'knownScopes: must hold admin:token',
      'knownScopes: must hold admin:userinfo',
    ])
  })

  it('have names that fit into a list of them', async () => {
    expect(await wrong({ knownScopes: { 'read all': '' } })).toContain(
      'knownScopes["read all"]: may only have letters, digits and : . _ -',
    )
  })

  it('are mapped from groups whose names are right, and from teams in any case, long ones shortened', async () => {
    const team = { github: { organization: 'Other-Org', team: 'Team-With-Very-Long-Name' } }
    const config = await right({ groupMapping: { 'read:all': [team, 'g-users', 'g-users'] } })
    expect(config.groupMapping).toEqual([
      { scope: 'read:all', groups: ['other-org-team-with-very--F279yg', 'g-users'] },
    ])
    expect(
      await wrong({ groupMapping: { 'read:all': ['a b', 3, { github: { organization: 'x' } }] } }),
    ).toEqual([
      'groupMapping["read:all"][0]: must be a group name',
      'groupMapping["read:all"][1]: must be a group name, or {github: {organization, team}}',
      'groupMapping["read:all"][2].github.team: is required',
    ])
  })
})

describe('secrets', () => {
  it.each(['', 'short', 'A'.repeat(44), `${'A'.repeat(43)}==`, `${'!'.repeat(43)}=`])(
    'of sessions are Fernet keys, checked at start: not %j',
    async (sessionSecret) => {
      expect(await wrong({ sessionSecret })).toEqual([expect.stringMatching(/^sessionSecret: /)])
    },
  )

  it('include keys that only decrypt any more', async () => {
    const old = `${'B'.repeat(42)}A=`
    const config = await right({ oldSessionSecrets: [old] })
    expect(config.sessionSecrets).toEqual([referenceSettings().sessionSecret, old])
    expect(await wrong({ oldSessionSecrets: [old, 'x'] })).toEqual([
      expect.stringMatching(/^oldSessionSecrets\[1\]: must be a Fernet key/),
    ])
  })

  it('the bootstrap token has the form of a token', async () => {
    expect(await wrong({ bootstrapToken: 'gt-x.y' })).toEqual([
      expect.stringMatching(/^bootstrapToken: must be a token/),
    ])
  })
})

describe('the OpenID Connect server', () => {
  const pem = (bits: number) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  }
  const key = pem(2048)
  const clients = [{ id: 'one', secret: 'hush', return_uri: 'https://one.example.com/cb' }]
  const server = { enabled: true, issuer: 'https://example.com', key, clients }

  it('takes its clients as JSON from the environment', async () => {
    const environment = {
      GAFAELFAWR_OIDC_SERVER_CLIENTS: JSON.stringify(clients),
      GAFAELFAWR_OIDC_SERVER_KEY: key,
    }
    const config = await right(
      { oidcServer: { enabled: true, issuer: 'https://example.com', dataRightsMapping: { 'g-a': ['dp1'] } } },
      environment,
    )
    expect(config.oidcServer).toEqual({
      issuer: 'https://example.com/',
      key,
      keyId: 'gafaelfawr',
      clients: [{ id: 'one', secret: 'hush', returnUri: 'https://one.example.com/cb' }],
      dataRightsMapping: [{ group: 'g-a', dataRights: ['dp1'] }],
    })
  })

  it.each([
    [{ issuer: 'http://example.com' }, 'oidcServer.issuer: must be an https URL'],
    [
      { issuer: `https://example.com/${'a'.repeat(2100)}` },
      'oidcServer.issuer: must have at most 2083 characters',
    ],
    [
      { key: 'hush' },
      'oidcServer.key: must be a private RSA key of at least 2048 bits as PEM, without a passphrase',
    ],
    [
      { key: pem(1024) },
      'oidcServer.key: must be a private RSA key of at least 2048 bits as PEM, without a passphrase',
    ],
    [{ clients: [...clients, ...clients] }, 'oidcServer.clients: two clients have the same id'],
    [{ clients: '{"id":' }, 'oidcServer.clients: must be a list'],
    [
      { clients: [{ ...clients[0], return_uri: 'http://one' }] },
      'oidcServer.clients[0].return_uri: must be an https URL',
    ],
    [
      { clients: [{ ...clients[0], returnUri: 'https://one' }] },
      'oidcServer.clients[0].returnUri: is not a known setting; did you mean return_uri?',
    ],
    [{ dataRightsMapping: { 'a b': [] } }, 'oidcServer.dataRightsMapping["a b"]: must be a group name'],
  ])('refuses %j', async (changes, message) => {
    expect(await wrong({ oidcServer: { ...server, ...changes } })).toEqual([message])
  })
})

describe('metrics', () => {
  const environment = {
    METRICS_APPLICATION: 'app',
    KAFKA_BOOTSTRAP_SERVERS: 'kafka:9092',
    KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    KAFKA_SASL_USERNAME: 'user',
    KAFKA_SASL_PASSWORD: 'hush',
    SCHEMA_MANAGER_REGISTRY_URL: 'http://registry:8081',
    METRICS_EVENTS_TOPIC_PREFIX: 'prefix',
  }

  it('can come from the environment as a whole', async () => {
    const config = await right({ metrics: undefined }, { ...environment, METRICS_ENABLED: 'true' })
    expect(config.metrics).toEqual({
      kind: 'kafka',
      application: 'app',
      topicPrefix: 'prefix',
      raiseOnError: false,
      backoffIntervalSeconds: 300,
      kafka: {
        bootstrapServers: 'kafka:9092',
        securityProtocol: 'SASL_SSL',
        clusterCaPath: null,
        clientCertPath: null,
        clientKeyPath: null,
        saslMechanism: 'SCRAM-SHA-512',
        saslUsername: 'user',
        saslPassword: 'hush',
      },
      schemaRegistryUrl: 'http://registry:8081/',
      schemaSuffix: '',
    })
  })

  it('are on where a section does not switch them off, and the environment prevails', async () => {
    expect(await right({ metrics: { appName: 'mine' } }, environment)).toMatchObject({
      metrics: { application: 'app' },
    })
    expect(await right({ metrics: { appName: 'mine' } }, { METRICS_ENABLED: 'false' })).toMatchObject({
      metrics: { kind: 'off' },
    })
  })

  it('are off where nothing speaks of them', async () => {
    expect(await right({ metrics: undefined }, environment)).toMatchObject({ metrics: { kind: 'off' } })
  })

  it('can be recorded in memory', async () => {
    expect((await right({ metrics: { enabled: false, mock: true, application: 'x' } })).metrics).toEqual({
      kind: 'mock',
      application: 'x',
    })
    expect(await wrong({ metrics: { mock: true } }, environment)).toEqual([
      'metrics.mock: goes with enabled: false only',
    ])
  })

  it.each([
    ['SSL', ['clientCertPath', 'clientKeyPath']],
    ['SASL_PLAINTEXT', ['saslMechanism', 'saslUsername', 'saslPassword']],
    ['PLAINTEXT', []],
  ])('by %s need %j', async (securityProtocol, needed) => {
    const metrics = {
      application: 'x',
      kafka: { bootstrapServers: 'kafka:9092', securityProtocol },
      schemaManager: { registryUrl: 'http://registry' },
    }
    const paths = (await wrong({ metrics })).map((problem) => problem.split(':')[0])
    expect(paths).toEqual(needed.map((key) => `metrics.kafka.${key}`))
  })
})

describe('Sentry and Slack', () => {
  it('Sentry is on with its address, and then needs a name for the installation', async () => {
    const dsn = { SENTRY_DSN: 'https://key@sentry.example.com/1' }
    expect((await right({ sentry: { enabled: true } })).sentry).toBeNull()
    expect(await wrong({}, dsn)).toEqual([
      'sentry.environment: is required (as SENTRY_ENVIRONMENT), since SENTRY_DSN is set',
    ])
    const all = { ...dsn, SENTRY_ENVIRONMENT: 'here', SENTRY_TRACES_SAMPLE_RATE: '0.5' }
    expect((await right({}, all)).sentry).toEqual({
      dsn: dsn.SENTRY_DSN,
      environment: 'here',
      tracesSampleRate: 0.5,
    })
    expect(await wrong({}, { ...all, SENTRY_TRACES_SAMPLE_RATE: '2' })).toEqual([
      'sentry.tracesSampleRate: must be a number from 0 to 1',
    ])
  })

  it('Slack may be told without alerts, but not the other way round', async () => {
    expect(await right({ slackWebhook: 'https://hooks.example.com/x' })).toMatchObject({ slackAlerts: false })
    expect(await wrong({ slackAlerts: 'yes' })).toHaveLength(1)
  })
})

describe('times and limits', () => {
  it('are as the schema has them where nothing is said', async () => {
    expect(await right({ tokenLifetime: undefined })).toMatchObject({
      tokenLifetimeSeconds: 2_592_000,
      maximumTokenLifetimeSeconds: null,
      maxTokensPerUser: null,
      historyRetentionSeconds: 31_536_000,
      auditIntervalSeconds: 86_400,
      maintenanceIntervalSeconds: 3_600,
      auditAlarmShare: 0.1,
      redisLinkLeaseSeconds: 2,
      redisBlessingLeaseSeconds: 60,
    })
  })

  it('take 0 for never, fractions for leases', async () => {
    expect(await right({ auditInterval: 0, maintenanceInterval: '0s', redisLinkLease: 0.5 })).toMatchObject({
      auditIntervalSeconds: null,
      maintenanceIntervalSeconds: null,
      redisLinkLeaseSeconds: 0.5,
    })
  })

  it.each([
    [{ tokenLifetime: 599 }, 'tokenLifetime: must be at least 600 seconds'],
    [{ tokenLifetime: 600.5 }, 'tokenLifetime: must be a duration in whole seconds, or as in "1d 6h 30m"'],
    [{ maximumTokenLifetime: '1m' }, 'maximumTokenLifetime: must be at least 300 seconds'],
    [{ historyRetention: '1h' }, 'historyRetention: must be at least 86400 seconds'],
    [{ auditAlarmShare: 1.5 }, 'auditAlarmShare: must be a number from 0 to 1'],
    [{ redisLinkLease: 0 }, 'redisLinkLease: must be at least 0.1 seconds'],
    [{ maxTokensPerUser: 0 }, 'maxTokensPerUser: must be a whole number of 1 or more'],
    [{ databasePoolSize: '1.5' }, 'databasePoolSize: must be a whole number from 2 to 10000'],
    [{ auditInterval: [] }, 'auditInterval: must be a duration in whole seconds, or as in "1d 6h 30m"'],
  ])('refuse %j', async (changes, message) => {
    expect(await wrong(changes)).toEqual([message])
  })
})

describe('the gate', () => {
  const secret = '0123456789abcdef'

  it('asks nobody for a proof, and listens with the rest, unless told otherwise', async () => {
    expect((await right({})).gate).toEqual({
      secrets: [],
      listen: null,
      grpcListen: null,
      tokenHeader: null,
    })
  })

  it('may want secrets, an address of its own, and a further header for tokens', async () => {
    const environment = { PORTHOR_GATE_SECRETS: `${secret}, other-${secret}` }
    const settings = {
      gateListen: 'unix:/run/porthor/gate.sock',
      gateGrpcListen: '[::1]:9001',
      tokenHeader: 'X-API-Key',
    }
    expect((await right(settings, environment)).gate).toEqual({
      secrets: [secret, `other-${secret}`],
      listen: { kind: 'socket', path: '/run/porthor/gate.sock' },
      grpcListen: { kind: 'port', host: '::1', port: 9001 },
      tokenHeader: 'x-api-key',
    })
  })

  it.each([
    [{ gateSecrets: ['short'] }, 'gateSecrets[0]: must have at least 16 characters'],
    [{ gateSecrets: [`${secret} `] }, 'gateSecrets[0]: must be ASCII without blanks'],
    [{ gateListen: 'gate.sock' }, 'gateListen: must be host:port'],
    [{ tokenHeader: 'X Api' }, 'tokenHeader: must be the name of a header'],
    [{ tokenHeader: 'Cookie' }, 'tokenHeader: must be a header that means nothing else'],
    [{ tokenHeader: 'x-forwarded-for' }, 'tokenHeader: must be a header that means nothing else'],
  ])('%j is wrong', async (settings, message) => {
    expect(await wrong(settings)).toEqual([expect.stringContaining(message)])
  })
})

describe('UIDs and GIDs', () => {
  it('are not assigned unless that is asked for', async () => {
    expect((await right({ posixIds: { enabled: false } })).posixIds).toBeNull()
    expect((await right({ posixIds: { enabled: true } })).posixIds).toEqual({
      mustImport: false,
      ranges: {
        uid: { first: 3_000_000, last: 2_147_483_647 },
        'bot-uid': { first: 100_000, last: 199_999 },
        gid: { first: 2_000_000, last: 2_999_999 },
      },
    })
  })

  it('are imported first where Firestore assigned them', async () => {
    const firestore = { project: 'p' }
    expect((await right({ firestore })).posixIds).toMatchObject({ mustImport: true })
    expect((await right({ firestore, posixIds: { enabled: true, lastUid: 4e6 } })).posixIds).toMatchObject({
      mustImport: true,
      ranges: { uid: { last: 4e6 } },
    })
  })

  it.each([
    [{ lastUid: 2_999_999 }, 'posixIds.lastUid: must not come before 3000000, the first'],
    [{ lastBotUid: 3_000_000 }, 'posixIds.lastUid: the range overlaps with that of bot-uid'],
    [{ lastUid: 2 ** 31 }, 'posixIds.lastUid: must be a whole number from 1 to 2147483647'],
  ])('do not take %j', async (changes, problem) => {
    expect(await wrong({ posixIds: { enabled: true, ...changes } })).toContain(problem)
  })
})
