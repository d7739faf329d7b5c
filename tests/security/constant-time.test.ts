import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { GateHeaders } from '../../src/http/gate/headers.ts'
import { ProxyIdentity } from '../../src/http/gate/proxy-identity.ts'
import { Token } from '../../src/models/token.ts'
import { openApi, sessionCookie, type TestApi } from '../http/api.ts'
import { TestBrowser } from '../http/browser.ts'
import { ScriptedProvider } from '../http/scripted-provider.ts'
import { BOOTSTRAP_TOKEN } from '../support/porthor.ts'

/** What was compared in constant time, as text. */
const compared: [string, string][] = []

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>()
  const timingSafeEqual: typeof crypto.timingSafeEqual = (one, other) => {
    compared.push([one, other].map((side) => Buffer.from(side as Buffer).toString()) as [string, string])
    return crypto.timingSafeEqual(one, other)
  }
  return { ...crypto, default: { ...crypto, timingSafeEqual }, timingSafeEqual }
})

/** As long as the other, and different from its first character on. */
const wrong = (secret: string) => (secret.startsWith('A') ? 'B' : 'A') + secret.slice(1)

describe('compared in constant time', () => {
  let api: TestApi
  let alice: Token
  beforeAll(async () => {
    api = await openApi({ loginProvider: new ScriptedProvider() })
    alice = await api.newToken('alice')
  })
  beforeEach(() => {
    compared.length = 0
  })
  afterAll(() => api?.close())

  const expectCompared = (secret: string, presented: string) =>
    expect(compared.map((pair) => pair.toSorted())).toContainEqual([secret, presented].toSorted())

  it.each([true, false])('is the secret of a token, right or wrong: %s', async (isRight) => {
    const presented = isRight ? alice.secret : wrong(alice.secret)
    const token = `${new Token(alice.key, presented)}`
    const answer = await api.send('GET', '/auth/api/v1/token-info', { token })
    expect(answer.statusCode).toBe(isRight ? 200 : 401)
    expectCompared(alice.secret, presented)
  })

  it('is the bootstrap token', async () => {
    const presented = BOOTSTRAP_TOKEN.slice(0, -1) + (BOOTSTRAP_TOKEN.endsWith('A') ? 'B' : 'A')
    await api.send('GET', '/auth/api/v1/admins', { token: presented })
    expectCompared(BOOTSTRAP_TOKEN, presented)
  })

  it('is the CSRF value of the header, and of the form of the logout', async () => {
    const csrf = 'C'.repeat(22)
    const headers = { ...sessionCookie({ token: `${alice}`, csrf }), 'x-csrf-token': wrong(csrf) }
    const answer = await api.send('POST', '/auth/api/v1/users/alice/tokens', { body: {}, headers })
    expect(answer.statusCode).toBe(403)
    expectCompared(csrf, wrong(csrf))

    compared.length = 0
    const browser = new TestBrowser(api)
    browser.setSession({ token: `${alice}`, csrf })
    await browser.submit('/logout', { csrf: wrong(csrf) })
    expectCompared(csrf, wrong(csrf))
  })

  it('is the state of a login', async () => {
    const browser = new TestBrowser(api)
    await browser.visit('/login?rd=https%3A%2F%2Fexample.com%2F')
    const { state = '' } = browser.session()
    compared.length = 0
    await browser.visit(`/login?code=x&state=${encodeURIComponent(wrong(state))}`)
    expectCompared(state, wrong(state))
  })

  it('is every secret of the gate, whichever was presented', () => {
    const secrets = ['0123456789abcdef', 'fedcba9876543210', '0000000000000000']
    const identity = new ProxyIdentity(secrets)
    const headers = { proxySecrets: [secrets[0]] } as unknown as GateHeaders
    expect(identity.isProven(headers)).toBe(true)
    expect(compared).toHaveLength(3)
  })
})
