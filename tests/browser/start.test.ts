import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserAvailable, startBrowser } from '../support/chromium.ts'
import {
  checkoutFolder,
  cleanEnvironment,
  type ServerProcess,
  startServerProcess,
} from '../support/server-process.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'

describe.skipIf(browserAvailable() !== true)('a person with a browser, after npm start', () => {
  let folder: TemporaryFolder
  let server: ServerProcess
  let browser: Browser
  const environment = () => ({ PORTHOR_DATA: join(folder.path, 'data') })

  beforeAll(async () => {
    folder = await temporaryFolder('browser')
    server = await startServerProcess({ command: ['npm', 'start', '--'], environment: environment() })
    await server.program.waitForOutput('Ctrl-C')
    browser = await startBrowser()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await folder?.remove()
  })

  const newPage = async (): Promise<Page> => {
    const context = await browser.newContext()
    context.setDefaultTimeout(30_000)
    return context.newPage()
  }
  const useLink = async (page: Page, link: string) => {
    await page.goto(link)
    await page.getByRole('button', { name: /^Log in as / }).click()
  }
  /** What the API says to the browser's cookies. */
  const whoIs = async (page: Page) => {
    const answer = await page.context().request.get(`${server.url}/auth/api/v1/token-info`)
    return answer.ok() ? answer.json() : null
  }

  it('logs in as the administrator by the printed link, and out again', async () => {
    const [link = ''] = /^http:\S+\/login\/link\/\S+$/m.exec(server.program.output()) ?? []
    const page = await newPage()
    await useLink(page, link)
    await page.waitForURL(`${server.url}/auth/tokens`)
    const info = await whoIs(page)
    expect(info).toMatchObject({ username: 'admin', token_type: 'session' })
    expect(info.scopes).toContain('admin:token')

    await page.goto(`${server.url}/logout`)
    expect(page.url()).toBe(`${server.url}/logged-out`)
    await page.getByRole('heading', { name: 'You are logged out' }).waitFor()
    expect(await whoIs(page)).toBeNull()

    await page.goto(link)
    await page.getByRole('heading', { name: 'This link cannot be used' }).waitFor()
  }, 90_000)

  it('logs in by a link of the command line, made beside the server', async () => {
    const { stdout } = await promisify(execFile)(
      join(checkoutFolder, 'bin', 'porthor'),
      ['login-link', 'alice', '--scopes', 'read:all', '--expires', '5m', '--json'],
      { env: { ...cleanEnvironment(), ...environment(), PORTHOR_PORT: String(server.port) } },
    )
    const page = await newPage()
    await useLink(page, JSON.parse(stdout).url)
    await page.waitForURL(`${server.url}/auth/tokens`)
    expect(await whoIs(page)).toMatchObject({ username: 'alice', scopes: ['read:all', 'user:token'] })
  }, 90_000)

  it('is told how people get in, by pages that do without scripts', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${server.url}/login?rd=${encodeURIComponent(`${server.url}/auth/tokens`)}`)
    await page.getByText('porthor login-link USERNAME').waitFor()
    await page.goto(`${server.url}/login?rd=https://elsewhere.example/`)
    await page.getByRole('heading', { name: 'This did not work' }).waitFor()
    await context.close()
  }, 60_000)
})
