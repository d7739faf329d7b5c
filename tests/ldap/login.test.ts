import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Porthor } from '../../src/composition.ts'
import { DEFAULT_POSIX_ID_RANGES } from '../../src/models/posix-ids.ts'
import { Token } from '../../src/models/token.ts'
import { bareUserInfo } from '../../src/models/token-data.ts'
import type { ProviderLogin } from '../../src/services/login/login-provider.ts'
import { openApi, type TestApi } from '../http/api.ts'
import { TestBrowser } from '../http/browser.ts'
import { ScriptedProvider } from '../http/scripted-provider.ts'
import { porthorBackends } from '../support/porthor.ts'
import { group, person, type Slapd, slapdAvailable, startSlapd } from '../support/slapd.ts'
import { hurried, ldapConfig } from './settings.ts'
import { TREE } from './tree.ts'

const BACK = 'https://example.com/back'
const PROCESSES = 3
const LOGINS = 12

/** Takes the code for a username, and knows nothing else of anybody, as CILogon does, but of one the names of groups. */
class NamingProvider extends ScriptedProvider {
  override async authenticate(parameters: URLSearchParams): Promise<ProviderLogin> {
    const user = bareUserInfo(parameters.get('code') ?? '')
    const rest = { githubToken: null, upstream: null }
    if (user.username !== 'claire') return { user, ...rest }
    const groups = [{ name: 'g-numbered', id: 77 }]
    return { user: { ...user, groups }, unnumberedGroups: ['g-claimed', 'g-users'], ...rest }
  }
}

const groupMapping = [
  { scope: 'exec:test', groups: ['g-primary', 'g-other'] },
  { scope: 'read:all', groups: ['g-team', 'g-late'] },
  { scope: 'read:some', groups: ['g-unnumbered', 'g-claimed'] },
]
const newcomers = ['first', 'second'].map((name) => person(`${name}-comer`, { displayName: name }))
const members = ['first-comer', 'second-comer']
const LDIF = [TREE, ...newcomers, group('g-other', { members }), group('g-further', { members })].join('')

describe.skipIf(slapdAvailable() !== true).each(porthorBackends)('$name: a login', (backend) => {
  describe.skipIf(backend.available !== true)('by the groups of a directory', () => {
    let slapd: Slapd
    let api: TestApi
    const processes: Porthor[] = []

    beforeAll(async () => {
      slapd = await startSlapd({ ldif: LDIF })
      const ldap = hurried(await ldapConfig(slapd.url, { addUserGroup: true }))
      const posixIds = { ranges: DEFAULT_POSIX_ID_RANGES, mustImport: false }
      const config = { ldap, posixIds, groupMapping }
      api = await openApi({ backend, loginProvider: new NamingProvider(), config })
      processes.push(api.test.porthor)
      while (processes.length < PROCESSES) {
        const another = await api.test.another()
        if (!another) break
        processes.push(another)
      }
    })
    afterAll(async () => {
      await api?.close()
      await slapd?.stop()
    })

    async function logIn(username: string, browser = new TestBrowser(api)) {
      const started = await browser.visit(`/login?rd=${encodeURIComponent(BACK)}`)
      const state = new URL(String(started.headers.location)).searchParams.get('state') ?? ''
      const answer = await browser.visit(`/login?${new URLSearchParams({ code: username, state })}`)
      return { answer, browser, token: browser.session().token }
    }
    const get = async (path: string, token: string | undefined) =>
      (await api.send('GET', path, { token: String(token) })).json()

    it('gives the scopes of the groups, and numbers to the user and to these', async () => {
      const { answer, token } = await logIn('alice')
      expect([answer.statusCode, answer.headers.location]).toEqual([307, BACK])
      expect(await get('/auth/api/v1/token-info', token)).toMatchObject({
        username: 'alice',
        scopes: ['exec:test', 'read:all', 'read:some', 'user:token'],
      })
      const info = await get('/auth/api/v1/user-info', token)
      expect(info).toMatchObject({ name: 'Alice Ö', email: 'alice@example.org' })
      expect([info.uid, info.gid]).toEqual([3_000_000, 3_000_000])
      expect(info.groups).toEqual([
        { name: 'alice', id: 3_000_000 },
        ...['g-primary', 'g-team', 'g-unnumbered', 'g-users'].map((name, index) => {
          return { name, id: 2_000_000 + index }
        }),
      ])
    })

    it('of somebody in no group that matters is refused, and takes no number', async () => {
      const before = await api.test.porthor.posixIds?.list()
      const { answer, browser } = await logIn('bob')
      expect(answer.statusCode).toBe(403)
      expect(answer.body).toContain('bob is not a member of any authorized groups')
      expect(browser.session()).toEqual({})
      expect(await api.test.porthor.posixIds?.list()).toEqual(before)
    })

    it('by names of groups that the provider claims gives them numbers as well', async () => {
      const { answer, token } = await logIn('claire')
      expect(answer.statusCode).toBe(307)
      expect((await get('/auth/api/v1/token-info', token)).scopes).toEqual(['read:some', 'user:token'])
      const { groups } = await get('/auth/api/v1/user-info', token)
      expect(groups).toEqual([
        { name: 'g-claimed', id: expect.any(Number) },
        { name: 'g-numbered', id: 77 },
        // That which the directory has of this name.
        { name: 'g-users', id: 2_000_003 },
      ])
    })

    it('knows of a group that the user has just come into, and so does every process from then on', async () => {
      const infoIn = async (porthor: Porthor, text: string | undefined) => {
        const verification = await porthor.verifier.verify(Token.parse(String(text)))
        if (verification.kind !== 'valid') throw new Error('The token is not valid')
        return porthor.userInfo.ofToken(verification.data)
      }
      const { token: before } = await logIn('alice')
      const known = await Promise.all(processes.map((one) => infoIn(one, before)))
      for (const info of known) expect(info.groupNames).not.toContain('g-late')
      await slapd.kill()
      await slapd.load(group('g-late', { members: ['alice', 'bob'] }))
      await slapd.restart()
      api.test.advance(6)

      // What was remembered is young enough, but for a login.
      expect((await infoIn(api.test.porthor, before)).groupNames).not.toContain('g-late')
      expect((await logIn('bob')).answer.statusCode).toBe(307)
      const { token: after } = await logIn('alice')
      for (const porthor of processes) {
        expect((await infoIn(porthor, after)).groupNames).toContain('g-late')
      }
    })

    it('is one of many at the same time that are the first, in several processes: of one number', async () => {
      // The first round only opens the connections.
      for (const username of ['first-comer', 'second-comer']) {
        const browser = { ipAddress: '127.0.0.1', userAgent: null }
        const attempts = Array.from({ length: LOGINS }, async (_, index) => {
          const porthor = processes[index % processes.length] as Porthor
          const state = porthor.login?.newState() ?? ''
          const parameters = new URLSearchParams({ code: username, state })
          return porthor.login?.logIn(parameters, state, browser)
        })
        const tokens = (await Promise.all(attempts)).map((login) => String(login?.token))
        expect(new Set(tokens).size).toBe(LOGINS)
        const infos = await Promise.all(tokens.map((token) => get('/auth/api/v1/user-info', token)))
        expect(new Set(infos.map(({ uid }) => uid)).size).toBe(1)
        expect(new Set(infos.map(({ groups }) => JSON.stringify(groups))).size).toBe(1)
        expect(infos[0].groups).toHaveLength(3)
      }
      const all = (await api.test.porthor.posixIds?.list()) ?? []
      for (const owner of ['user', 'group'] as const) {
        const numbers = all.filter((one) => one.owner === owner).map(({ number }) => number)
        expect(new Set(numbers).size).toBe(numbers.length)
        // None was given out in vain.
        expect(Math.max(...numbers) - Math.min(...numbers)).toBe(numbers.length - 1)
      }
    })

    it('comes to nothing while the directory is silent, and says so', async () => {
      const { browser } = await logIn('alice')
      const { token } = browser.session()
      api.lines.splice(0)
      await slapd.pause()
      const { answer } = await logIn('alice', browser)
      slapd.resume()
      expect(answer.statusCode).toBe(500)
      expect(answer.body).toContain('Retrieving data from LDAP failed')
      expect(answer.body).toContain('LDAP query timed out after 0.8s')
      expect(browser.session()).toEqual({ token })
      expect(api.lines.filter(({ level }) => level === 'error')).toMatchObject([
        { event: 'Cannot query LDAP', fields: { error: 'LDAP query timed out after 0.8s' } },
        { event: 'Retrieving data from LDAP failed', fields: { error: 'LDAP query timed out after 0.8s' } },
      ])
      expect((await logIn('alice', browser)).answer.statusCode).toBe(307)
    })
  })
})
