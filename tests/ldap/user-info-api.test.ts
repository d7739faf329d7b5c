import { createServer, type Server } from 'node:http'
import { json } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Config, LdapConfig } from '../../src/config/index.ts'
import type { Quota } from '../../src/models/quota.ts'
import { errorTypes, openApi, type TestApi } from '../http/api.ts'
import { type Certificates, makeCertificates, opensslAvailable } from '../support/certificates.ts'
import { porthorBackends } from '../support/porthor.ts'
import { MANAGER, type Slapd, slapdAvailable, startSlapd } from '../support/slapd.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'
import { hurried, ldapConfig } from './settings.ts'
import { TREE } from './tree.ts'

const OWN = '/auth/api/v1/user-info'
const quota = (parts: Partial<Quota>): Quota => ({ api: {}, notebook: null, tap: {}, ...parts })
const quotas = {
  default: quota({ api: { svc: 10 } }),
  groups: { 'g-team': quota({ api: { svc: 5 }, notebook: { cpu: 2, memory: 4, spawn: true } }) },
  bypass: [],
}

/** On stores that are soon made: what these say is tested elsewhere. */
const backend = porthorBackends.find(({ name, available }) => name === 'PostgreSQL' && available === true)
const quick = backend ? { backend } : {}

/** A Slack of the test's own. */
async function startWebhook(): Promise<{ server: Server; url: string; texts: string[] }> {
  const texts: string[] = []
  const server = createServer(async (request, response) => {
    texts.push(((await json(request)) as { text: string }).text)
    response.end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return { server, texts, url: `http://127.0.0.1:${(server.address() as { port: number }).port}/hook` }
}

describe.skipIf(slapdAvailable() !== true)('the API, of a user', () => {
  let slapd: Slapd
  let folder: TemporaryFolder
  let certificates: Certificates | null = null
  const opened: TestApi[] = []

  beforeAll(async () => {
    folder = await temporaryFolder('certificates')
    if (opensslAvailable() === true) certificates = await makeCertificates(folder.path)
    slapd = await startSlapd({
      ldif: TREE,
      ...(certificates && { certificates: { ca: certificates.ca, ...certificates.server } }),
      databaseSettings: [
        'sizelimit size.soft=2 size.hard=2 size.prtotal=unlimited',
        'access to * by users read',
      ],
    })
  })
  afterEach(async () => {
    for (const api of opened.splice(0)) await api.close()
  })
  afterAll(async () => {
    await slapd?.stop()
    await folder?.remove()
  })

  async function open(ldap: LdapConfig, config: Partial<Config> = {}): Promise<TestApi> {
    const api = await openApi({ config: { ldap, ...config }, ...quick })
    opened.push(api)
    return api
  }

  it('tells what the directory knows, under the reference’s names', async () => {
    const tls = certificates ? { startTls: true, caFile: certificates.ca } : {}
    const api = await open(await ldapConfig(slapd.url, { ...MANAGER, ...tls }), { quota: quotas })
    const alice = await api.newToken('alice', ['user:token'])
    const known = {
      ...{ username: 'alice', name: 'Alice Ö', email: 'alice@example.org', uid: 3001, gid: 4001 },
      groups: [
        { name: 'g-primary', id: 4001 },
        { name: 'g-team', id: 4003 },
        { name: 'g-users', id: 4002 },
      ],
      quota: { api: { svc: 15 }, notebook: { cpu: 2, memory: 4, spawn: true }, tap: {} },
    }
    const own = await api.send('GET', OWN, { token: `${alice}` })
    expect([own.statusCode, own.json()]).toEqual([200, known])
    expect(Object.keys(own.json())).toEqual(['username', 'name', 'email', 'uid', 'gid', 'groups', 'quota'])
    const byName = await api.send('GET', '/auth/api/v1/users/alice', { token: `${alice}` })
    expect([byName.statusCode, byName.json()]).toEqual([200, known])

    const carol = await api.newToken('carol', ['user:token', 'admin:userinfo'], { name: 'C', uid: 5 })
    const ofCarol = await api.send('GET', OWN, { token: `${carol}` })
    const limits = { api: { svc: 10 }, tap: {} }
    const stored = { username: 'carol', name: 'C', email: 'carol@example.org', uid: 5, groups: [] }
    expect(ofCarol.json()).toEqual({ ...stored, quota: limits })
    // From the directory alone, whatever the token says.
    const carolByName = await api.send('GET', '/auth/api/v1/users/carol', { token: `${carol}` })
    expect(carolByName.json()).toEqual({ username: 'carol', email: 'carol@example.org', quota: limits })
    const unknown = await api.send('GET', '/auth/api/v1/users/nobody-here', { token: `${carol}` })
    expect([unknown.statusCode, unknown.json()]).toEqual([200, { username: 'nobody-here', quota: limits }])

    const others = await api.send('GET', '/auth/api/v1/users/carol', { token: `${alice}` })
    expect([others.statusCode, errorTypes(others)]).toEqual([403, ['permission_denied']])
    for (const name of ['Alice', '*', 'a)(uid=*', '%2A', 'alice%2Cou=people']) {
      const path = `/auth/api/v1/users/${encodeURIComponent(decodeURIComponent(name))}`
      expect((await api.send('GET', path, { token: `${carol}` })).statusCode).toBe(422)
    }
  })

  it('says that there is no directory to ask', async () => {
    const api = await openApi(quick)
    opened.push(api)
    const token = `${await api.newToken('alice')}`
    const answer = await api.send('GET', '/auth/api/v1/users/carol', { token })
    expect([answer.statusCode, answer.json().detail]).toEqual([
      404,
      [{ msg: 'No external user information source configured', type: 'not_supported' }],
    ])
    expect((await api.send('GET', OWN, { token })).json()).toEqual({ username: 'alice', groups: [] })
  })

  it('says that the directory fails, to operators why, and to nobody a secret', async () => {
    const webhook = await startWebhook()
    const own = await startSlapd({ ldif: TREE })
    const ldap = hurried(await ldapConfig(own.url, MANAGER))
    const api = await open(ldap, { slackWebhook: webhook.url })
    const token = `${await api.newToken('alice')}`
    await own.pause()
    const failed = await api.send('GET', OWN, { token })
    expect([failed.statusCode, failed.json()]).toEqual([
      500,
      { detail: [{ msg: 'Unable to get user information', type: 'user_info_failed' }] },
    ])
    expect(failed.headers['cache-control']).toBe('no-cache, no-store')
    expect(api.lines.filter(({ level }) => level === 'error')).toMatchObject([
      {
        event: 'Cannot query LDAP',
        fields: { user: 'alice', ldap_url: own.url, error: 'LDAP query timed out after 0.8s' },
      },
      {
        event: 'Unable to get user information',
        fields: { user: 'alice', error: 'LDAP query timed out after 0.8s' },
      },
    ])
    const byName = await api.send('GET', '/auth/api/v1/users/alice', { token })
    expect([byName.statusCode, errorTypes(byName)]).toEqual([503, ['user_info_failed']])
    expect(Number(byName.headers['retry-after'])).toBeGreaterThan(0)
    // Of themselves a token may still say all.
    expect((await api.send('GET', '/auth/api/v1/token-info', { token })).statusCode).toBe(200)

    own.resume()
    const answered = await api.send('GET', OWN, { token })
    expect([answered.statusCode, answered.json().uid]).toEqual([200, 3001])
    await own.kill()
    api.test.advance(3700)
    expect((await api.send('GET', OWN, { token })).statusCode).toBe(500)
    await own.restart()
    api.test.advance(6)
    expect((await api.send('GET', OWN, { token })).statusCode).toBe(200)

    await opened.pop()?.close()
    expect(webhook.texts).toEqual([
      'Error in Porthor: Unable to get user information of alice: LDAP query timed out after 0.8s',
      'Error in Porthor: Unable to get user information of alice: Error querying LDAP',
    ])
    expect(JSON.stringify([api.lines, webhook.texts])).not.toContain(MANAGER.password)
    webhook.server.close()
    await own.stop()
  })

  it('says nothing of why the directory refuses Porthor', async () => {
    const password = 'wrong-secret-of-the-tests'
    const api = await open(await ldapConfig(slapd.url, { ...MANAGER, password }))
    const token = `${await api.newToken('alice')}`
    const answer = await api.send('GET', OWN, { token })
    expect([answer.statusCode, errorTypes(answer)]).toEqual([500, ['user_info_failed']])
    const line = api.lines.findLast(({ level }) => level === 'error')
    expect(line?.fields.exception).toContain('InvalidCredentialsError')
    expect(JSON.stringify([api.lines, answer.body, answer.headers])).not.toContain(password)
  })
})
