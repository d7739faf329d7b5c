import type { FastifyInstance } from 'fastify'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpServer } from '../../src/http/server.ts'
import { NotEnrolledError } from '../../src/models/login-errors.ts'
import { silentLog } from '../../src/services/token-log.ts'
import { ScriptedProvider } from '../http/scripted-provider.ts'
import { accessibilityProblems } from '../support/accessibility.ts'
import { browserAvailable, startBrowser } from '../support/chromium.ts'
import { freePort } from '../support/free-port.ts'
import { porthorBackends, type TestPorthor } from '../support/porthor.ts'

describe.skipIf(browserAvailable() !== true)('the pages around a login', () => {
  let url: string
  let test: TestPorthor
  let app: FastifyInstance
  let browser: Browser
  const provider = new ScriptedProvider()

  beforeAll(async () => {
    const [backend] = porthorBackends
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    const config = { baseUrl: `${url}/`, realm: '127.0.0.1', errorFooter: 'Ask <b>us</b>' }
    if (!backend) throw new Error('There is no embedded backend')
    test = await backend.open({ config, loginProvider: provider })
    app = createHttpServer(test.porthor, { log: silentLog })
    await app.listen({ host: '127.0.0.1', port })
    browser = await startBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await app?.close()
    await test?.close()
  })

  const link = async () => (await test.porthor.loginLinks.create('alice', [], 600)).url
  const pages: [name: string, path: () => string | Promise<string>][] = [
    ['the choice of a login', () => '/login'],
    ['a login link', async () => new URL(await link()).pathname],
    ['a login link that cannot be used', () => `/login/link/${'x'.repeat(43)}`],
    ['a login that came to nothing', () => '/login?code=x'],
    ['a return URL that leads elsewhere', () => '/login?rd=https://elsewhere.example/'],
    ['the end of a session', () => '/logged-out'],
  ]

  describe.each(pages)('%s', (_name, path) => {
    it.each(['light', 'dark'] as const)(
      'is for everybody: keyboard, screen reader, narrow screens, %s colours',
      async (colorScheme) => {
        const viewport = { width: 360, height: 640 }
        const context = await browser.newContext({ colorScheme, viewport })
        const page = await context.newPage()
        const complaints: string[] = []
        page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
        await page.goto(`${url}${await path()}`)
        await page.getByRole('heading', { level: 1 }).waitFor()
        expect(await accessibilityProblems(page)).toEqual([])
        expect(await widthOf(page)).toBeLessThanOrEqual(360)
        // An answer that is an error is one on the console, too.
        expect(complaints.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([])
        await context.close()
      },
      60_000,
    )
  })

  it('show what a provider says of a person as a text', async () => {
    const said = '<img src=x onerror="window.stolen=1"><script>window.stolen=1</script>'
    provider.willFail('hostile', new NotEnrolledError(said))
    const context = await browser.newContext()
    const page = await context.newPage()
    const begun = await context.request.get(`${url}/login?rd=${url}/`, { maxRedirects: 0 })
    const state = new URL(begun.headers().location ?? '').searchParams.get('state') ?? ''
    await page.goto(`${url}/login?${new URLSearchParams({ code: 'hostile', state })}`)
    await page.getByText(said).waitFor({ timeout: 10_000 })
    expect(await page.evaluate('window.stolen')).toBeUndefined()
    await context.close()
  }, 60_000)

  it('are used by the keyboard alone', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(await link())
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${url}/auth/tokens`)
    await context.close()
  }, 60_000)
})

function widthOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth')
}
