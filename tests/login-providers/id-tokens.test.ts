import { createPublicKey } from 'node:crypto'
import { inspect } from 'node:util'
import { base64url, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ProviderFailedError } from '../../src/models/login-errors.ts'
import {
  ACCESS_TOKEN,
  CLIENT_ID,
  CLIENT_SECRET,
  type Claims,
  ForgedProvider,
  hashOf,
  newKey,
} from './forged-provider.ts'

let provider: ForgedProvider
beforeAll(async () => {
  provider = await ForgedProvider.start()
})
beforeEach(() => provider.reset())
afterAll(() => provider.close())

/** What the person is told of a login with such an ID token; null: they are logged in. */
async function outcomeOf(idToken: string, client = provider.client()): Promise<string | null> {
  provider.willGive(idToken)
  try {
    await provider.logIn(client)
    return null
  } catch (error) {
    if (!(error instanceof ProviderFailedError)) throw error
    return error.detail
  }
}

const failed = (reason: string) => `OpenID Connect token verification failed: ${reason}`

describe('an ID token', () => {
  it('that is right logs in', async () => {
    provider.willGive(await provider.idToken({ sid: 'session-1' }))
    expect(await provider.logIn()).toEqual({
      user: { username: 'alice', name: null, email: null, uid: null, gid: null, groups: null },
      unnumberedGroups: [],
      githubToken: null,
      upstream: { issuer: provider.issuer, subject: 'subject-1', sessionId: 'session-1' },
    })
  })

  it('logs in whatever stands beside it that is not looked at', async () => {
    const beside = { refresh_token: null, scope: null, expires_in: -1 }
    provider.willGive(await provider.idToken(), beside)
    expect((await provider.logIn()).user.username).toBe('alice')
  })

  describe('is refused by its signature:', () => {
    it('of another key under the name of the right one', async () => {
      const other = await newKey('RS256', provider.key.kid)
      expect(await outcomeOf(await provider.sign(provider.claims(), {}, other))).toBe(
        failed('Wrong signature'),
      )
    })

    it('of a key that nobody knows', async () => {
      const stranger = await newKey('RS256', 'stranger')
      expect(await outcomeOf(await provider.sign(provider.claims(), {}, stranger))).toBe(
        failed('The issuer has no key of that name and kind'),
      )
    })

    it('none', async () => {
      const header = base64url.encode(JSON.stringify({ alg: 'none' }))
      const payload = base64url.encode(JSON.stringify(provider.claims()))
      for (const token of [`${header}.${payload}.`, `${header}.${payload}`]) {
        expect(await outcomeOf(token)).toMatch(/^OpenID Connect token verification failed: /)
      }
    })

    it('the one of other claims', async () => {
      const [header, , signature] = (await provider.idToken()).split('.')
      const claims = base64url.encode(JSON.stringify(provider.claims({ uid: 'mallory' })))
      expect(await outcomeOf(`${header}.${claims}.${signature}`)).toBe(failed('Wrong signature'))
    })

    // The key is no secret: where HS256 counted, anybody could sign.
    it('a symmetric one, by the client secret or the public key', async () => {
      const pem = createPublicKey({ key: provider.key.jwk, format: 'jwk' }).export({
        type: 'spki',
        format: 'pem',
      })
      for (const secret of [CLIENT_SECRET, String(pem), JSON.stringify(provider.key.jwk)]) {
        const token = await new SignJWT(provider.claims())
          .setProtectedHeader({ alg: 'HS256', kid: provider.key.kid })
          .sign(new TextEncoder().encode(secret))
        expect(await outcomeOf(token)).toBe(failed('Signed by an algorithm that is not accepted'))
      }
    })

    it('by an algorithm that is not configured, though the provider has a key for it', async () => {
      const key = await newKey('ES256', 'elliptic')
      provider.answers['/keys'] = () => ({ body: { keys: [provider.key.jwk, key.jwk] } })
      const token = await provider.sign(provider.claims(), {}, key)
      expect(await outcomeOf(token)).toBe(failed('Signed by an algorithm that is not accepted'))
      const client = provider.client({ idTokenAlgorithms: ['RS256', 'ES256'] })
      expect(await outcomeOf(token, client)).toBeNull()
    })

    it('a key that the token itself brings along', async () => {
      const own = await newKey('RS256', 'own')
      const token = await new SignJWT(provider.claims())
        .setProtectedHeader({ alg: 'RS256', jwk: own.jwk })
        .sign(own.privateKey)
      expect(await outcomeOf(token)).toBe(failed('Wrong signature'))
    })

    it('a text that is no token', async () => {
      for (const text of ['x', 'a.b.c', '…', 'x'.repeat(50_000)]) {
        expect(await outcomeOf(text)).toBe(failed('Token or key is malformed'))
      }
    })
  })

  it.each(['PS256', 'ES256', 'EdDSA'] as const)('may be signed by %s, where configured', async (alg) => {
    const key = await newKey(alg, 'another')
    provider.answers['/keys'] = () => ({ body: { keys: [provider.key.jwk, key.jwk] } })
    const client = provider.client({ idTokenAlgorithms: [alg] })
    expect(await outcomeOf(await provider.sign(provider.claims(), {}, key), client)).toBeNull()
    expect(await outcomeOf(await provider.idToken(), client)).toBe(
      failed('Signed by an algorithm that is not accepted'),
    )
  })

  describe('is refused by its claims:', () => {
    const seconds = () => Math.floor(provider.now / 1000)
    const cases: [what: string, changes: () => Claims, reason: string][] = [
      ['no issuer', () => ({ iss: undefined }), 'No iss claim in token'],
      ['another issuer', () => ({ iss: 'https://elsewhere.example' }), 'Unknown issuer'],
      ['an issuer with a slash more', () => ({ iss: `${provider.issuer}/` }), 'Unknown issuer'],
      ['no audience', () => ({ aud: undefined }), 'No aud claim in token'],
      ['another audience', () => ({ aud: 'somebody-else' }), 'Invalid aud claim in token'],
      [
        'another audience besides ours, and no word on whose it is',
        () => ({ aud: [CLIENT_ID, 'x'] }),
        'No azp claim in token',
      ],
      ['made for another client', () => ({ aud: [CLIENT_ID, 'x'], azp: 'x' }), 'Invalid azp claim in token'],
      ['made for another client alone', () => ({ azp: 'x' }), 'Invalid azp claim in token'],
      ['no end', () => ({ exp: undefined }), 'No exp claim in token'],
      ['an end that is no time', () => ({ exp: 'never' }), 'Invalid exp claim in token'],
      ['expired a minute ago', () => ({ exp: seconds() - 60 }), 'Token has expired'],
      ['no beginning', () => ({ iat: undefined }), 'No iat claim in token'],
      ['issued in two minutes', () => ({ iat: seconds() + 120 }), 'Token was issued in the future'],
      ['not valid yet', () => ({ nbf: seconds() + 120 }), 'Invalid nbf claim in token'],
      ['no nonce', () => ({ nonce: undefined }), 'No nonce claim in token'],
      ['the nonce of another login', () => ({ nonce: 'another' }), 'Invalid nonce claim in token'],
      [
        'the hash of another access token',
        () => ({ at_hash: hashOf('another') }),
        'Invalid at_hash claim in token',
      ],
      ['no subject', () => ({ sub: undefined }), 'No sub claim in token'],
      ['an empty subject', () => ({ sub: '' }), 'Invalid sub claim in token'],
      ['a subject that no database stores', () => ({ sub: 'a\0b' }), 'Invalid sub claim in token'],
    ]
    it.each(cases)('%s', async (_, changes, reason) => {
      expect(await outcomeOf(await provider.idToken(changes()))).toBe(failed(reason))
    })
  })

  it('is accepted with clocks that differ by less than a minute, either way', async () => {
    const seconds = Math.floor(provider.now / 1000)
    expect(await outcomeOf(await provider.idToken({ exp: seconds - 50 }))).toBeNull()
    expect(await outcomeOf(await provider.idToken({ iat: seconds + 50, nbf: seconds + 50 }))).toBeNull()
  })

  it('is accepted with the hash of its own access token, and with one among several audiences', async () => {
    expect(await outcomeOf(await provider.idToken({ at_hash: hashOf(ACCESS_TOKEN) }))).toBeNull()
    expect(await outcomeOf(await provider.idToken({ aud: [CLIENT_ID, 'x'], azp: CLIENT_ID }))).toBeNull()
  })

  it('must be for the configured audience, where that is not the client', async () => {
    const client = provider.client({ audience: 'https://api.example' })
    expect(await outcomeOf(await provider.idToken({ aud: 'https://api.example' }), client)).toBeNull()
    expect(await outcomeOf(await provider.idToken({ aud: CLIENT_ID }), client)).toBe(
      failed('Invalid aud claim in token'),
    )
  })

  it('must be of a recent login at the provider, where one was asked for', async () => {
    const client = provider.client({ loginParams: { max_age: '600' } })
    const seconds = Math.floor(provider.now / 1000)
    const outcome = async (loggedInAt: unknown) =>
      outcomeOf(await provider.idToken({ auth_time: loggedInAt }), client)
    expect(await outcome(seconds - 600)).toBeNull()
    expect(await outcome(seconds - 661)).toBe(failed('The login at the provider was too long ago'))
    expect(await outcome(undefined)).toBe(failed('No auth_time claim in token'))
    expect(await outcome('now')).toBe(failed('Invalid auth_time claim in token'))
    expect(await outcomeOf(await provider.idToken({ auth_time: 0 }))).toBeNull()
  })

  it('of an earlier login is refused in the next one, which has a nonce of its own', async () => {
    const token = await provider.idToken()
    expect(await outcomeOf(token)).toBeNull()
    const next = { state: 'bmV4dC1sb2dpbi1zdGF0ZQ==', nonce: 'next', codeVerifier: 'v'.repeat(43) }
    const query = new URLSearchParams({ code: 'next', state: next.state })
    await expect(provider.client().authenticate(query, next)).rejects.toMatchObject({
      detail: failed('Invalid nonce claim in token'),
    })
  })

  it('says nothing of its claims in what is shown and logged', async () => {
    provider.willGive(await provider.idToken({ nonce: 'a secret nonce', aud: 'secret audience' }))
    const error = await provider.logIn().catch((reason: Error) => reason)
    expect(error).toBeInstanceOf(ProviderFailedError)
    expect(inspect([provider.log, error], { depth: 9 })).not.toContain('secret')
  })
})
