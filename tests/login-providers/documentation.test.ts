import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Config, loadConfig } from '../../src/config/index.ts'
import { systemClock } from '../../src/models/clock.ts'
import * as loginErrors from '../../src/models/login-errors.ts'
import { createLoginProvider } from '../../src/services/login/create-login-provider.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { BOOTSTRAP_TOKEN, SESSION_SECRET } from '../support/porthor.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let page: string
let configs: Config[]

const environment = {
  PORTHOR_SESSION_SECRET: SESSION_SECRET,
  PORTHOR_BOOTSTRAP_TOKEN: BOOTSTRAP_TOKEN,
  PORTHOR_DATABASE_PASSWORD: 'x',
  PORTHOR_GITHUB_CLIENT_SECRET: 'x',
  PORTHOR_OIDC_CLIENT_SECRET: 'x',
  PORTHOR_CILOGON_CLIENT_SECRET: 'x',
}

beforeAll(async () => {
  page = await readFile(new URL('../../docs/login-providers.md', import.meta.url), 'utf8')
  const folder = await temporaryFolder()
  const files = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text)
  configs = await Promise.all(
    files.map(async (text, index) => {
      const path = join(folder.path, `${index}.yaml`)
      await writeFile(path, text)
      return loadConfig({ path, environment })
    }),
  )
})

describe('the page about login providers', () => {
  it('has files that are right, one for each kind of provider', () => {
    expect(configs.map(({ provider }) => provider?.kind)).toEqual(['github', 'oidc', 'oidc', 'oidc'])
  })

  it('has files that lead to the provider and back to the login', async () => {
    const attempt = { state: 'state', nonce: 'nonce', codeVerifier: 'v'.repeat(43) }
    const urls = configs.map((config) =>
      createLoginProvider(config, { clock: systemClock, log: silentLog })?.authorizationUrl(attempt),
    )
    const found = (await Promise.all(urls)).map((text) => {
      const { origin, pathname, searchParams } = new URL(text ?? '')
      return [origin + pathname, searchParams.get('redirect_uri'), searchParams.get('scope')]
    })
    const back = 'https://tokens.example.com/login'
    expect(found).toEqual([
      ['https://github.com/login/oauth/authorize', back, 'read:org read:user user:email'],
      ['https://sso.example.com/realms/people/protocol/openid-connect/auth', back, 'openid profile email'],
      ['https://sso.example.com/authorize', back, 'openid'],
      ['https://cilogon.org/authorize', back, 'openid email org.cilogon.userinfo'],
    ])
  })

  it('explains every error of a provider', () => {
    const errors = [
      new loginErrors.NoScopesError('x'),
      new loginErrors.CannotAuthenticateError('x'),
      new loginErrors.NotEnrolledError('x'),
      new loginErrors.ProviderRefusedError('x'),
      new loginErrors.ProviderFailedError('x'),
      new loginErrors.ProviderUnreachableError('x'),
    ]
    for (const { message, status } of errors) expect(page).toContain(`\n| \`${message}\` | ${status} | `)
  })
})
