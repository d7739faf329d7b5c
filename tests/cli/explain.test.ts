import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliStores, cliBackends } from './backends.ts'
import { runCliHere } from './run-cli.ts'

describe.each(cliBackends)('on $name', ({ available, open }) => {
  describe.skipIf(available !== true)('explain', { timeout: 60_000 }, () => {
    let stores: CliStores
    let token: string

    beforeAll(async () => {
      stores = await open()
      await run('init')
      const made = await run('token', 'create', '--user', 'alice', '--name', 'laptop', '--scope', 'read:all')
      token = made.stdout.trim()
    })
    afterAll(() => stores?.close())

    const run = (...args: string[]) => runCliHere(args, { environment: stores.environment })
    const explain = (...args: string[]) => run('explain', '--token', token, ...args)

    it('says that a token would pass, and what it is', async () => {
      const { status, stdout, stderr } = await explain('--scope', 'read:all', '--service', 'tap')
      expect([status, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/^Answer +passes\nUser +alice\n/)
      expect(stdout).toMatch(/\nScopes wanted +all of read:all\nScopes held +read:all\n/)
      expect(stdout).not.toContain(token.slice(26))
    })

    it('says why a token would be refused, of the key alone as well', async () => {
      for (const named of [token, token.slice(3, 25)]) {
        const { status, stdout, stderr } = await run('explain', '--token', named, '--scope', 'write:all')
        expect(status).toBe(1)
        expect(stdout).toMatch(/^Answer +refused\nReason +scope: Token missing required scope\n/)
        expect(stderr).toBe('porthor: It would be refused: Token missing required scope\n')
      }
    })

    it('takes the parameters as the proxy has them, with further ones over them', async () => {
      const query = 'scope=read:all&scope=write:all&satisfy=all'
      expect((await explain('--query', query)).status).toBe(1)
      const { status, stdout } = await explain('--query', query, '--satisfy', 'any', '--json')
      expect(status).toBe(0)
      expect(JSON.parse(stdout)).toEqual({
        ...{ passes: true, username: 'alice', token: token.slice(3, 25), token_type: 'user', service: null },
        ...{ expires: null, held_scopes: ['read:all'], wanted_scopes: ['read:all', 'write:all'] },
        ...{ satisfy: 'any', limit: null },
      })
    })

    it.each([
      [['--username', 'bobby'], 'username'],
      [['--only-service', 'tap,portal'], 'only_service'],
      [['--user-domain', '--url', 'http://alice.example.org/'], 'user_domain'],
      [['--notebook', '--minimum-lifetime', '99999999'], 'invalid_minimum_lifetime'],
    ])('knows every rule: %j', async (args, reason) => {
      const { status, stdout } = await explain(...args, '--json')
      expect([status, JSON.parse(stdout).reason]).toEqual([1, reason])
    })

    it('says of a token that is none that it is not accepted', async () => {
      for (const named of ['AAAAAAAAAAAAAAAAAAAAAA', `gt-${token.slice(3, 25)}.AAAAAAAAAAAAAAAAAAAAAA`]) {
        const { status, stdout } = await run('explain', '--token', named)
        expect([status, stdout]).toEqual([1, 'Answer  refused\nReason  invalid_token: Token is not valid\n'])
      }
    })

    it.each([
      [['--minimum-lifetime', '1'], 'minimum_lifetime: Must be at least 300 seconds'],
      [['--notebook', '--delegate-to', 'tap'], 'delegate_to cannot be set for notebook tokens'],
      [['--satisfy', 'any'], 'satisfy: Any of no scopes'],
      [['--satisfy', 'some'], 'Allowed choices are all, any'],
    ])('refuses parameters that the gate would refuse: %j', async (args, message) => {
      const { status, stderr } = await explain(...args)
      expect(status).toBe(2)
      expect(stderr).toContain(message)
    })
  })
})
