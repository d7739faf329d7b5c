import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { InvalidRequestError } from '../../src/models/errors.ts'
import { ProviderUnreachableError } from '../../src/models/login-errors.ts'
import { CLIENT_ID, type Claims, ForgedProvider, newKey } from './forged-provider.ts'

let provider: ForgedProvider
beforeAll(async () => {
  provider = await ForgedProvider.start()
})
beforeEach(() => provider.reset())
afterAll(() => provider.close())

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const seconds = () => Math.floor(provider.now / 1000)

async function refusalOf(token: string, client = provider.client()): Promise<string> {
  const error = await client.verifyLogoutToken(token).catch((reason) => reason)
  expect(error).toBeInstanceOf(InvalidRequestError)
  return error.message
}

describe('a logout token', () => {
  it('that is right names the session, and is remembered until it expires by itself', async () => {
    expect(await provider.client().verifyLogoutToken(await provider.logoutToken())).toEqual({
      issuer: provider.issuer,
      subject: 'subject-1',
      sessionId: 'session-1',
      tokenId: 'logout-1',
      // Two minutes, and one for clocks that differ.
      expires: seconds() + 180,
    })
  })

  it('may name the subject alone, or the session alone', async () => {
    const client = provider.client()
    const bySubject = await client.verifyLogoutToken(await provider.logoutToken({ sid: undefined }))
    expect(bySubject).toMatchObject({ subject: 'subject-1', sessionId: null })
    const bySession = await client.verifyLogoutToken(await provider.logoutToken({ sub: undefined }))
    expect(bySession).toMatchObject({ subject: null, sessionId: 'session-1' })
  })

  it.each(['logout+jwt', 'application/logout+jwt', 'LOGOUT+JWT', 'JWT', undefined])(
    'may be of the type %s',
    async (typ) => {
      await provider.client().verifyLogoutToken(await provider.logoutToken({}, { typ }))
    },
  )

  it('may be for the client where ID tokens are for another audience', async () => {
    const client = provider.client({ audience: 'https://api.example' })
    await client.verifyLogoutToken(await provider.logoutToken({ aud: CLIENT_ID }))
    await client.verifyLogoutToken(await provider.logoutToken({ aud: 'https://api.example' }))
  })

  it('of a long life counts for an hour', async () => {
    const client = provider.client()
    const token = await provider.logoutToken({ exp: seconds() + 86_400 * 365 })
    const { expires } = await client.verifyLogoutToken(token)
    expect(expires).toBe(seconds() + 3600 + 60)
    provider.now += 3661 * 1000
    expect(await refusalOf(token, client)).toBe('Invalid logout token: Token has expired')
  })

  describe('is refused:', () => {
    const cases: [what: string, changes: () => Claims, reason: string][] = [
      ['without events', () => ({ events: undefined }), 'No events claim in token'],
      [
        'of another event',
        () => ({ events: { 'http://schemas.openid.net/event/other': {} } }),
        'Invalid events claim in token',
      ],
      ['with events in a list', () => ({ events: [EVENT] }), 'Invalid events claim in token'],
      [
        'with an event that says nothing',
        () => ({ events: { [EVENT]: null } }),
        'Invalid events claim in token',
      ],
      ['with a nonce', () => ({ nonce: 'x' }), 'A logout token has no nonce'],
      ['without an id', () => ({ jti: undefined }), 'No jti claim in token'],
      ['for nobody', () => ({ sub: undefined, sid: undefined }), 'Neither sub nor sid claim in token'],
      ['for an empty subject', () => ({ sub: '' }), 'Invalid sub claim in token'],
      ['for a session that is a number', () => ({ sid: 7 }), 'Invalid sid claim in token'],
      ['for a session that no database stores', () => ({ sid: 'a\0b' }), 'Invalid sid claim in token'],
      ['expired', () => ({ exp: seconds() - 61 }), 'Token has expired'],
      ['without an end', () => ({ exp: undefined }), 'No exp claim in token'],
      ['issued in two minutes', () => ({ iat: seconds() + 120 }), 'Token was issued in the future'],
      ['for another audience', () => ({ aud: 'somebody-else' }), 'Invalid aud claim in token'],
      ['of another issuer', () => ({ iss: 'https://elsewhere.example' }), 'Unknown issuer'],
    ]
    it.each(cases)('%s', async (_, changes, reason) => {
      expect(await refusalOf(await provider.logoutToken(changes()))).toBe(`Invalid logout token: ${reason}`)
    })

    it('an ID token', async () => {
      expect(await refusalOf(await provider.idToken())).toBe('Invalid logout token: No events claim in token')
    })

    it('a token of another kind, by its type', async () => {
      const token = await provider.logoutToken({}, { typ: 'at+jwt' })
      expect(await refusalOf(token)).toBe('Invalid logout token: Not a logout token by its type')
    })

    it('signed by another', async () => {
      const other = await newKey('RS256', provider.key.kid)
      const { key } = provider
      provider.key = other
      const token = await provider.logoutToken()
      provider.key = key
      expect(await refusalOf(token)).toBe('Invalid logout token: Wrong signature')
    })

    it('a text', async () => {
      expect(await refusalOf('x')).toBe('Invalid logout token: Token or key is malformed')
    })
  })

  it('that cannot be checked for want of keys is not called wrong: the provider tries again', async () => {
    provider.answers['/keys'] = () => ({ status: 503 })
    await expect(provider.client().verifyLogoutToken(await provider.logoutToken())).rejects.toThrow(
      ProviderUnreachableError,
    )
  })
})
