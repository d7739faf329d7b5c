import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProviderFailedError, ProviderRefusedError } from '../../src/models/login-errors.ts'
import type { LoginAttempt } from '../../src/services/login/login-provider.ts'
import { LoginSecrets } from '../../src/services/login/login-secrets.ts'
import { type OidcOptions, OidcProvider } from '../../src/services/login/oidc-provider.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { type OidcAlgorithm, OidcServer } from '../support/oidc-server.ts'
import { SESSION_SECRET } from '../support/porthor.ts'
import { ProviderBrowser } from './provider-browser.ts'

const redirectUrl = 'https://example.com/login'
const secrets = new LoginSecrets([SESSION_SECRET])
const algorithms: OidcAlgorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA']
/** By how much Porthor's clock is ahead, in seconds. */
let ahead = 0

function clientOf(server: OidcServer, options: Partial<OidcOptions> = {}): OidcProvider {
  return new OidcProvider({
    ...server.settings,
    clock: { milliseconds: () => Date.now() + ahead * 1000, offsetSeconds: () => ahead },
    log: silentLog,
    ...options,
  })
}

/** The provider's answer to an attempt, as the browser brings it back. */
async function returnOf(client: OidcProvider, attempt: LoginAttempt, browser = new ProviderBrowser()) {
  const back = await browser.follow(await client.authorizationUrl(attempt), redirectUrl)
  expect(back.searchParams.get('state')).toBe(attempt.state)
  return back.searchParams
}

const newAttempt = () => secrets.attempt(secrets.newState())

const ALICE = {
  uid: 'alice',
  name: 'Alice Ångström',
  email: 'alice@example.com',
  uid_number: 4001,
  gid_number: '4002',
  groups: [{ name: 'astronomers', id: 5001 }, { name: 'not a group', id: 5002 }, 'visitors'],
}

describe.each(algorithms)('a real OpenID Connect provider that signs by %s', (algorithm) => {
  let server: OidcServer
  beforeAll(async () => {
    server = await OidcServer.start({ redirectUrl, algorithm })
    server.willLogIn('alice-1', ALICE)
  })
  afterAll(() => server.close())

  it('logs in whoever it knows, with what it says of them', async () => {
    const client = clientOf(server, { idTokenAlgorithms: [algorithm] })
    const attempt = newAttempt()
    expect(await client.authenticate(await returnOf(client, attempt), attempt)).toEqual({
      user: {
        username: 'alice',
        name: 'Alice Ångström',
        email: 'alice@example.com',
        uid: 4001,
        gid: 4002,
        groups: [{ name: 'astronomers', id: 5001 }],
      },
      unnumberedGroups: ['visitors'],
      githubToken: null,
      upstream: { issuer: server.issuer, subject: 'alice-1', sessionId: null },
    })
  })
})

describe('a real OpenID Connect provider', () => {
  let server: OidcServer
  beforeAll(async () => {
    server = await OidcServer.start({ redirectUrl })
    server.willLogIn('alice-1', ALICE)
  })
  afterAll(() => server.close())

  const failure = async (login: Promise<unknown>): Promise<string> => {
    const error = await login.then(
      () => null,
      (reason) => reason,
    )
    expect(error).toBeInstanceOf(ProviderFailedError)
    return error.detail
  }

  it('redeems a code once', async () => {
    const client = clientOf(server)
    const attempt = newAttempt()
    const parameters = await returnOf(client, attempt)
    await client.authenticate(parameters, attempt)
    expect(await failure(client.authenticate(parameters, attempt))).toBe(
      'Error retrieving ID token: invalid_grant',
    )
  })

  it('redeems no code that another browser’s login was given: the verifier differs', async () => {
    const client = clientOf(server)
    const parameters = await returnOf(client, newAttempt())
    const other = newAttempt()
    parameters.set('state', other.state)
    expect(await failure(client.authenticate(parameters, other))).toBe(
      'Error retrieving ID token: invalid_grant',
    )
  })

  it('gives no token that counts for a login with another nonce', async () => {
    const client = clientOf(server)
    const attempt = newAttempt()
    const parameters = await returnOf(client, attempt)
    expect(await failure(client.authenticate(parameters, { ...attempt, nonce: newAttempt().nonce }))).toBe(
      'OpenID Connect token verification failed: Invalid nonce claim in token',
    )
  })

  it('gives nothing to a client without the right secret', async () => {
    const attempt = newAttempt()
    const parameters = await returnOf(clientOf(server), attempt)
    const impostor = clientOf(server, { clientSecret: 'a guess' })
    expect(await failure(impostor.authenticate(parameters, attempt))).toBe(
      'Error retrieving ID token: invalid_client',
    )
  })

  it('gives no token that counts for another audience or by another algorithm', async () => {
    for (const [options, reason] of [
      [{ audience: 'https://api.example' }, 'Invalid aud claim in token'],
      [{ idTokenAlgorithms: ['ES256'] }, 'Signed by an algorithm that is not accepted'],
    ] satisfies [Partial<OidcOptions>, string][]) {
      const attempt = newAttempt()
      const parameters = await returnOf(clientOf(server), attempt)
      expect(await failure(clientOf(server, options).authenticate(parameters, attempt))).toBe(
        `OpenID Connect token verification failed: ${reason}`,
      )
    }
  })

  it('may be one whose clock is half a minute behind, but not one of two hours ago', async () => {
    const client = clientOf(server)
    const attempt = newAttempt()
    ahead = 30
    await client.authenticate(await returnOf(client, attempt), attempt)
    ahead = 7200
    const late = newAttempt()
    expect(await failure(client.authenticate(await returnOf(client, late), late))).toBe(
      'OpenID Connect token verification failed: Token has expired',
    )
    ahead = -7200
    const early = newAttempt()
    expect(await failure(clientOf(server).authenticate(await returnOf(client, early), early))).toBe(
      'OpenID Connect token verification failed: Token was issued in the future',
    )
    ahead = 0
  })

  it('says when the person logged in there, where a recent login is asked for', async () => {
    const client = clientOf(server, { loginParams: { max_age: '3600' } })
    const attempt = newAttempt()
    const { user } = await client.authenticate(await returnOf(client, attempt), attempt)
    expect(user.username).toBe('alice')
  })

  it('may change its keys between two logins', async () => {
    const client = clientOf(server)
    for (const seconds of [0, 10]) {
      ahead = seconds
      if (seconds > 0) await server.rotateKeys()
      const attempt = newAttempt()
      await client.authenticate(await returnOf(client, attempt), attempt)
    }
    ahead = 0
  })

  it('says no when the person does', async () => {
    server.person = null
    const client = clientOf(server)
    const attempt = newAttempt()
    const parameters = await returnOf(client, attempt)
    expect(parameters.has('code')).toBe(false)
    const error = await client.authenticate(parameters, attempt).catch((reason) => reason)
    expect(error).toBeInstanceOf(ProviderRefusedError)
    expect(error.detail).toBe('access_denied')
    server.person = 'alice-1'
  })

  it('names itself in its answer, which may name no other (RFC 9207)', async () => {
    const client = clientOf(server)
    const attempt = newAttempt()
    const parameters = await returnOf(client, attempt)
    expect(parameters.get('iss')).toBe(server.issuer)
    parameters.set('iss', 'https://attacker.example')
    await failure(client.authenticate(parameters, attempt))
    parameters.delete('iss')
    await failure(client.authenticate(parameters, attempt))
    parameters.set('iss', server.issuer)
    await client.authenticate(parameters, attempt)
  })
})
