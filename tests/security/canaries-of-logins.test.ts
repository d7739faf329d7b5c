import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Token } from '../../src/models/token.ts'
import { openApi, type TestApi } from '../http/api.ts'
import { TestBrowser } from '../http/browser.ts'
import { ProviderBrowser } from '../login-providers/provider-browser.ts'
import { OIDC_CLIENT_SECRET, OidcServer } from '../support/oidc-server.ts'
import { porthorBackends } from '../support/porthor.ts'
import { dumpDatabase, findLeaks, textOf } from './leaks.ts'

const REDIRECT_URL = 'https://example.com/login'
const backend = porthorBackends.find(({ name }) => name === 'PostgreSQL')

describe.skipIf(backend?.available !== true)('the secrets of a login by OpenID Connect', () => {
  let server: OidcServer
  let api: TestApi
  /** What went to the provider and came from it. */
  const exchanged: string[] = []

  beforeAll(async () => {
    server = await OidcServer.start({ redirectUrl: REDIRECT_URL })
    const { fetch } = globalThis
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      const answer = await fetch(input, init)
      exchanged.push(String(init?.body ?? ''), await answer.clone().text())
      return answer
    })
    const provider = { kind: 'oidc' as const, ...server.settings, enrollmentUrl: null }
    const groupMapping = [{ scope: 'read:all', groups: ['astronomers'] }]
    api = await openApi({ ...(backend && { backend }), config: { provider, groupMapping } })
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    await api?.close()
    await server?.close()
  })

  /** All values of such a field or parameter that were exchanged. */
  const valuesOf = (name: string) =>
    exchanged.flatMap((text) => {
      const field = new RegExp(`"${name}":\\s*"([^"]+)"`).exec(text)?.[1]
      return [field, new URLSearchParams(text).get(name)].filter((value) => typeof value === 'string')
    })

  it('are written nowhere, whether it goes well or not', async () => {
    const secrets: [string, string][] = [['client secret', OIDC_CLIENT_SECRET]]
    const answers: unknown[] = []
    for (const groups of [[{ name: 'astronomers', id: 5001 }], []]) {
      server.willLogIn('alice-1', { uid: 'alice', uid_number: 4001, gid_number: 4001, groups })
      const browser = new TestBrowser(api)
      const begun = await browser.visit('/login?rd=https%3A%2F%2Fexample.com%2F')
      const { state = '' } = browser.session()
      const asked = new URL(String(begun.headers.location))
      secrets.push(['state', state], ['nonce', asked.searchParams.get('nonce') ?? ''])
      const back = await new ProviderBrowser().follow(asked.href, REDIRECT_URL)
      secrets.push(['code', back.searchParams.get('code') ?? ''])
      const before = browser.cookie
      const answer = await browser.visit(back.pathname + back.search)
      expect(answer.statusCode).toBe(groups.length > 0 ? 307 : 403)
      answers.push(answer.body, answer.headers.location)
      const { token } = browser.session()
      if (token) secrets.push(['session', Token.parse(token).secret])

      // The same code again, and one that is none; and the provider refuses to say who it is.
      for (const query of [back.search, back.search.replace(/code=[^&]+/, 'code=made-up-code-0123456789')]) {
        const again = new TestBrowser(api)
        again.cookie = before
        answers.push((await again.visit(back.pathname + query)).body)
      }
      const denied = new URLSearchParams({ state, error: 'access_denied', error_description: `no ${state}` })
      const refused = new TestBrowser(api)
      refused.cookie = before
      await refused.visit(`/login?${denied}`)
    }
    secrets.push(['code', 'made-up-code-0123456789'])
    for (const name of ['id_token', 'access_token', 'code_verifier'])
      for (const value of valuesOf(name)) secrets.push([name, value])
    expect(new Set(secrets.map(([name]) => name))).toEqual(
      new Set([
        'client secret',
        'state',
        'nonce',
        'code',
        'session',
        'id_token',
        'access_token',
        'code_verifier',
      ]),
    )
    expect(secrets.every(([, value]) => value.length >= 16)).toBe(true)

    const { database } = api.test.config
    const stored = database.kind === 'postgresql' ? await dumpDatabase(database.url) : ''
    expect(stored).toContain('alice')
    expect(textOf(api.lines)).toContain('Successfully authenticated user alice')
    expect(findLeaks(secrets, { log: textOf(api.lines), answers: textOf(answers), stored })).toEqual([])
  }, 60_000)
})
