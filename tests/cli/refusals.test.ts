import { generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'
import { runCli } from './run-cli.ts'

describe('a command on the embedded store', { timeout: 60_000 }, () => {
  let folder: TemporaryFolder
  const run = (...args: string[]) =>
    runCli(args, { environment: { PORTHOR_DATA: join(folder.path, 'data') }, cwd: folder.path })

  beforeAll(async () => {
    folder = await temporaryFolder('refusals')
  })
  afterAll(() => folder.remove())

  it('makes no store where there is none', async () => {
    const refused = await run('token', 'list')
    expect([refused.status, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toBe(
      `porthor: There is no database in ${join(folder.path, 'data')}: run \`porthor serve\` or \`porthor init\` first, or name its folder (PORTHOR_DATA)\n`,
    )
    expect(existsSync(join(folder.path, 'data'))).toBe(false)
  })

  it('begins with init, which can be repeated', async () => {
    const first = await run('init')
    expect([first.status, first.stderr]).toEqual([0, ''])
    expect(first.stdout).toContain('Made: 0001-reference-schema')
    expect(first.stdout).toContain(join(folder.path, 'data', 'secrets.json'))
    expect(first.stdout).not.toContain('gt-')
    expect(await run('init')).toEqual({ status: 0, stdout: 'The database is current\n', stderr: '' })
  })

  it('works without a server too', async () => {
    const made = await run('token', 'create', '--user', 'alice', '--name', 'taken')
    expect([made.status, made.stderr]).toEqual([0, ''])
    expect((await run('token', 'list')).stdout).toContain('taken')
  })

  it.each([
    ['a name that is taken', 1, ['--user', 'alice', '--name', 'taken']],
    ['an end that is too near', 1, ['--user', 'alice', '--name', 'n', '--expires', '10s']],
    ['an unknown scope', 1, ['--user', 'alice', '--name', 'n', '--scope', 'no:such']],
    ['a service without bot-', 1, ['--user', 'alice', '--type', 'service']],
    ['a bad username', 2, ['--user', 'Alice', '--name', 'n']],
    ['no name', 2, ['--user', 'alice']],
    ['no user', 2, ['--name', 'n']],
    ['an end in no unit', 2, ['--user', 'alice', '--name', 'n', '--expires', '3600']],
    ['a bad group', 2, ['--user', 'alice', '--name', 'n', '--group', 'staff']],
  ])('refuses to make a token with %s', async (_what, status, args) => {
    const refused = await run('token', 'create', ...args)
    expect([refused.status, refused.stdout]).toEqual([status, ''])
    expect(refused.stderr).toMatch(/^porthor: /m)
    expect(refused.stderr).not.toContain('    at ')
  })

  it('says what is wrong with an option by its name', async () => {
    const refused = await run('token', 'create', '--user', 'Alice', '--name', '', '--group', 'staff')
    expect(refused.stderr.match(/--(user|name|group):/g)?.sort()).toEqual(['--group:', '--name:', '--user:'])
  })
})

describe('the configuration', { timeout: 60_000 }, () => {
  let folder: TemporaryFolder
  const run = (environment: Record<string, string>, ...args: string[]) =>
    runCli(args, { environment, cwd: folder.path })

  beforeAll(async () => {
    folder = await temporaryFolder('config')
    await writeFile(
      join(folder.path, 'wrong.yaml'),
      'databaseUrl: mysql://root:very-secret@localhost/\nsessionSecret: very-secret\nportt: 80\n',
    )
  })
  afterAll(() => folder.remove())

  it('is right without anything being set', async () => {
    const checked = await run({}, 'config', 'check')
    expect([checked.status, checked.stderr]).toEqual([0, ''])
    expect(checked.stdout).toContain('The configuration is right')
    expect(existsSync(join(folder.path, 'data'))).toBe(false)
  })

  it('is shown with where each setting comes from', async () => {
    const checked = await run({ PORTHOR_PORT: '9000' }, 'config', 'check', '--json')
    expect(JSON.parse(checked.stdout)).toEqual({
      ok: true,
      problems: [],
      warnings: [],
      settings: [{ setting: 'port', value: '9000', origin: 'PORTHOR_PORT' }],
    })
    const all = await run({}, 'config', 'check', '--all')
    expect(all.stdout).toMatch(/^port +8080 +default$/m)
  })

  it('that switches on what Porthor does not have is right, with a warning for each', async () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const environment = {
      PORTHOR_OIDC_SERVER_ISSUER: 'https://example.com',
      PORTHOR_OIDC_SERVER_KEY: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      PORTHOR_OIDC_SERVER_CLIENTS: '[]',
      SENTRY_DSN: 'https://very-secret@sentry.example.com/1',
      SENTRY_ENVIRONMENT: 'here',
    }
    const file =
      'database: embedded\ntokenStore: sql\nbaseUrl: https://example.com\noidcServer: { enabled: true }\n'
    await writeFile(join(folder.path, 'unused.yaml'), file)
    const args = ['--config', 'unused.yaml']
    const checked = await run(environment, 'config', 'check', ...args)
    expect(checked).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('The configuration is right'),
    })
    expect(checked.stderr.trim().split('\n')).toEqual([
      expect.stringContaining('oidcServer: is not used: Porthor does not serve OpenID Connect'),
      expect.stringContaining('sentry: is not used: Porthor reports nothing to Sentry'),
    ])
    const { ok, warnings } = JSON.parse((await run(environment, 'config', 'check', '--json', ...args)).stdout)
    expect([ok, warnings.map(({ path }: { path: string }) => path)]).toEqual([true, ['oidcServer', 'sentry']])
    expect(checked.stdout + checked.stderr).not.toContain('very-secret')
  })

  it.each([
    ['config check', ['config', 'check', '--config', 'wrong.yaml']],
    ['a command', ['--config-path', 'wrong.yaml', 'token', 'list']],
    ['serve', ['serve', '--config', 'wrong.yaml', '--port', '0']],
  ])('that is wrong is told whole by %s, without secrets', async (_name, args) => {
    const { status, stdout, stderr } = await run({}, ...args)
    expect(status).toBe(1)
    for (const setting of ['databaseUrl', 'sessionSecret', 'portt', 'baseUrl', 'bootstrapToken']) {
      expect(stderr).toContain(`  ${setting}: `)
    }
    expect(stdout + stderr).not.toContain('very-secret')
    expect(stderr).not.toContain('    at ')
  })

  it('that is not there is told', async () => {
    const { status, stderr } = await run({}, 'validate-schema', '--config', 'none.yaml')
    expect([status, stderr]).toEqual([1, expect.stringContaining('none.yaml')])
  })
})

describe('what was not foreseen', () => {
  it('is told in a line, with a trace for those who want one', async () => {
    const folder = await temporaryFolder('unforeseen')
    const environment = { PORTHOR_DATA: join(folder.path, 'data'), PORTHOR_CLOCK_OFFSET_FILE: folder.path }
    const run = (...args: string[]) => runCli(args, { environment })
    await runCli(['init'], { environment: { PORTHOR_DATA: environment.PORTHOR_DATA } })
    const plain = await run('maintenance')
    expect([plain.status, plain.stdout]).toEqual([1, ''])
    expect(plain.stderr).toMatch(/^porthor: unexpected error: EISDIR.*--debug shows more\)\n$/)
    expect((await run('maintenance', '--debug')).stderr).toContain('    at ')
    await folder.remove()
  }, 60_000)
})
