import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { createClient } from '@redis/client'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Fernet } from '../../src/storage/token-data/fernet.ts'
import { freePort } from '../support/free-port.ts'
import { SESSION_SECRET } from '../support/porthor.ts'
import { type CliStores, cliBackends } from './backends.ts'
import { runCli, runCliHere } from './run-cli.ts'

const [, platform] = cliBackends

describe.skipIf(platform?.available !== true)('on PostgreSQL and Redis', { timeout: 60_000 }, () => {
  let stores: CliStores
  const environment = (more: Record<string, string> = {}) => ({ ...stores.environment, ...more })
  const run = (...args: string[]) => runCliHere(args, { environment: environment() })

  beforeAll(async () => {
    if (!platform) throw new Error('There is no such backend')
    stores = await platform.open()
  })
  afterAll(() => stores?.close())

  async function query(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: stores.environment.PORTHOR_DATABASE_URL })
    await client.connect()
    await client.query(statement)
    await client.end()
  }

  async function redis(...command: string[]): Promise<void> {
    const url = stores.environment.GAFAELFAWR_REDIS_PERSISTENT_URL ?? ''
    const client = createClient({ url })
    await client.connect()
    await client.sendCommand(command)
    client.destroy()
  }

  async function createToken(name: string, ...args: string[]): Promise<string> {
    const { stdout } = await run('token', 'create', '--user', 'alice', '--name', name, ...args)
    return stdout.slice(3, 25)
  }

  describe('an empty database', () => {
    it.each([[['validate-schema']], [['token', 'list']], [['audit']]])('is told by %s', async (args) => {
      expect(await run(...args)).toEqual({
        status: 1,
        stdout: '',
        stderr: 'porthor: The database is not initialised: run `porthor init`\n',
      })
    })

    it('can be looked at before anything is done to it', async () => {
      const planned = await run('update-schema', '--dry-run')
      expect(planned.status).toBe(0)
      expect(planned.stdout).toContain('CREATE TABLE token')
      expect((await run('validate-schema')).status).toBe(1)
    })

    it('is initialised, with the administrators that the configuration names', async () => {
      const made = await run('init')
      expect([made.status, made.stderr]).toEqual([0, ''])
      expect(made.stdout).toContain('Entered administrators: admin\n')
      expect(await run('validate-schema')).toEqual({ status: 0, stdout: '', stderr: '' })
      expect((await run('admin', 'list')).stdout).toBe('admin\n')
      expect((await run('init')).stdout).toBe('The database is current\n')
    })
  })

  it('the log of a command is JSON lines on the error stream', async () => {
    const { status, stdout, stderr } = await runCli(
      ['token', 'create', '--user', 'bot-log', '--type', 'service'],
      {
        environment: environment(),
      },
    )
    expect(status).toBe(0)
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.at(-1)).toMatchObject({
      severity: 'info',
      logger: 'porthor',
      event: 'Created new service token',
      token_key: stdout.slice(3, 25),
      token_username: 'bot-log',
    })
    expect(stderr).not.toContain(stdout.trim().slice(26))
  })

  describe('an audit', () => {
    beforeEach(async () => {
      await run('delete-all-data', '--yes')
      // Were there no data at all, a repair would be refused.
      await createToken('sound')
    })

    it('prints what it finds and exits with 3, repairs it when told to, and finds nothing then', async () => {
      const key = await createToken('lost')
      await redis('DEL', `token:${key}`)
      const found = await run('audit')
      expect(found.status).toBe(3)
      expect(found.stdout).toContain(
        `Token \`${key}\` of alice is listed in the database, but not valid [--fix repairs it]\n`,
      )
      expect(found.stdout).toContain('Compared 2 tokens: 1 finding, 0 repaired\n')
      expect(found.stderr).toContain('porthor: 1 finding left\n')

      const asJson = await run('audit', '--json')
      expect(asJson.status).toBe(3)
      expect(JSON.parse(asJson.stdout)).toMatchObject({
        findings: [{ kind: 'only-in-database', key, username: 'alice', repairable: true, repaired: false }],
        summary: { findings: 1, repaired: 0, alarm: null },
      })

      const repaired = await run('audit', '--fix')
      expect([repaired.status, repaired.stdout]).toEqual([0, expect.stringContaining('[repaired]')])
      const after = await run('audit')
      expect([after.status, after.stdout]).toEqual([0, 'Compared 1 token: nothing wrong\n'])
    })

    it('that cannot repair something leaves with 3', async () => {
      await createToken('scoped', '--scope', 'read:all')
      const config = join(stores.folder, 'fewer.yaml')
      const { CONFIGURATION } = await import('./backends.ts')
      await writeFile(config, CONFIGURATION.replace(/ +read:all.*\n/, ''))
      const audited = await runCliHere(['audit', '--fix', '--config', config], { environment: environment() })
      expect(audited.status).toBe(3)
      expect(audited.stdout).toMatch(/read:all[^[]*\n/)
    })

    it('refuses to repair when a whole store is gone', async () => {
      await redis('FLUSHALL')
      const refused = await run('audit', '--fix')
      expect(refused.status).toBe(1)
      expect(refused.stderr).toContain('porthor: Nothing was repaired. ')
      expect((await run('audit')).status).toBe(3)
    })

    it('tells Slack, if it is configured, and only if there is something', async () => {
      const posts: unknown[] = []
      let answer = 200
      const slack = createServer(async (request, response) => {
        posts.push(await json(request))
        response.writeHead(answer).end()
      })
      await new Promise<void>((listening) => slack.listen(0, '127.0.0.1', listening))
      const webhook = `http://127.0.0.1:${(slack.address() as AddressInfo).port}/very-secret`
      const audit = () =>
        runCliHere(['audit'], { environment: environment({ PORTHOR_SLACK_WEBHOOK: webhook }) })

      expect((await audit()).status).toBe(0)
      expect(posts).toEqual([])

      const key = await createToken('lost')
      await redis('DEL', `token:${key}`)
      expect((await audit()).status).toBe(3)
      expect(posts).toMatchObject([{ text: expect.stringContaining(`• Token \`${key}\``) }])

      answer = 500
      const failed = await audit()
      expect(failed.status).toBe(1)
      expect(failed.stderr).toContain('slackWebhook (status 500)')
      expect(failed.stdout + failed.stderr).not.toContain('very-secret')
      await new Promise((closed) => slack.close(closed))
    })
  })

  it('a sessionSecret can be changed, and the old one given up', async () => {
    await run('delete-all-data', '--yes')
    await createToken('kept')
    const changed = { PORTHOR_SESSION_SECRET: Fernet.generateKey() }
    const both = { environment: environment({ ...changed, PORTHOR_OLD_SESSION_SECRETS: SESSION_SECRET }) }
    const report = await runCliHere(['reencrypt', '--json'], both)
    expect(JSON.parse(report.stdout)).toEqual({ checked: 1, reencrypted: 1, unreadable: 0, without_row: 0 })
    expect((await runCliHere(['reencrypt'], both)).stdout).toMatch(/^Written anew +0$/m)
    const audited = await runCliHere(['audit'], { environment: environment(changed) })
    expect([audited.status, audited.stdout]).toEqual([0, 'Compared 1 token: nothing wrong\n'])
    expect((await run('audit')).status).toBe(3)
  })

  it('maintenance removes what has expired', async () => {
    await run('delete-all-data', '--yes')
    await createToken('short', '--expires', '1h')
    await createToken('long')
    const clock = join(stores.folder, 'clock')
    await writeFile(clock, '7200\n')
    const later = { environment: environment({ PORTHOR_CLOCK_OFFSET_FILE: clock }) }
    const report = await runCliHere(['maintenance', '--json'], later)
    expect(JSON.parse(report.stdout)).toMatchObject({ expired: 1, descendants: 0, user_tokens: 1 })
    const table = await runCliHere(['maintenance'], later)
    expect(table.stdout).toMatch(/^Expired tokens removed +0$/m)
    const left = await runCliHere(['token', 'list', '--json'], later)
    expect(JSON.parse(left.stdout)).toMatchObject([{ token_name: 'long' }])
  })

  describe('a store that cannot be used is told in one line, with what to do', () => {
    const told = (stderr: string) => stderr.split('\n').filter((line) => line.startsWith('porthor: '))

    it.each([
      ['serve', ['serve', '--port', '0']],
      ['a command', ['token', 'list']],
    ])('by %s, if PostgreSQL is away', async (_name, args) => {
      const port = await freePort()
      const refused = await runCli(args, {
        environment: environment({
          PORTHOR_DATABASE_URL: `postgresql://root:very-secret@127.0.0.1:${port}/none`,
        }),
      })
      expect([refused.status, told(refused.stderr)]).toEqual([
        1,
        [
          `porthor: PostgreSQL at 127.0.0.1:${port} cannot be reached (ECONNREFUSED): start it, or correct databaseUrl`,
        ],
      ])
      expect(refused.stderr + refused.stdout).not.toMatch(/very-secret| {4}at /)
    })

    it.each([
      ['serve', ['serve', '--port', '0']],
      ['a command', ['token', 'create', '--user', 'alice', '--name', 'away']],
    ])('by %s, if Redis is away', async (_name, args) => {
      const port = await freePort()
      const refused = await runCli(args, {
        environment: environment({ GAFAELFAWR_REDIS_PERSISTENT_URL: `redis://127.0.0.1:${port}/0` }),
      })
      expect([refused.status, told(refused.stderr)]).toEqual([
        1,
        [
          `porthor: Redis cannot be reached (127.0.0.1:${port}) (ECONNREFUSED): start it, or correct redisPersistentUrl`,
        ],
      ])
      expect(refused.stderr).not.toContain('    at ')
    })

    it('by a command, if the database does not exist', async () => {
      const url = new URL(stores.environment.PORTHOR_DATABASE_URL ?? '')
      url.pathname = '/no_such_database'
      const refused = await runCliHere(['token', 'list'], {
        environment: environment({ PORTHOR_DATABASE_URL: url.href }),
      })
      expect(refused.status).toBe(1)
      expect(told(refused.stderr)[0]).toContain('database "no_such_database" does not exist')
    })
  })

  it('another revision of the schema is refused by name', async () => {
    await query("UPDATE alembic_version SET version_num = 'd2a7f04de565'")
    for (const args of [['validate-schema'], ['update-schema'], ['init'], ['token', 'list']]) {
      const refused = await run(...args)
      expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('d2a7f04de565')])
    }
    const refused = await runCli(['serve', '--port', '0'], { environment: environment() })
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('d2a7f04de565')])
    await query("UPDATE alembic_version SET version_num = '2feb306dd1ee'")
  })
})
