import { describe, expect, it } from 'vitest'
import { systemClock } from '../../models/clock.ts'
import { silentLog } from '../token-log.ts'
import { createLoginProvider, type LoginSettings } from './create-login-provider.ts'

const attempt = { state: 'state', nonce: 'nonce', codeVerifier: 'v'.repeat(43) }
const parts = { clock: systemClock, log: silentLog }

async function parametersOf(settings: LoginSettings): Promise<[address: string, Record<string, string>]> {
  const provider = createLoginProvider(settings, parts)
  const url = new URL((await provider?.authorizationUrl(attempt)) ?? 'about:blank')
  return [url.origin + url.pathname, Object.fromEntries(url.searchParams)]
}

describe('the login provider of a configuration', () => {
  it('is none, where none is configured', () => {
    expect(createLoginProvider({ baseUrl: 'https://example.com/', provider: null }, parts)).toBeNull()
  })

  it('is GitHub, which sends people back to the login below the base URL', async () => {
    const provider = {
      kind: 'github' as const,
      clientId: 'id',
      clientSecret: 'secret',
      mappedTeams: [],
      teamGidOffset: 0,
    }
    const [address, parameters] = await parametersOf({ baseUrl: 'https://example.com/', provider })
    expect(address).toBe('https://github.com/login/oauth/authorize')
    expect(parameters).toMatchObject({ client_id: 'id', redirect_uri: 'https://example.com/login' })
  })

  it('is an OpenID Connect provider, which sends people back where that says', async () => {
    const provider = {
      kind: 'oidc' as const,
      clientId: 'id',
      clientSecret: 'secret',
      audience: 'id',
      loginUrl: 'https://provider.example/authorize',
      tokenUrl: 'https://provider.example/token',
      loginParams: { skin: 'x' },
      redirectUrl: 'https://login.example.com/login',
      issuer: 'https://provider.example',
      scopes: ['openid'],
      usernameClaim: 'uid',
      idTokenAlgorithms: ['RS256' as const],
      userInfoClaims: { name: null, email: null, uid: null, gid: null, groups: null },
    }
    const [address, parameters] = await parametersOf({ baseUrl: 'https://example.com/', provider })
    expect(address).toBe('https://provider.example/authorize')
    expect(parameters).toMatchObject({
      client_id: 'id',
      redirect_uri: 'https://login.example.com/login',
      skin: 'x',
    })
  })
})
