import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Token } from '../../src/models/token.ts'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { childrenOf } from '../cli/children.ts'
import { runCli } from '../cli/run-cli.ts'
import { type LoopbackServer, startLoopback } from '../login-providers/loopback.ts'
import { freePort } from '../support/free-port.ts'
import { createTestDatabase, postgresAvailable, type TestDatabase } from '../support/postgres.ts'
import { redisAvailable, startRedis, type TestRedis } from '../support/redis.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'
import { digestsOf, dumpDatabase, dumpFolder, dumpRedis, findLeaks } from './leaks.ts'

const canary = (what: string) => `canary-${what}-${randomBytes(6).toString('hex')}`

/** Secrets that the configuration holds. Those that people think of must not be found as a plain digest either. */
const passwords = {
  database: canary('database'),
  redis: canary('redis'),
  bind: canary('bind'),
  client: canary('client'),
  gate: canary('gate'),
  webhook: canary('webhook'),
}
const sessionSecret = Fernet.generateKey()
const oldSessionSecret = Fernet.generateKey()
const bootstrap = Token.generate()
const configured: [string, string][] = [
  ...Object.entries(passwords),
  ['session secret', sessionSecret],
  ['old session secret', oldSessionSecret],
  ['bootstrap token', bootstrap.secret],
]

/** Throws what nobody catches, with secrets in it, when it is told to. */
const CRASH = `
process.on('SIGUSR2', () => setImmediate(() => {
  const cause = new Error('of postgresql://porthor:${passwords.database}@127.0.0.1/porthor')
  throw new Error('at redis://:${passwords.redis}@127.0.0.1:6379 with Bearer ${bootstrap}', { cause })
}))
`

describe.skipIf(postgresAvailable() !== true || redisAvailable() !== true)(
  'a fleet that is given secrets',
  () => {
    let folder: TemporaryFolder
    let database: TestDatabase
    let redis: TestRedis
    let slack: LoopbackServer
    let config: string
    let server: ServerProcess
    let metricsPort: number
    const made = new Map<string, string>()
    /** Of what is not read from the configuration file. */
    let environment: Record<string, string>

    beforeAll(async () => {
      folder = await temporaryFolder('canaries')
      database = await createTestDatabase()
      redis = await startRedis({ settings: ['--requirepass', passwords.redis] })
      slack = await startLoopback(() => ({ body: 'ok' }))
      const crash = join(folder.path, 'crash.mjs')
      await writeFile(crash, CRASH)
      metricsPort = await freePort()
      const bindFile = join(folder.path, 'bind-password')
      await writeFile(bindFile, passwords.bind, { mode: 0o600 })
      environment = { PORTHOR_LDAP_PASSWORD_FILE: bindFile }
      config = await writeConfig('porthor.yaml', {})
      server = await startServerProcess({
        args: ['--config', config, '--workers', '2'],
        environment: { ...environment, NODE_OPTIONS: `--import ${crash}` },
      })
    }, 120_000)
    afterAll(async () => {
      await server?.program.end('SIGKILL')
      await redis?.stop()
      await database?.drop()
      await slack?.close()
      await folder?.remove()
    })

    /** @param changes - Settings that are to be others. */
    async function writeConfig(name: string, changes: Record<string, unknown>): Promise<string> {
      const url = new URL(database.url)
      url.password = passwords.database
      const redisUrl = `redis://:${passwords.redis}@127.0.0.1:${redis.port}`
      const settings = {
        ...{ baseUrl: 'http://127.0.0.1/', baseInternalUrl: 'http://127.0.0.1/' },
        ...{ afterLogoutUrl: 'http://127.0.0.1/', logLevel: 'DEBUG', proxies: ['127.0.0.0/8'] },
        ...{ sessionSecret, oldSessionSecrets: [oldSessionSecret], bootstrapToken: `${bootstrap}` },
        ...{ databaseUrl: url.href, redisPersistentUrl: `${redisUrl}/0`, redisEphemeralUrl: `${redisUrl}/1` },
        ...{ gateSecrets: [passwords.gate], metricsListen: `127.0.0.1:${metricsPort}` },
        ...{ slackAlerts: true, slackWebhook: `${slack.url}/${passwords.webhook}`, initialAdmins: ['admin'] },
        knownScopes: Object.fromEntries(
          ['admin:token', 'admin:userinfo', 'read:all', 'user:token'].map((name) => [name, name]),
        ),
        groupMapping: { 'read:all': ['users'] },
        oidc: {
          ...{ clientId: 'client', clientSecret: passwords.client, issuer: 'http://127.0.0.1:9' },
          ...{ loginUrl: 'http://127.0.0.1:9/authorize', tokenUrl: 'http://127.0.0.1:9/token' },
          ...{ redirectUrl: 'http://127.0.0.1/login', usernameClaim: 'uid' },
        },
        ldap: {
          ...{ url: 'ldap://127.0.0.1:9', userDn: 'cn=porthor,dc=example' },
          ...{ userBaseDn: 'ou=people,dc=example', groupBaseDn: 'ou=groups,dc=example' },
        },
        ...changes,
      }
      const path = join(folder.path, name)
      await writeFile(path, JSON.stringify(settings), { mode: 0o600 })
      return path
    }

    const secrets = () => [...configured, ...made]
    const call = (path: string, token: string, init: RequestInit = {}) =>
      fetch(server.url + path, {
        ...init,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      })
    /** A connection to what has just crashed may break. */
    const tryCall = (path: string) =>
      call(path, `${bootstrap}`).then(
        (answer) => answer.text(),
        () => '',
      )
    const cli = (...args: string[]) => runCli(['--config', config, '--debug', ...args], { environment })

    it('tells none of them to its log, metrics, stores, alerts, nor to who looks at its processes', async () => {
      const places: Record<string, string> = {}
      const answers: string[] = []
      // With all that the directory would be asked for.
      const groups = [{ name: 'users', id: 4001 }]
      const alice = { username: 'alice', name: 'A', email: 'a@example.com', uid: 4001, gid: 4001, groups }
      for (const [name, body] of [
        ['service', { username: 'bot-canary', token_type: 'service', scopes: ['read:all'] }],
        ['user', { ...alice, token_type: 'user', token_name: 'a', scopes: ['user:token', 'read:all'] }],
      ] as const) {
        const answer = await call('/auth/api/v1/tokens', `${bootstrap}`, {
          method: 'POST',
          body: JSON.stringify(body),
        })
        const { token } = (await answer.json()) as { token: string }
        made.set(name, Token.parse(token).secret)
        answers.push(await (await call('/auth/api/v1/token-info', token)).text())
        // The directory is away, and says so.
        answers.push(await (await call('/auth/api/v1/user-info', token)).text())
        for (const secret of [passwords.gate, `${passwords.gate}x`]) {
          const asked = await fetch(`${server.url}/ingress/auth?scope=read:all&notebook=true`, {
            headers: {
              ...{ authorization: `Bearer ${token}`, 'x-porthor-secret': secret },
              ...{ 'x-original-url': `https://example.com/?token=${token}`, 'x-original-method': 'GET' },
            },
          })
          const child = asked.headers.get('x-auth-request-token')
          if (child) made.set(`${name}’s notebook`, Token.parse(child).secret)
          answers.push(await asked.text())
        }
      }
      expect([...made.keys()]).toContain('user’s notebook')
      for (const path of [
        '/login?rd=http://127.0.0.1/',
        '/logout',
        '/auth/docs',
        '/auth/openapi.json',
        '/auth/tokens',
        '/health',
      ]) {
        const answer = await fetch(server.url + path, { redirect: 'manual' })
        answers.push(
          `${await answer.text()} ${JSON.stringify([...answer.headers].filter(([name]) => name !== 'set-cookie'))}`,
        )
      }
      places.metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()

      const workers = await childrenOf(server.program.pid)
      expect(workers.length).toBeGreaterThanOrEqual(2)
      for (const pid of [server.program.pid, ...workers]) {
        for (const file of ['cmdline', 'comm', 'environ']) {
          const text = await readFile(`/proc/${pid}/${file}`, 'utf8')
          // What makes it crash holds secrets on purpose.
          places[`${file} of ${pid}`] = text.replace(/NODE_OPTIONS=[^\0]*/, '')
        }
      }
      places.database = await dumpDatabase(database.url)
      places.redis = await dumpRedis(redis.url, passwords.redis)

      // A worker crashes, the stores fail, and then the whole.
      process.kill(Number(workers[0]), 'SIGUSR2')
      await server.program.waitForOutput('Uncaught exception')
      await redis.stop()
      answers.push(await tryCall('/auth/api/v1/token-info'))
      await database.drop()
      answers.push(await tryCall('/auth/api/v1/admins'))
      await sleep(1_500)
      process.kill(server.program.pid, 'SIGUSR2')
      await server.program.exited
      places.answers = answers.join('\n')
      places.log = server.program.output()
      places.alerts = slack.requests.map(({ text }) => text).join('\n')

      expect(places.log.match(/Uncaught exception/g)?.length).toBeGreaterThanOrEqual(2)
      expect(places.log).toMatch(/"severity":"debug"/)
      expect(places.metrics).toContain('porthor_')
      expect(places.database).toContain('bot-canary')
      expect(places.redis).toContain('token:')
      expect(places.alerts).not.toBe('')
      expect(findLeaks(secrets(), places)).toEqual([])
      const digests = Object.values(passwords).flatMap((secret) =>
        digestsOf(secret).map((digest): [string, string] => ['a digest', digest]),
      )
      expect(findLeaks(digests, places)).toEqual([])
    }, 120_000)

    it('tells none of them at the command line, whether it goes well or not', async () => {
      // Its stores are gone by now: first what needs none, and how the others fail.
      const runs = []
      for (const args of [
        ['config', 'check'],
        ['config', 'check', '--json'],
        ['token', 'list', '--user', 'alice'],
        ['token', 'list', '--user', 'alice', '--json'],
        ['audit'],
        ['audit', '--json'],
        ['maintenance'],
        ['admin', 'list'],
        ['user', 'frozen'],
        ['explain', '--token', `gt-${'A'.repeat(22)}.${bootstrap.secret}`, '--query', 'scope=read:all'],
        ['login-link', 'alice'],
        ['validate-schema'],
        ['serve', '--port', '0'],
        ['help'],
        ['openapi-schema'],
      ])
        runs.push(await cli(...args))
      const broken = [
        await writeConfig('types.yaml', {
          gateSecrets: passwords.gate,
          sessionSecret: passwords.gate,
          ldap: passwords.bind,
        }),
        await writeConfig('urls.yaml', {
          databaseUrl: `postgresql://a:${passwords.database}@[`,
          redisPersistentUrl: passwords.redis,
        }),
        await writeConfig('names.yaml', {
          oidc: { clientSecrets: passwords.client },
          slackWebhook: passwords.webhook,
        }),
        await writeConfig('tokens.yaml', {
          bootstrapToken: `${bootstrap}x`,
          oldSessionSecrets: [`${oldSessionSecret}x`],
        }),
      ]
      for (const path of broken) {
        const run = await runCli(['--config', path, '--debug', 'config', 'check'])
        expect(run.status).not.toBe(0)
        runs.push(run)
      }
      const torn = join(folder.path, 'torn.yaml')
      await writeFile(torn, `sessionSecret: "${sessionSecret}\nbootstrapToken: ${bootstrap}\n  - [`)
      runs.push(await runCli(['--config', torn, '--debug', 'config', 'check']))
      expect(runs.some(({ status }) => status === 0)).toBe(true)
      const places = { 'command line': runs.map(({ stdout, stderr }) => `${stdout}\n${stderr}`).join('\n') }
      expect(findLeaks(secrets(), places)).toEqual([])
    }, 120_000)
  },
)

describe('the embedded database', () => {
  it('keeps no secret in its folder but in the one file for them, and shows none at the command line', async () => {
    const folder = await temporaryFolder('canaries')
    const environment = { PORTHOR_DATA: folder.path }
    const server = await startServerProcess({ environment })
    const secrets: [string, string][] = []
    const outputs: string[] = []
    try {
      const cli = async (...args: string[]) => {
        const { status, stdout, stderr } = await runCli(args, { environment })
        expect([args, status, stderr]).toEqual([args, 0, expect.any(String)])
        return { stdout, all: `${stdout}\n${stderr}` }
      }
      const create = ['token', 'create', '--user', 'alice', '--type', 'user', '--scope', 'read:all', '--json']
      const { token } = JSON.parse((await cli(...create, '--name', 'kept')).stdout) as { token: string }
      const { key, secret } = Token.parse(token)
      secrets.push(['token', secret])
      const { stdout: rotated } = await cli('token', 'rotate', key, '--json')
      const { token: rotatedToken } = JSON.parse(rotated) as { token: string }
      secrets.push(['rotated token', Token.parse(rotatedToken).secret])
      const { stdout: link } = await cli('login-link', 'alice')
      secrets.push(['login link', /\/login\/link\/([A-Za-z0-9_-]+)/.exec(link)?.[1] ?? ''])
      for (const args of [
        ['token', 'list', '--user', 'alice'],
        ['token', 'show', key],
        ['token', 'history', key],
        ['audit'],
        ['admin', 'list'],
        ['user', 'frozen'],
      ])
        outputs.push((await cli(...args)).all, (await cli(...args, '--json')).all)
      outputs.push(
        (await cli('explain', '--token', rotatedToken, '--query', 'scope=read:all')).all,
        (await cli('config', 'check')).all,
      )
    } finally {
      await server.close()
    }
    const kept = JSON.parse(await readFile(join(folder.path, 'secrets.json'), 'utf8')) as Record<
      string,
      string
    >
    const own: [string, string][] = [
      ['session secret', kept.sessionSecret ?? ''],
      ['bootstrap token', Token.parse(kept.bootstrapToken ?? '').secret],
    ]
    const data = await dumpFolder(folder.path, { without: ['secrets.json'] })
    expect(data).toContain('porthor_token_data')
    expect(secrets.every(([, secret]) => secret.length >= 22)).toBe(true)
    expect(findLeaks([...secrets, ...own], { 'data folder': data, outputs: outputs.join('\n') })).toEqual([])
    // The first start shows the bootstrap token, and a link of its own.
    expect(findLeaks([...secrets, own[0] as [string, string]], { log: server.program.output() })).toEqual([])
    await folder.remove()
  }, 120_000)
})
