import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserAvailable, startBrowser } from '../support/chromium.ts'
import { freePort } from '../support/free-port.ts'
import { OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OidcServer } from '../support/oidc-server.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'

describe.skipIf(browserAvailable() !== true)('a person with a browser and an OpenID Connect provider', () => {
  let folder: TemporaryFolder
  let provider: OidcServer
  let server: ServerProcess
  let browser: Browser
  let context: BrowserContext
  let page: Page

  beforeAll(async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    folder = await temporaryFolder('oidc')
    provider = await OidcServer.start({ redirectUrl: `${url}/login` })
    provider.sendLogouts({ url: `${url}/logout/back-channel`, bySession: true })
    const path = join(folder.path, 'porthor.yaml')
    await writeFile(path, configuration(url, provider))
    server = await startServerProcess({
      port,
      environment: { PORTHOR_CONFIG_PATH: path, PORTHOR_DATA: join(folder.path, 'data') },
    })
    browser = await startBrowser()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await provider?.close()
    await folder?.remove()
  })

  beforeEach(async () => {
    context = await browser.newContext()
    context.setDefaultTimeout(30_000)
    page = await context.newPage()
  })
  afterEach(() => context.close())

  const alice = { uid: 'alice', groups: [{ name: 'readers', id: 5001 }] }
  const logIn = async (returnUrl: string) => {
    await page.goto(`${server.url}/login?rd=${encodeURIComponent(returnUrl)}`)
    await page.waitForURL(returnUrl)
  }
  const whoIs = async () => {
    const answer = await context.request.get(`${server.url}/auth/api/v1/token-info`)
    return answer.ok() ? answer.json() : null
  }

  it('logs in and comes back to where they wanted to go', async () => {
    provider.willLogIn('alice-1', alice)
    await logIn(`${server.url}/logged-out?from=here`)
    expect(await whoIs()).toMatchObject({ username: 'alice', scopes: ['read:all', 'user:token'] })
    const cookies = await context.cookies(server.url)
    const cookie = cookies.find(({ name }) => name === 'gafaelfawr')
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
  }, 60_000)

  it('chooses to log in, and lands on the page of their tokens', async () => {
    provider.willLogIn('alice-1', alice)
    await page.goto(`${server.url}/login`)
    await page.getByRole('link', { name: /^Log in/ }).click()
    await page.waitForURL(`${server.url}/auth/tokens`)
    expect(await whoIs()).toMatchObject({ username: 'alice' })
  }, 60_000)

  it('logs out, and the session is over everywhere', async () => {
    provider.willLogIn('alice-1', alice)
    await logIn(`${server.url}/logged-out`)
    const before = await context.cookies(server.url)
    await page.goto(`${server.url}/logout`)
    await page.waitForURL(`${server.url}/logged-out`)
    expect(await whoIs()).toBeNull()
    await context.addCookies(before)
    expect(await whoIs()).toBeNull()
  }, 60_000)

  it('is logged out when the provider ends its own session', async () => {
    provider.willLogIn('alice-1', alice)
    await logIn(`${server.url}/logged-out`)
    expect(await whoIs()).not.toBeNull()
    await page.goto(provider.logoutUrl)
    // The provider's own page has a button for this, which the bare form of the test's does not.
    await page.evaluate(`
      document.forms[0].insertAdjacentHTML('beforeend', '<input name="logout" value="yes">')
      document.forms[0].submit()
    `)
    await expect.poll(whoIs, { timeout: 20_000 }).toBeNull()
  }, 60_000)

  it('is told what happened when the provider says no, and can try again', async () => {
    provider.person = null
    await page.goto(`${server.url}/login?rd=${encodeURIComponent(`${server.url}/auth/tokens`)}`)
    await page.getByRole('heading', { name: 'Authentication error' }).waitFor()
    expect(await page.textContent('main')).toContain('access_denied')
    expect(await whoIs()).toBeNull()
    provider.willLogIn('alice-1', alice)
    await page.getByRole('link', { name: 'Try again' }).click()
    await page.waitForURL(`${server.url}/auth/tokens`)
    expect(await whoIs()).toMatchObject({ username: 'alice' })
  }, 60_000)

  it('in none of the groups is told so, with the operator’s words, and has no session', async () => {
    provider.willLogIn('mallory-1', { uid: 'mallory', groups: [{ name: 'strangers', id: 5002 }] })
    await page.goto(`${server.url}/login?rd=${encodeURIComponent(`${server.url}/auth/tokens`)}`)
    await page.getByText('mallory is not a member of any authorized groups').waitFor()
    await page.getByText('Ask at the desk').waitFor()
    expect(await whoIs()).toBeNull()
  }, 60_000)

  it('is asked first when a page of another site logs them out', async () => {
    provider.willLogIn('alice-1', alice)
    await logIn(`${server.url}/logged-out`)
    // Another site to a browser: the same server under another name.
    await page.goto(`${server.url.replace('127.0.0.1', 'localhost')}/health`)
    await page.setContent(`<a href="${server.url}/logout">a prize</a>`)
    await page.getByRole('link', { name: 'a prize' }).click()
    await page.getByRole('heading', { name: 'Log out?' }).waitFor()
    expect(await whoIs()).not.toBeNull()
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.waitForURL(`${server.url}/logged-out`)
    expect(await whoIs()).toBeNull()
  }, 60_000)
})

function configuration(url: string, provider: OidcServer): string {
  return `
database: embedded
baseUrl: ${url}/
errorFooter: Ask at the <b>desk</b>
knownScopes:
  admin:token: Manage tokens
  admin:userinfo: Read user information
  user:token: Manage own tokens
  read:all: Read everything
groupMapping:
  read:all: [readers]
oidc:
  clientId: ${OIDC_CLIENT_ID}
  clientSecret: ${OIDC_CLIENT_SECRET}
  loginUrl: ${provider.loginUrl}
  tokenUrl: ${provider.tokenUrl}
  issuer: ${provider.issuer}
  redirectUrl: ${url}/login
  usernameClaim: uid
  userInfoClaims:
    groups: groups
`
}
