import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from './load.ts'
import { ADDRESSES, load, problems, REFERENCE_FILE, readFrom, referenceSettings } from './testing/files.ts'

const noFiles = readFrom({})
const embedded = (environment: Record<string, string> = {}) =>
  loadConfig({ environment, readFile: noFiles, purpose: 'check' })

describe("the reference's file", () => {
  it('loads with nothing but the addresses in its variables', async () => {
    expect(await load(REFERENCE_FILE)).toMatchObject({
      configPath: '/config.yaml',
      database: { kind: 'postgresql', url: 'postgresql://porthor@db.example.com/porthor', poolSize: 10 },
      tokenStore: {
        kind: 'redis',
        persistent: { kind: 'server', host: 'redis.example.com', database: 0 },
        ephemeral: { kind: 'server', host: 'redis.example.com', database: 1 },
      },
      host: '0.0.0.0',
      port: 8080,
      baseUrl: 'https://example.com/',
      afterLogoutUrl: 'https://example.com/landing',
      realm: 'example.com',
      allowSubdomains: true,
      bootstrapToken: 'gt-AAECAwQFBgcICQoLDA0ODw.EBESExQVFhcYGRobHB0eHw',
      sessionSecrets: ['AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='],
      tokenLifetimeSeconds: 2_592_000,
      minimumLifetimeSeconds: 300,
      initialAdmins: ['admin'],
      proxies: ['10.0.0.0/8', '127.0.0.0/8'],
      groupMapping: [
        { scope: 'exec:test', groups: ['g-test'] },
        { scope: 'read:all', groups: ['g-users', 'example-org-a-team'] },
      ],
      provider: { kind: 'github', clientId: 'example-client-id', clientSecret: 'example-client-secret' },
      ldap: null,
      quota: {
        default: { api: { limited: 2 }, notebook: { cpu: 4, memory: 8.5, spawn: true } },
        bypass: ['g-free'],
      },
      metrics: { kind: 'off' },
    })
  })

  it('loads the same with its keys in snake_case', async () => {
    const snake = REFERENCE_FILE.replace(/^( *)([a-z][a-zA-Z]+):/gm, (_line, blanks: string, key: string) => {
      return `${blanks}${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}:`
    })
    expect(snake).toContain('client_secret')
    expect(await load(snake)).toEqual(await load(REFERENCE_FILE))
  })

  it('gives a configuration that cannot be changed', async () => {
    const config = await load(REFERENCE_FILE)
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError)
    expect(() => Object.assign(config.knownScopes, { 0: null })).toThrow(TypeError)
    expect(() => Object.assign(config.quota?.default.api ?? {}, { limited: 9 })).toThrow(TypeError)
  })

  it('gives the same whether or not a null stands for what is left out', async () => {
    const nulls = {
      errorFooter: null,
      proxies: null,
      redisPassword: null,
      databaseUrl: null,
      slackWebhook: '',
    }
    const config = await load(referenceSettings(nulls))
    expect(config).toEqual(await load(referenceSettings({ proxies: undefined })))
  })
})

describe('without a file', () => {
  it('the embedded store is used, on the loopback address', async () => {
    expect(await embedded()).toMatchObject({
      configPath: null,
      database: { kind: 'embedded', folder: resolve('data') },
      tokenStore: { kind: 'sql' },
      host: '127.0.0.1',
      baseUrl: 'http://127.0.0.1:8080/',
      realm: '127.0.0.1',
      provider: null,
      metrics: { kind: 'off' },
    })
  })

  it('there are the built-in scopes, and two to narrow a token to', async () => {
    const names = (await embedded()).knownScopes.map(({ name }) => name)
    expect(names).toEqual(['admin:token', 'admin:userinfo', 'read:all', 'user:token', 'write:all'])
  })

  it('variables still count, and what the command line says comes first', async () => {
    const environment = { PORTHOR_DATA: '/one', PORTHOR_PORT: '9000', PORTHOR_HOST: '::1' }
    expect(await embedded(environment)).toMatchObject({
      database: { folder: '/one' },
      host: '::1',
      port: 9000,
      baseUrl: 'http://127.0.0.1:9000/',
    })
    const overrides = { dataFolder: '/two', port: 9001, host: undefined }
    const config = await loadConfig({ environment, readFile: noFiles, purpose: 'check', overrides })
    expect(config).toMatchObject({ database: { folder: '/two' }, host: '::1', port: 9001 })
    expect(config.baseUrl).toBe('http://127.0.0.1:9001/')
  })

  it('an address in the environment is an error, not passed over', async () => {
    expect(await problems(embedded(ADDRESSES))).toEqual([
      expect.stringMatching(/^databaseUrl: is set, but without a configuration file/),
      expect.stringMatching(/^redisPersistentUrl: /),
      expect.stringMatching(/^redisEphemeralUrl: /),
    ])
    expect(await embedded({ ...ADDRESSES, PORTHOR_DATABASE: 'embedded' })).toMatchObject({
      database: { kind: 'embedded' },
    })
  })

  it('variables alone can ask for PostgreSQL', async () => {
    const { bootstrapToken, sessionSecret } = referenceSettings()
    const config = await embedded({
      ...ADDRESSES,
      PORTHOR_DATABASE: 'postgresql',
      PORTHOR_TOKEN_STORE: 'sql',
      PORTHOR_BASE_URL: 'https://example.com',
      PORTHOR_BASE_INTERNAL_URL: 'https://example.com',
      PORTHOR_AFTER_LOGOUT_URL: 'https://example.com',
      PORTHOR_BOOTSTRAP_TOKEN: String(bootstrapToken),
      PORTHOR_SESSION_SECRET: String(sessionSecret),
    })
    expect(config).toMatchObject({
      database: { kind: 'postgresql' },
      tokenStore: { kind: 'sql' },
      provider: null,
    })
  })

  it('what Kubernetes puts into PORTHOR_PORT for a service of that name is passed over', async () => {
    expect(await embedded({ PORTHOR_PORT: 'tcp://10.0.0.1:8080' })).toMatchObject({ port: 8080 })
  })
})

describe("the embedded store's secrets", () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'porthor-load-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('are made by a run, not by a check, and found again', async () => {
    const options = { environment: { PORTHOR_DATA: folder }, readFile: noFiles }
    await loadConfig({ ...options, purpose: 'check' })
    expect(await readdir(folder)).toEqual([])
    const first = await loadConfig(options)
    expect(first.secretsCreated).toBe(true)
    expect(await loadConfig(options)).toEqual({ ...first, secretsCreated: false })
    expect(await loadConfig({ ...options, purpose: 'check' })).toEqual({ ...first, secretsCreated: false })
  })

  it('are not made where the configuration has its own', async () => {
    const { bootstrapToken, sessionSecret } = referenceSettings()
    const environment = {
      PORTHOR_DATA: join(folder, 'none'),
      PORTHOR_BOOTSTRAP_TOKEN: String(bootstrapToken),
      PORTHOR_SESSION_SECRET: String(sessionSecret),
    }
    expect(await loadConfig({ environment, readFile: noFiles })).toMatchObject({
      bootstrapToken,
      sessionSecrets: [sessionSecret],
      secretsCreated: false,
    })
    await expect(readdir(join(folder, 'none'))).rejects.toThrow('ENOENT')
  })
})

describe('the file that is read', () => {
  const named = (port: number) => `{database: embedded, port: ${port}}`
  const disk = { '/given': named(1), '/own': named(2), '/theirs': named(3) }
  const defaultPath = '/etc/gafaelfawr/gafaelfawr.yaml'
  const portOf = async (
    environment: Record<string, string>,
    path?: string,
    files: Record<string, string> = disk,
  ) => (await loadConfig({ path, environment, readFile: readFrom(files), purpose: 'check' })).port

  it("is the one given, else the environment's, Porthor's name first, else the usual one if it is there", async () => {
    const environment = { PORTHOR_CONFIG_PATH: '/own', GAFAELFAWR_CONFIG_PATH: '/theirs' }
    expect(await portOf(environment, '/given')).toBe(1)
    expect(await portOf(environment)).toBe(2)
    expect(await portOf({ GAFAELFAWR_CONFIG_PATH: '/theirs' })).toBe(3)
    expect(await portOf({}, undefined, { [defaultPath]: named(4) })).toBe(4)
    expect(await portOf({})).toBe(8080)
  })

  it('must be there if it is named', async () => {
    expect(await problems(portOf({}, '/missing'))).toEqual([': cannot be read (ENOENT)'])
    expect(await problems(portOf({ PORTHOR_CONFIG_PATH: '/missing' }))).toEqual([': cannot be read (ENOENT)'])
  })

  it('must be readable if it is at the usual place: what cannot be read is not taken for absent', async () => {
    const readFile = async () => {
      throw Object.assign(new Error(), { code: 'EACCES' })
    }
    expect(await problems(loadConfig({ environment: {}, readFile, purpose: 'check' }))).toEqual([
      ': cannot be read (EACCES)',
    ])
  })

  it('must be YAML; what is wrong is told by line', async () => {
    expect(await problems(load('baseUrl: x\nport: [1\nhost: "a'))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^: is not YAML in line 3, column \d+: /)]),
    )
    expect(await problems(load('port: 1\nport: 2'))).toEqual([
      ': is not YAML in line 2, column 1: duplicate key',
    ])
    expect(await problems(load('port: *there'))).toEqual([expect.stringContaining('alias')])
    expect(await problems(load('- port'))).toEqual([': must hold a map of settings'])
  })

  it('may be empty only where nothing is needed', async () => {
    expect(await problems(load('', {}))).toContainEqual(expect.stringContaining('databaseUrl: is required'))
    expect(await load('database: embedded', {})).toMatchObject({ database: { kind: 'embedded' } })
  })
})

describe('the environment', () => {
  const settings = referenceSettings()

  it("prevails over the file, Porthor's names over the reference's", async () => {
    const environment = {
      ...ADDRESSES,
      GAFAELFAWR_BASE_URL: 'https://theirs.example.com',
      GAFAELFAWR_GITHUB_CLIENT_SECRET: 'theirs',
      PORTHOR_GITHUB_CLIENT_SECRET: 'ours',
    }
    expect(await load(settings, environment)).toMatchObject({
      realm: 'theirs.example.com',
      provider: { clientSecret: 'ours' },
    })
  })

  it('may name a file that holds the value', async () => {
    const environment = {
      ...ADDRESSES,
      PORTHOR_REDIS_PASSWORD_FILE: '/redis',
      GAFAELFAWR_DATABASE_PASSWORD_FILE: '/db',
    }
    const config = await load(settings, environment, { '/redis': ' pass word\r\n', '/db': 'secret\n\n' })
    expect(config).toMatchObject({
      database: { url: 'postgresql://porthor:secret@db.example.com/porthor' },
      tokenStore: { persistent: { password: ' pass word' }, ephemeral: { password: ' pass word' } },
    })
  })

  it('may not give a value and a file for it', async () => {
    const environment = { ...ADDRESSES, PORTHOR_REDIS_PASSWORD: 'x', PORTHOR_REDIS_PASSWORD_FILE: '/redis' }
    expect(await problems(load(settings, environment, { '/redis': 'y' }))).toEqual([
      'redisPassword: PORTHOR_REDIS_PASSWORD and PORTHOR_REDIS_PASSWORD_FILE are both set',
    ])
  })

  it('prevails as a whole: a value of one name goes with a file of the other', async () => {
    const environment = {
      ...ADDRESSES,
      PORTHOR_REDIS_PASSWORD: 'x',
      GAFAELFAWR_REDIS_PASSWORD_FILE: '/redis',
    }
    expect(await load(settings, environment)).toMatchObject({ tokenStore: { persistent: { password: 'x' } } })
  })

  it('names files that must be there and hold something', async () => {
    const environment = {
      ...ADDRESSES,
      PORTHOR_REDIS_PASSWORD_FILE: '/none',
      PORTHOR_SESSION_SECRET_FILE: '/empty',
    }
    expect(await problems(load(settings, environment, { '/empty': '\n' }))).toEqual([
      'sessionSecret: the file that PORTHOR_SESSION_SECRET_FILE names is empty',
      'redisPassword: the file that PORTHOR_REDIS_PASSWORD_FILE names cannot be read (ENOENT)',
    ])
  })

  it('is not asked for names without a prefix, nor for own settings under the name of the reference', async () => {
    const environment = {
      ...ADDRESSES,
      LOGLEVEL: 'x',
      TEST: 'true',
      PROXIES: 'x',
      GAFAELFAWR_WORKERS: '7',
      data: '/x',
    }
    expect(await load(settings, environment)).toEqual(await load(settings))
  })

  it('counts as silent where a variable is empty', async () => {
    const environment = {
      ...ADDRESSES,
      PORTHOR_BASE_URL: '',
      PORTHOR_REDIS_PASSWORD: '',
      PORTHOR_REDIS_PASSWORD_FILE: '',
    }
    expect(await load(settings, environment)).toEqual(await load(settings))
  })

  it('replaces hosts and ports where containers are started for tests', async () => {
    const environment = {
      ...ADDRESSES,
      POSTGRES_HOST: 'docker',
      POSTGRES_5432_TCP_PORT: '32768',
      REDIS_HOST: 'ignored without a port',
      REDIS_6379_TCP_PORT: '',
    }
    expect(await load(settings, environment)).toMatchObject({
      database: { url: 'postgresql://porthor@docker:32768/porthor' },
      tokenStore: { persistent: { host: 'redis.example.com', port: 6379 } },
    })
    const both = { ...ADDRESSES, REDIS_HOST: 'docker', REDIS_6379_TCP_PORT: '32769' }
    expect(await load(settings, both)).toMatchObject({
      tokenStore: { persistent: { host: 'docker', port: 32769 }, ephemeral: { host: 'docker', port: 32769 } },
    })
  })

  it('holds old session secrets in one variable', async () => {
    const key = (letter: string) => `${letter.repeat(42)}A=`
    const environment = { ...ADDRESSES, PORTHOR_OLD_SESSION_SECRETS: `${key('B')}, ${key('C')},${key('B')}` }
    const config = await load(settings, environment)
    expect(config.sessionSecrets).toEqual([settings.sessionSecret, key('B'), key('C')])
  })
})
