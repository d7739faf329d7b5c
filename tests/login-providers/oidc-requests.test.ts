import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type LoginError,
  ProviderFailedError,
  ProviderRefusedError,
  ProviderUnreachableError,
} from '../../src/models/login-errors.ts'
import {
  ACCESS_TOKEN,
  ATTEMPT,
  CLIENT_ID,
  CLIENT_SECRET,
  CODE,
  ForgedProvider,
  SHORT_LIMITS,
  SMALL_LIMITS,
} from './forged-provider.ts'
import type { LoopbackAnswer } from './loopback.ts'

let provider: ForgedProvider
beforeAll(async () => {
  provider = await ForgedProvider.start()
})
beforeEach(() => provider.reset())
afterAll(() => provider.close())

const challenge = createHash('sha256').update(ATTEMPT.codeVerifier).digest('base64url')

describe('the way to the provider', () => {
  it('has every parameter, PKCE and nonce among them, form-encoded', async () => {
    const client = provider.client({
      scopes: ['openid', 'email', 'org.cilogon.userinfo'],
      loginParams: { skin: 'LSST', selected_idp: 'https://idp.example/shibboleth' },
    })
    const url = await client.authorizationUrl(ATTEMPT)
    expect(url.startsWith(`${provider.issuer}/authorize?`)).toBe(true)
    expect(url).toContain('scope=openid+email+org.cilogon.userinfo')
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: 'https://example.com/login',
      scope: 'openid email org.cilogon.userinfo',
      state: ATTEMPT.state,
      nonce: ATTEMPT.nonce,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      skin: 'LSST',
      selected_idp: 'https://idp.example/shibboleth',
    })
  })

  it('keeps a query that the login URL has of its own', async () => {
    const client = provider.client({ loginUrl: `${provider.issuer}/authorize?tenant=one` })
    const { searchParams } = new URL(await client.authorizationUrl(ATTEMPT))
    expect(searchParams.get('tenant')).toBe('one')
    expect(searchParams.get('state')).toBe(ATTEMPT.state)
  })

  it('needs no answer of the provider', async () => {
    provider.answers = {}
    await provider.client().authorizationUrl(ATTEMPT)
    expect(provider.requestsTo('/.well-known/openid-configuration')).toEqual([])
  })
})

describe('the request for tokens', () => {
  it('has the code, the verifier and the client’s secret in a form, and nothing in the URL', async () => {
    await provider.logIn()
    const [request, ...others] = provider.requestsTo('/token')
    expect(others).toEqual([])
    expect(request?.method).toBe('POST')
    expect(request?.query.size).toBe(0)
    expect(request?.headers.accept).toBe('application/json')
    expect(request?.headers.authorization).toBeUndefined()
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      code: CODE,
      redirect_uri: 'https://example.com/login',
      code_verifier: ATTEMPT.codeVerifier,
    })
    expect(provider.log).toEqual([
      { level: 'info', event: 'Retrieving ID token', fields: { token_url: `${provider.issuer}/token` } },
    ])
  })

  it('is not made for a code that another issuer names itself for (RFC 9207)', async () => {
    await expect(provider.logIn(undefined, { iss: 'https://attacker.example' })).rejects.toThrow(
      ProviderFailedError,
    )
    expect(provider.requestsTo('/token')).toEqual([])
    await provider.logIn(undefined, { iss: provider.issuer })
    expect(provider.requestsTo('/token')).toHaveLength(1)
  })

  it('is not made without the issuer’s name, where the issuer always names itself', async () => {
    const metadata = provider.metadata({ authorization_response_iss_parameter_supported: true })
    provider.answers['/.well-known/openid-configuration'] = () => ({ body: metadata })
    await expect(provider.logIn()).rejects.toThrow(ProviderFailedError)
    expect(provider.requestsTo('/token')).toEqual([])
    await provider.logIn(undefined, { iss: provider.issuer })
  })

  it('is not made for a state of another login, nor for two at once', async () => {
    await expect(provider.logIn(undefined, { state: 'another' })).rejects.toThrow(ProviderFailedError)
    const twice = new URLSearchParams([
      ['code', CODE],
      ['state', ATTEMPT.state],
      ['state', 'another'],
    ])
    await expect(provider.client().authenticate(twice, ATTEMPT)).rejects.toThrow(ProviderFailedError)
    expect(provider.requestsTo('/token')).toEqual([])
  })

  it('is not made where the provider says no, whatever else it says', async () => {
    const error = await provider.logIn(undefined, { error: 'access_denied' }).catch((reason) => reason)
    expect(error).toBeInstanceOf(ProviderRefusedError)
    expect(error.detail).toBe('access_denied')
    expect(provider.requestsTo('/token')).toEqual([])
  })

  it('goes to no other place to which it is sent on', async () => {
    provider.answers['/token'] = () => ({ status: 307, headers: { location: `${provider.issuer}/stolen` } })
    await expect(provider.logIn()).rejects.toThrow(ProviderFailedError)
    expect(provider.requestsTo('/stolen')).toEqual([])
  })
})

type Expected = [
  what: string,
  answer: () => LoopbackAnswer,
  kind: new (detail: string) => LoginError,
  detail: RegExp,
]

const json = (body: object, status = 200) => ({ status, body })
const long = () => ({ body: { padding: 'x'.repeat(SMALL_LIMITS.maximumBytes) } })
const bomb = gzipSync(Buffer.alloc(10_000_000, ' '))
const slow: Expected[] = [
  ['silence', () => ({ hangs: 'before' }), ProviderUnreachableError, /^No answer from 127\.0\.0\.1:\d+$/],
  [
    'silence amid an answer',
    () => ({ hangs: 'midway', body: '{}' }),
    ProviderUnreachableError,
    /^No answer from 127\.0\.0\.1:\d+$/,
  ],
  [
    'an answer that drips without an end',
    () => ({ hangs: 'dripping', body: '{}' }),
    ProviderUnreachableError,
    /^No answer from 127\.0\.0\.1:\d+$/,
  ],
]
const tooLong: Expected[] = [
  ['an answer beyond measure', long, ProviderFailedError, /^The answer of 127\.0\.0\.1:\d+ is too long$/],
  [
    'an answer that is small only on the way',
    () => ({ headers: { 'content-encoding': 'gzip' }, body: bomb }),
    ProviderFailedError,
    /^The answer of 127\.0\.0\.1:\d+ is too long$/,
  ],
  [
    'headers beyond measure',
    () => ({ headers: { 'x-padding': 'x'.repeat(100_000) }, body: '{}' }),
    ProviderUnreachableError,
    /^No answer from 127\.0\.0\.1:\d+$/,
  ],
]

async function expectFailure([, answer, kind, detail]: Expected, path: string) {
  provider.answers[path] = answer
  const client = provider.client({ limits: answer().hangs ? SHORT_LIMITS : SMALL_LIMITS })
  const error = await provider.logIn(client).catch((reason) => reason)
  expect(error).toBeInstanceOf(kind)
  expect(error.detail).toMatch(detail)
  const shown = inspect([error, provider.log], { depth: 9 })
  for (const secret of [CLIENT_SECRET, CODE, ATTEMPT.codeVerifier, ACCESS_TOKEN]) {
    expect(shown).not.toContain(secret)
  }
}

describe('an answer of the token endpoint', () => {
  const notTokens = /^The answer of the login provider is not as it must be$/
  const cases: Expected[] = [
    [
      'that refuses the code',
      () => json({ error: 'invalid_grant', error_description: `${CODE} was used` }, 400),
      ProviderFailedError,
      /^Error retrieving ID token: invalid_grant$/,
    ],
    [
      'that refuses the client',
      () => json({ error: 'invalid_client' }, 401),
      ProviderFailedError,
      /^Error retrieving ID token: invalid_client$/,
    ],
    [
      'with an error of its own, and a code for it',
      () => json({ error: 'server_error' }, 500),
      ProviderFailedError,
      /^Error retrieving ID token: server_error$/,
    ],
    [
      'with a code that is none',
      () => json({ error: `<b>${CLIENT_SECRET}</b>` }, 400),
      ProviderFailedError,
      /^Error retrieving ID token$/,
    ],
    [
      'with an error and no code for it',
      () => json({ secret: CLIENT_SECRET }, 503),
      ProviderUnreachableError,
      /^The login provider answered with the status 503$/,
    ],
    [
      'with an error as a page',
      () => ({ status: 502, body: `<h1>Bad gateway</h1>${CODE}` }),
      ProviderFailedError,
      /^Response from http.*\/token not valid JSON$/,
    ],
    [
      'that is no JSON',
      () => ({ body: `access_token=${ACCESS_TOKEN}` }),
      ProviderFailedError,
      /^Response from http.*\/token not valid JSON$/,
    ],
    [
      'that is cut',
      () => ({ body: `{"access_token":"${ACCESS_TOKEN}` }),
      ProviderFailedError,
      /not valid JSON$/,
    ],
    [
      'that is a list',
      () => json([{ access_token: ACCESS_TOKEN }]),
      ProviderFailedError,
      /^No id_token in token reply from http.*\/token$/,
    ],
    [
      'without an ID token',
      () => json({ access_token: ACCESS_TOKEN, token_type: 'Bearer' }),
      ProviderFailedError,
      /^No id_token in token reply from http.*\/token$/,
    ],
    [
      'with an ID token that is a number',
      () => json({ access_token: ACCESS_TOKEN, token_type: 'Bearer', id_token: 1 }),
      ProviderFailedError,
      /^No id_token in token reply/,
    ],
    [
      'without an access token',
      () => json({ token_type: 'Bearer', id_token: 'x' }),
      ProviderFailedError,
      notTokens,
    ],
    [
      'of an unknown kind of token',
      () => json({ access_token: ACCESS_TOKEN, token_type: 'mac', id_token: 'x' }),
      ProviderFailedError,
      notTokens,
    ],
    ...tooLong,
    ...slow,
  ]
  it.each(cases)('%s ends the login', (...expected) => expectFailure(expected, '/token'))
})

describe('an answer of the discovery', () => {
  const unusable = /^Metadata of the login provider cannot be used: /
  const metadata = (changes: object) => () => json(provider.metadata(changes))
  const cases: Expected[] = [
    [
      'with an error',
      () => json({}, 500),
      ProviderUnreachableError,
      /^The login provider answered with the status 500$/,
    ],
    [
      'that leads elsewhere',
      () => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' } }),
      ProviderUnreachableError,
      /the status 302$/,
    ],
    ['that is no JSON', () => ({ body: '<html>' }), ProviderFailedError, unusable],
    ['that is a list', () => json([]), ProviderFailedError, unusable],
    ['of another issuer', metadata({ issuer: 'https://elsewhere.example' }), ProviderFailedError, unusable],
    [
      'of an issuer with a slash more',
      () => json(provider.metadata({ issuer: `${provider.issuer}/` })),
      ProviderFailedError,
      unusable,
    ],
    ['without an issuer', metadata({ issuer: undefined }), ProviderFailedError, unusable],
    ['without keys', metadata({ jwks_uri: undefined }), ProviderFailedError, unusable],
    ['with keys on this machine', metadata({ jwks_uri: 'file:///etc/keys' }), ProviderFailedError, unusable],
    ...tooLong,
    ...slow,
  ]
  it.each(cases)('%s ends the login, before the code is spent', async (...expected) => {
    await expectFailure(expected, '/.well-known/openid-configuration')
    expect(provider.requestsTo('/token')).toEqual([])
  })
})

describe('an answer with the keys', () => {
  const malformed = /^The key set of the login provider is malformed$/
  const cases: Expected[] = [
    [
      'that are not there',
      () => json({}, 404),
      ProviderUnreachableError,
      /^The login provider answered with the status 404$/,
    ],
    ['that is no JSON', () => ({ body: 'x' }), ProviderFailedError, malformed],
    ['that has none', () => json({}), ProviderFailedError, malformed],
    ['that is something else', () => json({ keys: 'x' }), ProviderFailedError, malformed],
    ...tooLong,
    ...slow,
  ]
  it.each(cases)('%s ends the login, before the code is spent', async (...expected) => {
    await expectFailure(expected, '/keys')
    expect(provider.requestsTo('/token')).toEqual([])
  })
})

describe('a provider that is away', () => {
  it('is said to be, whatever is asked of it', async () => {
    const gone = await ForgedProvider.start()
    await gone.close()
    for (const options of [{ issuer: gone.issuer }, { tokenUrl: `${gone.issuer}/token` }]) {
      const error = await provider.logIn(provider.client(options)).catch((reason) => reason)
      expect(error).toBeInstanceOf(ProviderUnreachableError)
      expect(error.detail).toMatch(/^No answer from 127\.0\.0\.1:\d+$/)
    }
  })
})
