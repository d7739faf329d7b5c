import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { type CliStores, cliBackends } from './backends.ts'
import { type CliRun, runCliHere } from './run-cli.ts'

const TOKEN = /^gt-[\w-]{22}\.[\w-]{22}\n$/

describe.each(cliBackends)('beside a server on $name', ({ available, open }) => {
  describe.skipIf(available !== true)('the command line', { timeout: 60_000 }, () => {
    let stores: CliStores
    let server: ServerProcess

    beforeAll(async () => {
      stores = await open()
      server = await startServerProcess({ environment: stores.environment })
    })
    afterAll(async () => {
      await server?.close()
      await stores?.close()
    })

    const run = (...args: string[]) => runCliHere(args, { environment: stores.environment })
    const runWithInput = (input: string, ...args: string[]) =>
      runCliHere(args, { environment: stores.environment, input })

    /** The answer as JSON, of a command that must do well. */
    async function runJson(...args: string[]) {
      const { status, stdout, stderr } = await run(...args, '--json')
      expect(stderr.split('\n').filter((line) => line.startsWith('porthor:'))).toEqual([])
      expect(status).toBe(0)
      return JSON.parse(stdout)
    }

    async function createToken(name: string, ...args: string[]): Promise<{ token: string; key: string }> {
      const { status, stdout } = await run('token', 'create', '--user', 'alice', '--name', name, ...args)
      expect(status).toBe(0)
      expect(stdout).toMatch(TOKEN)
      return { token: stdout.trim(), key: stdout.slice(3, 25) }
    }

    /** What the server says of a token. */
    async function statusOf(token: string): Promise<number> {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(`${server.url}/auth/api/v1/token-info`, { headers })).status
    }

    it('makes a token that the server accepts, and prints nothing else', async () => {
      const { token, key } = await createToken('first', '--scope', 'read:all', '--expires', '90d')
      expect(await statusOf(token)).toBe(200)
      const shown = await run('token', 'show', key)
      expect(shown.stdout).toContain('first')
      expect(shown.stdout).toContain('read:all')
    })

    it('makes service tokens, with the data of their users', async () => {
      const made = await runJson(
        ...['token', 'create', '--user', 'bot-backup', '--type', 'service', '--scope', 'read:all,write:all'],
        ...['--full-name', 'The backup', '--email', 'backup@example.com', '--uid', '4000', '--gid', '4001'],
        ...['--group', 'staff:5000', '--group', 'ops:5001'],
      )
      expect(made).toMatchObject({ username: 'bot-backup', token_type: 'service', expires: null })
      const headers = { authorization: `Bearer ${made.token}` }
      const answer = await fetch(`${server.url}/auth/api/v1/user-info`, { headers })
      expect(await answer.json()).toMatchObject({
        name: 'The backup',
        uid: 4000,
        groups: [
          { name: 'ops', id: 5001 },
          { name: 'staff', id: 5000 },
        ].sort((one, other) => other.id - one.id),
      })
    })

    it('lists tokens, all of them or some', async () => {
      for (const name of ['one', 'two', 'three']) {
        await run('token', 'create', '--user', 'lister', '--name', name)
      }
      const all = await runJson('token', 'list', '--user', 'lister')
      expect(all.map(({ token_name }: { token_name: string }) => token_name).sort()).toEqual([
        'one',
        'three',
        'two',
      ])
      expect(await runJson('token', 'list', '--user', 'lister', '--type', 'session')).toEqual([])
      const some = await run('token', 'list', '--user', 'lister', '--limit', '2')
      expect(some.stdout.trim().split('\n')).toHaveLength(3)
      expect(some.stderr).toContain('there are more than 2')
      expect((await runJson('token', 'list', '--limit', '0')).length).toBeGreaterThan(3)
    })

    it('takes a whole token for a key, also from its input, and never says its secret', async () => {
      const { token, key } = await createToken('whole')
      const secret = token.slice(26)
      const shown = [
        await run('token', 'show', token),
        await run('token', 'show', token, '--json'),
        await runWithInput(`${token}\n`, 'token', 'show', '-'),
        await run('token', 'history', token),
        await run('token', 'show', `${token}x`),
      ]
      expect(shown.map(({ status }) => status)).toEqual([0, 0, 0, 0, 2])
      expect(shown[0]?.stdout).toContain('valid')
      expect(shown[2]?.stdout).toContain(key)
      expect(JSON.stringify(shown)).not.toContain(secret)
    })

    it('says of a token with another secret that it is not accepted', async () => {
      const { key } = await createToken('guessed')
      const shown = await runJson('token', 'show', `gt-${key}.AAAAAAAAAAAAAAAAAAAAAA`)
      expect(shown).toMatchObject({ token: key, status: 'unknown' })
    })

    it('changes name, scopes and end', async () => {
      const { key, token } = await createToken('before', '--scope', 'read:all', '--scope', 'write:all')
      const changed = await runJson('token', 'modify', key, '--name', 'after', '--scope', 'read:all')
      expect(changed).toMatchObject({ token_name: 'after', scopes: ['read:all'] })
      const ending = await runJson('token', 'modify', token, '--expires', '2100-01-01', '--scopes', '')
      expect(ending).toMatchObject({ expires: Date.UTC(2100, 0, 1) / 1000, scopes: [] })
      const endless = await runJson('token', 'modify', key, '--expires', 'never')
      expect(endless.expires).toBeUndefined()
      expect((await run('token', 'modify', key)).status).toBe(2)
    })

    it('gives a token a new secret, and lets the old one live on if asked', async () => {
      const { token, key } = await createToken('rotated')
      const overlapping = (await run('token', 'rotate', key, '--overlap', '1h')).stdout
      expect(overlapping).toMatch(TOKEN)
      expect([await statusOf(token), await statusOf(overlapping.trim())]).toEqual([200, 200])
      const last = await runJson('token', 'rotate', key)
      expect(await statusOf(overlapping.trim())).toBe(401)
      // Without an overlap the earlier one ends too.
      expect([await statusOf(token), await statusOf(last.token)]).toEqual([401, 200])
      expect((await run('token', 'rotate', key, '--overlap', '25h')).status).toBe(1)
    })

    it('revokes a token only when it is told to, and the server knows at once', async () => {
      const { token, key } = await createToken('revoked')
      const asked = await run('token', 'revoke', key)
      expect([asked.status, asked.stdout]).toEqual([2, ''])
      expect(asked.stderr).toContain('--yes')
      const planned = await runJson('token', 'revoke', key, '--dry-run')
      expect(planned).toMatchObject([{ token: key, token_name: 'revoked' }])
      expect(await statusOf(token)).toBe(200)

      expect((await run('token', 'revoke', token, '--yes')).stdout).toBe('Revoked 1 token\n')
      expect(await statusOf(token)).toBe(401)
      const gone = await Promise.all(
        ['show', 'revoke', 'modify', 'rotate'].map((verb) =>
          run(
            'token',
            verb,
            key,
            ...(verb === 'revoke' ? ['--yes'] : verb === 'modify' ? ['--name', 'n'] : []),
          ),
        ),
      )
      expect(gone.map(({ status }) => status)).toEqual([1, 1, 1, 1])
      expect(gone[0]?.stderr).toBe(`porthor: There is no token ${key}\n`)
    })

    it('tells the history of a token, after its end as well', async () => {
      const { key } = await createToken('told', '--scope', 'read:all')
      await run('token', 'modify', key, '--name', 'told again')
      await run('token', 'revoke', key, '--yes')
      const history = await runJson('token', 'history', key)
      expect(history).toMatchObject([
        { action: 'revoke', actor: '<internal>', ip_address: null },
        { action: 'edit', old_token_name: 'told', token_name: 'told again' },
        { action: 'create', scopes: ['read:all'] },
      ])
      const table = await run('token', 'history', key)
      expect(table.stdout).toContain('name: told -> told again')
      const page = await run('token', 'history', key, '--limit', '2')
      expect(page.stdout.trim().split('\n')).toHaveLength(3)
      const [, cursor = ''] = /--cursor (\S+)/.exec(page.stderr) ?? []
      expect(await runJson('token', 'history', key, '--cursor', cursor)).toMatchObject([{ action: 'create' }])
    })

    it('finds in the history what it is asked for', async () => {
      const { key } = await createToken('sought')
      const by = (...args: string[]) => runJson('token', 'history', ...args, '--limit', '0')
      const keys = (entries: { token: string }[]) => entries.map(({ token }) => token)
      expect(keys(await by('--user', 'alice', '--since', '1h'))).toContain(key)
      expect(await by('--user', 'alice', '--until', '1h')).toEqual([])
      expect(keys(await by('--actor', '<internal>', '--type', 'user'))).toContain(key)
      expect(await by('--ip', '192.0.2.0/24')).toEqual([])
      expect((await run('token', 'history', '--ip', '192.0.2.1/24')).status).toBe(2)
      expect((await run('token', 'history', 'AAAAAAAAAAAAAAAAAAAAAA')).status).toBe(1)
    })

    it('revokes everything of a user', async () => {
      const made: CliRun[] = []
      for (const name of ['a', 'b'])
        made.push(await run('token', 'create', '--user', 'leaver', '--name', name))
      expect(await runJson('user', 'revoke', 'leaver', '--dry-run')).toHaveLength(2)
      expect((await run('user', 'revoke', 'leaver')).status).toBe(2)
      expect(await runJson('user', 'revoke', 'leaver', '--yes')).toHaveLength(2)
      expect(await Promise.all(made.map(({ stdout }) => statusOf(stdout.trim())))).toEqual([401, 401])
      expect((await run('user', 'revoke', 'leaver', '--yes')).stdout).toBe('Revoked 0 tokens\n')
    })

    it('freezes a user and thaws them again', async () => {
      const made = await run('token', 'create', '--user', 'mallory', '--name', 'n')
      const token = made.stdout.trim()
      expect(await runJson('user', 'freeze', 'mallory')).toMatchObject({ frozen: true, changed: true })
      expect(await runJson('user', 'freeze', 'mallory')).toMatchObject({ changed: false })
      expect(await statusOf(token)).not.toBe(200)
      expect(await runJson('token', 'show', token)).toMatchObject({ status: 'frozen' })
      expect((await run('token', 'create', '--user', 'mallory', '--name', 'm')).status).toBe(1)
      expect(await runJson('user', 'frozen')).toMatchObject([{ username: 'mallory', actor: '<internal>' }])
      expect((await run('user', 'frozen')).stdout).toContain('mallory')
      expect((await run('user', 'unfreeze', 'mallory')).stdout).toBe('mallory is not frozen any more\n')
      expect(await runJson('user', 'unfreeze', 'mallory')).toMatchObject({ frozen: false, changed: false })
      expect(await statusOf(token)).toBe(200)
    })

    it('keeps the list of administrators', async () => {
      const before = await runJson('admin', 'list')
      expect(await runJson('admin', 'add', 'carol')).toEqual({ username: 'carol', admin: true })
      expect((await run('admin', 'add', 'carol')).status).toBe(1)
      expect(await runJson('admin', 'list')).toEqual([...before, { username: 'carol' }])
      await run('admin', 'add', 'dave')
      expect((await run('admin', 'list')).stdout).toContain('carol\ndave\n')
      expect((await run('admin', 'remove', 'carol')).stdout).toBe('carol is no administrator any more\n')
      expect((await run('admin', 'remove', 'carol')).status).toBe(1)
      // One that the reference let in could be there.
      expect((await run('admin', 'remove', 'Bob.Smith')).status).toBe(1)
      expect((await run('admin', 'remove', 'a'.repeat(65))).status).toBe(2)
      expect((await run('admin', 'add', 'Not a name')).status).toBe(2)
    })

    it('finds nothing wrong in the stores, and nothing to be done to the schema', async () => {
      const audit = await run('audit')
      expect([audit.status, audit.stdout]).toEqual([
        0,
        expect.stringMatching(/^Compared \d+ tokens: nothing wrong\n$/),
      ])
      expect(await runJson('maintenance', '--limit', '10')).toMatchObject({
        expired: 0,
        truncated_entries: 0,
      })
      expect(await run('validate-schema')).toEqual({ status: 0, stdout: '', stderr: '' })
      expect((await run('update-schema', '--dry-run')).stdout).toBe('')
      expect((await run('update-schema')).stdout).toBe('The database is current\n')
      expect((await run('init')).stdout).toBe('The database is current\n')
    })

    it('deletes everything, last of all, and only when it is told to', async () => {
      const { token } = await createToken('deleted')
      expect((await run('delete-all-data')).status).toBe(2)
      expect(await statusOf(token)).toBe(200)
      const deleted = await runJson('delete-all-data', '--yes')
      expect(deleted.tokens).toBeGreaterThan(5)
      expect(deleted.token_data).toBe(deleted.tokens)
      expect(await statusOf(token)).toBe(401)
      expect(await runJson('token', 'list')).toEqual([])
      const again = await run('delete-all-data', '--yes')
      expect(again.stdout).toContain('Deleted 0 tokens')
    })
  })
})
