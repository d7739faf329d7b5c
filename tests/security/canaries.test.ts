import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LdapConfig } from '../../src/config/config.ts'
import type { GitHubProviderConfig } from '../../src/config/index.ts'
import { systemClock } from '../../src/models/clock.ts'
import { gitHubTeam, teamGroupName } from '../../src/models/github-team.ts'
import { Token } from '../../src/models/token.ts'
import { internalCaller } from '../../src/services/caller.ts'
import { createLoginProvider } from '../../src/services/login/create-login-provider.ts'
import { type LogLine, memoryLog, openApi, type TestApi } from '../http/api.ts'
import { TestBrowser } from '../http/browser.ts'
import { GITHUB_CLIENT_ID, GitHubServer } from '../login-providers/github-server.ts'
import { ProviderBrowser } from '../login-providers/provider-browser.ts'
import { BOOTSTRAP_TOKEN, porthorBackends, SESSION_SECRET } from '../support/porthor.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { dumpDatabase, dumpRedis, findLeaks, textOf } from './leaks.ts'

const backend = porthorBackends.find(({ name }) => name === 'PostgreSQL with Redis')

/** What the system is given to keep; each is to be found nowhere but where it belongs. */
const databasePassword = 'canary-database-password'
const redisPassword = 'canary-redis-password'
const bindPassword = 'canary-bind-password'
const gateSecret = 'canary-gate-secret-0123456789'
const webhookPath = 'canary-webhook-path'
// As the GitHub of the tests expects it.
const clientSecret = '0123456789abcdef0123456789abcdef01234567'

const ldap: LdapConfig = {
  urls: ['ldap://127.0.0.1:9'],
  ...{ startTls: false, caFile: null, certFile: null, keyFile: null, saslExternal: false },
  ...{ userDn: 'cn=porthor', password: bindPassword, poolSize: 2 },
  ...{ groupBaseDn: 'ou=groups', groupObjectClass: 'posixGroup', groupMemberAttr: 'memberUid' },
  ...{ groupSearchByDn: false, userBaseDn: 'ou=people', userSearchAttr: 'uid' },
  ...{ nameAttr: 'cn', emailAttr: 'mail', uidAttr: null, gidAttr: null, addUserGroup: false },
  ...{ cacheLifetimeSeconds: 60, staleLifetimeSeconds: 0 },
}

const team = gitHubTeam('example-org', 'a-team')
const provider: GitHubProviderConfig = {
  kind: 'github',
  clientId: GITHUB_CLIENT_ID,
  clientSecret,
  mappedTeams: [team],
  teamGidOffset: 0,
}

describe.skipIf(backend?.available !== true)('secrets', () => {
  let api: TestApi
  let gitHub: GitHubServer
  let redis: TestRedis
  let databaseUrl: string
  let dropAll: () => Promise<void>
  const secrets = new Map<string, string>()
  const answers: unknown[] = []
  const providerLines: LogLine[] = []

  beforeAll(async () => {
    gitHub = await GitHubServer.start()
    redis = await startRedis({ settings: ['--requirepass', redisPassword] })
    const database = await createTestDatabase()
    const url = new URL(database.url)
    url.password = databasePassword
    databaseUrl = url.href
    dropAll = database.drop
    const address = {
      ...{ kind: 'server' as const, host: '127.0.0.1', port: redis.port, database: 0, tls: false },
      ...{ username: null, password: redisPassword },
    }
    const loginProvider = createLoginProvider(
      { baseUrl: 'https://example.com/', provider },
      {
        clock: systemClock,
        log: memoryLog(providerLines),
        gitHub: { webUrl: gitHub.url, apiUrl: gitHub.url },
      },
    )
    if (!backend || !loginProvider) throw new Error('There are no such stores')
    api = await openApi({
      backend,
      loginProvider,
      config: {
        provider,
        groupMapping: [{ scope: 'read:all', groups: [teamGroupName(team)] }],
        database: { kind: 'postgresql', url: databaseUrl, listenUrl: databaseUrl, poolSize: 4 },
        tokenStore: { kind: 'redis', persistent: address, ephemeral: address },
        slackWebhook: `http://127.0.0.1:9/${webhookPath}`,
      },
    })
    for (const [name, secret] of Object.entries({
      ...{ databasePassword, redisPassword, bindPassword, gateSecret, webhookPath, clientSecret },
      sessionSecret: SESSION_SECRET,
      bootstrapToken: Token.parse(BOOTSTRAP_TOKEN).secret,
    }))
      secrets.set(name, secret)
  }, 120_000)
  afterAll(async () => {
    await api?.close()
    await redis?.stop()
    await dropAll?.()
    await gitHub?.close()
  })

  function keep(name: string, token: Token): Token {
    secrets.set(name, token.secret)
    return token
  }

  /** The answer may hold the one secret that was asked for; that is taken out. */
  async function send(given: string | null, ...request: Parameters<TestApi['send']>) {
    const answer = await api.send(...request)
    const text = JSON.stringify([answer.statusCode, answer.headers, answer.body])
    answers.push(given === null ? text : text.replaceAll(given, ''))
    return answer
  }

  it('that go through everything are written nowhere in clear', async () => {
    const token = keep('token', await api.newToken('alice', ['user:token', 'read:all']))
    const admin = keep('admin', await api.newToken('admin', ['admin:token']))
    const bearer = `${token}`
    const operator = `${admin}`
    const users = '/auth/api/v1/users/alice'

    // Made, renamed, rotated, delegated, ended.
    const madeAnswer = await api.send('POST', `${users}/tokens`, {
      token: bearer,
      body: { token_name: 'made', scopes: ['read:all'], note: 'about it' },
    })
    const made = keep('made', Token.parse(madeAnswer.json().token))
    await send(null, 'PATCH', `${users}/tokens/${made.key}`, {
      token: operator,
      body: { token_name: 'renamed' },
    })
    const rotated = await api.send('POST', `${users}/tokens/${made.key}/rotate`, { token: bearer, body: {} })
    if (rotated.statusCode < 300) keep('rotated', Token.parse(rotated.json().token))
    const asked = {
      'x-original-url': `https://example.com/svc?token=${token}`,
      'x-original-method': 'GET',
      'x-porthor-secret': gateSecret,
    }
    const delegated = await api.send('GET', '/ingress/auth?scope=read:all&delegate_to=tap', {
      token: bearer,
      headers: asked,
    })
    const child = delegated.headers['x-auth-request-token']
    expect(delegated.statusCode).toBe(200)
    keep('child', Token.parse(String(child)))

    // What people and programs do wrong with secrets in their hands.
    const wrong = keep('wrong', Token.withKey(token.key))
    for (const path of [
      'token-info',
      'user-info',
      `users/${wrong}/tokens`,
      `history/token-changes?key=${wrong}`,
    ])
      await send(null, 'GET', `/auth/api/v1/${path}`, { token: `${wrong}` })
    await send(null, 'GET', `/${wrong}?token=${wrong}&password=${bindPassword}`, {
      headers: { 'user-agent': `${wrong}` },
    })
    for (const credential of [
      `Bearer ${wrong}x`,
      `Basic ${Buffer.from(`${wrong}:x`).toString('base64')}`,
      `${wrong}`,
    ])
      await send(null, 'GET', '/ingress/auth?scope=read:all', {
        headers: { ...asked, authorization: credential },
      })
    await send(null, 'POST', `${users}/tokens`, {
      token: bearer,
      body: { token_name: `${wrong}`, scopes: [`${wrong}`] },
    })

    // A login link, and a login by GitHub with its logout.
    const link = await api.test.porthor.loginLinks.create('carol', ['read:all'], 600)
    const linkSecret = link.url.split('/').at(-1) ?? ''
    secrets.set('loginLink', linkSecret)
    const guest = new TestBrowser(api)
    const page = await guest.visit(`/login/link/${linkSecret}`)
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
    secrets.set('csrf', csrf)
    const opened = await guest.submit(`/login/link/${linkSecret}`, { csrf })
    expect(opened.statusCode).toBeLessThan(400)
    keep('guest', Token.parse(guest.session().token ?? ''))
    gitHub.reset({ login: 'octo', id: 7, name: 'Octo', teams: [['example-org', 'a-team', 41]] })
    const browser = new TestBrowser(api)
    const begun = await browser.visit('/login?rd=https%3A%2F%2Fexample.com%2F')
    const back = await new ProviderBrowser().follow(String(begun.headers.location), 'https://example.com/')
    secrets.set('code', back.searchParams.get('code') ?? '')
    await browser.visit(back.pathname + back.search)
    for (const granted of gitHub.grantedTokens) secrets.set('github', granted)
    const { token: session } = browser.session()
    if (session) keep('session', Token.parse(session))
    if (browser.cookie) secrets.set('cookie', browser.cookie)
    await browser.visit('/logout')

    // Reading all there is to read.
    for (const path of [
      ...['tokens', 'tokens/search?limit=10', 'history/token-changes', 'admins', 'users', 'quota-overrides'],
      ...['statistics', `users/alice/tokens/${token.key}`, `users/alice/tokens/${made.key}/change-history`],
      ...['users/alice/token-change-history', 'users/alice/sessions'],
    ])
      await send(null, 'GET', `/auth/api/v1/${path}`, { token: operator })
    await api.test.porthor.lastUsed.write()
    for await (const _ of api.test.porthor.reconciler.audit({ fix: true }));
    await api.test.porthor.statistics.sample()
    await api.test.porthor.users.freeze(internalCaller, 'bob', 'because')

    // The directory is away.
    const people = await openApi({ ...(backend && { backend }), config: { ldap } })
    const asking = await people.newToken('alice')
    const unknown = await people.send('GET', '/auth/api/v1/user-info', { token: `${asking}` })
    expect(unknown.statusCode).toBeGreaterThanOrEqual(500)
    answers.push(unknown.body)
    await people.close()

    // The stores fail, one after the other.
    const stored = await dumpDatabase(databaseUrl)
    const values = await dumpRedis(redis.url, redisPassword)
    await cutDatabase()
    await send(null, 'GET', `${users}/tokens`, { token: bearer })
    await redis.stop()
    await send(null, 'GET', `${users}/tokens`, { token: bearer })
    await send(null, 'DELETE', `${users}/tokens/${made.key}`, { token: operator })
    await send(null, 'GET', '/health')

    const places = {
      log: textOf([...api.lines, ...people.lines]),
      provider: textOf(providerLines),
      answers: textOf(answers),
      stored,
      values,
    }
    expect(findLeaks(secrets, places)).toEqual([])
    // There was something to be found.
    expect(
      Object.values(places).map((text) => text.length > (text === places.provider ? 1 : 500)),
    ).not.toContain(false)
    expect([...secrets.keys()]).toEqual(
      expect.arrayContaining(['child', 'session', 'github', 'loginLink', 'cookie']),
    )
    expect(places.stored).toContain(token.key)
    expect(places.log).toContain(token.key)
  }, 120_000)

  async function cutDatabase(): Promise<void> {
    const client = new pg.Client(databaseUrl)
    await client.connect()
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    )
    await client.end()
  }
})
