import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ProviderFailedError, ProviderUnreachableError } from '../../src/models/login-errors.ts'
import { ForgedProvider, newKey } from './forged-provider.ts'

let provider: ForgedProvider
beforeAll(async () => {
  provider = await ForgedProvider.start()
})
beforeEach(() => provider.reset())
afterAll(() => provider.close())

const DISCOVERY = '/.well-known/openid-configuration'
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const fetches = () => provider.requestsTo('/keys').length
const goAway = () => {
  for (const path of [DISCOVERY, '/keys']) provider.answers[path] = () => ({ status: 503, body: 'away' })
}
const comeBack = () => {
  const { now } = provider
  provider.reset()
  provider.now = now
}

describe('the keys of a provider', () => {
  it('are asked for once, and again after ten minutes', async () => {
    const client = provider.client()
    for (let login = 0; login < 3; login++) await provider.logIn(client)
    expect(fetches()).toBe(1)
    provider.now += 10 * MINUTE
    await provider.logIn(client)
    expect(fetches()).toBe(2)
    expect(provider.requestsTo(DISCOVERY)).toHaveLength(2)
  })

  it('are asked for once by logins at the same time', async () => {
    const client = provider.client()
    await Promise.all(Array.from({ length: 5 }, () => provider.logIn(client)))
    expect(fetches()).toBe(1)
  })

  it('that have changed are found at the first token that the new one has signed', async () => {
    const client = provider.client()
    await provider.logIn(client)
    provider.now += 5_000
    provider.key = await newKey('RS256', 'rotated')
    await provider.logIn(client)
    expect(fetches()).toBe(2)
  })

  it('that are withdrawn count for ten minutes at most', async () => {
    const client = provider.client()
    await provider.logIn(client)
    const withdrawn = provider.key
    provider.key = await newKey('RS256', 'next')
    const oldToken = () => provider.sign(provider.claims(), {}, withdrawn)
    provider.now += 9 * MINUTE
    provider.willGive(await oldToken())
    await provider.logIn(client)
    provider.now += MINUTE
    provider.willGive(await oldToken())
    await expect(provider.logIn(client)).rejects.toThrow(ProviderFailedError)
  })

  it('are asked for once in five seconds, however many tokens name others', async () => {
    const client = provider.client()
    await provider.logIn(client)
    const stranger = await newKey('RS256', 'made up')
    const attempt = async () => {
      provider.willGive(await provider.sign(provider.claims(), {}, stranger))
      await expect(provider.logIn(client)).rejects.toThrow(ProviderFailedError)
    }
    for (let count = 0; count < 3; count++) await attempt()
    expect(fetches()).toBe(1)
    provider.now += 5_000
    for (let count = 0; count < 3; count++) await attempt()
    expect(fetches()).toBe(2)
  })

  it('count for a day while the provider does not give them', async () => {
    const client = provider.client()
    await provider.logIn(client)
    goAway()
    for (const age of [11 * MINUTE, HOUR, 22 * HOUR]) {
      provider.now += age
      await provider.logIn(client)
    }
    provider.now += HOUR
    await expect(provider.logIn(client)).rejects.toThrow(ProviderUnreachableError)
    comeBack()
    provider.now += MINUTE
    await provider.logIn(client)
  })

  it('are asked for ever more rarely while the provider does not give them', async () => {
    const client = provider.client()
    await provider.logIn(client)
    goAway()
    provider.now += 10 * MINUTE
    const asked: number[] = []
    for (let second = 0; second < 100; second++) {
      const before = provider.requestsTo(DISCOVERY).length
      await provider.logIn(client)
      if (provider.requestsTo(DISCOVERY).length > before) asked.push(second)
      provider.now += 1000
    }
    expect(asked).toEqual([0, 1, 3, 7, 15, 31, 61, 91])
    const warnings = provider.log.filter(({ level }) => level === 'warn')
    expect(warnings).toHaveLength(asked.length)
    expect(warnings[0]).toEqual({
      level: 'warn',
      event: 'Cannot get the keys of the login provider',
      fields: {
        issuer: provider.issuer,
        error: `Error: GET ${provider.issuer}${DISCOVERY} was answered by 503: away`,
      },
    })
  })

  it('lie below the issuer, where the provider publishes nothing of itself', async () => {
    delete provider.answers[DISCOVERY]
    provider.answers['/.well-known/jwks.json'] = () => ({ body: { keys: [provider.key.jwk] } })
    await provider.logIn()
    expect(provider.requestsTo('/.well-known/jwks.json')).toHaveLength(1)
  })

  it('lie below the path of an issuer that has one, with or without a slash at its end', async () => {
    for (const issuer of [`${provider.issuer}/realms/one`, `${provider.issuer}/realms/one/`]) {
      const metadata = provider.metadata({ issuer })
      provider.answers['/realms/one/.well-known/openid-configuration'] = () => ({ body: metadata })
      provider.willGive(await provider.idToken({ iss: issuer }))
      await provider.logIn(provider.client({ issuer }))
    }
  })

  it('that cannot be used are no obstacle to the others', async () => {
    const { jwk } = provider.key
    const elliptic = await newKey('ES256', 'elliptic')
    const others = [
      null,
      'x',
      { kid: 'no kind' },
      { kty: 'oct', k: 'c2VjcmV0', kid: jwk.kid },
      { kty: 'AKP', alg: 'ML-DSA-44', kid: 'new' },
      { ...elliptic.jwk, kid: jwk.kid },
      { ...jwk, use: 'enc', kid: 'for encryption' },
      { ...jwk, kid: 7 },
    ]
    const forEncryption = { ...jwk, use: 'enc' }
    provider.answers['/keys'] = () => ({ body: { keys: [...others, jwk, forEncryption] } })
    await provider.logIn()
  })

  it('may lack a name where there is but one of a kind, and the token names none', async () => {
    const { kid: _, ...jwk } = provider.key.jwk
    const elliptic = await newKey('ES256', 'elliptic')
    provider.answers['/keys'] = () => ({ body: { keys: [elliptic.jwk, jwk] } })
    provider.willGive(await provider.idToken({}, { kid: undefined }))
    await provider.logIn()
    provider.willGive(await provider.idToken())
    await expect(provider.logIn()).rejects.toThrow(ProviderFailedError)
  })

  it('of one name: the last one counts', async () => {
    const older = await newKey('RS256', provider.key.kid)
    provider.answers['/keys'] = () => ({ body: { keys: [older.jwk, provider.key.jwk] } })
    await provider.logIn()
    provider.answers['/keys'] = () => ({ body: { keys: [provider.key.jwk, older.jwk] } })
    await expect(provider.logIn()).rejects.toThrow(ProviderFailedError)
  })

  it('for encryption alone sign nothing', async () => {
    provider.answers['/keys'] = () => ({ body: { keys: [{ ...provider.key.jwk, use: 'enc' }] } })
    await expect(provider.logIn()).rejects.toThrow(ProviderFailedError)
  })

  it('of too few bits sign nothing', async () => {
    const weak = await crypto.subtle.generateKey(
      {
        name: 'RSASSA-PKCS1-v1_5',
        hash: 'SHA-256',
        modulusLength: 1024,
        publicExponent: new Uint8Array([1, 0, 1]),
      },
      true,
      ['sign', 'verify'],
    )
    const jwk = await crypto.subtle.exportKey('jwk', weak.publicKey)
    const claims = Buffer.from(JSON.stringify(provider.claims())).toString('base64url')
    const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'weak' })).toString('base64url')
    const signed = Buffer.from(`${header}.${claims}`)
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', weak.privateKey, signed)
    provider.answers['/keys'] = () => ({ body: { keys: [{ ...jwk, kid: 'weak' }] } })
    provider.willGive(`${signed}.${Buffer.from(signature).toString('base64url')}`)
    await expect(provider.logIn()).rejects.toThrow(ProviderFailedError)
  })
})
