import { expect, it } from 'vitest'
import { logInAgain } from './log-in-again.ts'
import { BOTH_ENDS, onStages } from './suites.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

onStages(BOTH_ENDS, 'a person with sessions', (stage) => {
  it('sees this one and the others, and ends one, all others, and all', async () => {
    const here = await stage.visit('alice')
    const firefox = await stage.visit('alice', [], { userAgent: FIREFOX })
    const third = await stage.visit('alice')
    const { page, open } = here
    await open('/sessions')
    const target = page.url()
    const items = page.getByRole('main').getByRole('listitem')
    await expect.poll(() => items.count(), { timeout: 30_000 }).toBe(3)
    await items.filter({ hasText: 'this one' }).getByText('127.0.0.1').waitFor()

    await items.filter({ hasText: 'Firefox on Linux' }).getByRole('button').click()
    await page.getByRole('button', { name: 'End the session' }).click()
    await page.getByText('The session has ended').waitFor()
    await expect.poll(() => items.count(), { timeout: 30_000 }).toBe(2)
    await firefox.page.goto(target)
    await firefox.page.waitForURL(/\/login\?rd=/)

    await page.getByRole('button', { name: 'End all others …' }).click()
    await page.getByRole('button', { name: 'End 1' }).click()
    await expect.poll(() => items.count(), { timeout: 30_000 }).toBe(1)
    await third.page.goto(target)
    await third.page.waitForURL(/\/login\?rd=/)

    await page.getByRole('button', { name: 'End all …' }).click()
    await page.getByRole('button', { name: 'End 1' }).click()
    await page.waitForURL(/\/login\?rd=/)
  })

  it('is sent to the login when the session has ended, and comes back to the same page', async () => {
    const { site } = stage
    const { page, open, context } = await stage.visit('bob', ['read:all'])
    await open('/new?name=half-done')
    const target = page.url()
    await site.api('POST', '/users/bob/revoke')
    await page.getByRole('button', { name: 'Make the token' }).click()
    await page.waitForURL(/\/login\?rd=/)
    const back = new URL(page.url()).searchParams.get('rd') ?? ''
    expect(back).toBe(target)

    await logInAgain(site, context, 'bob')
    await page.goto(back)
    await page.getByRole('heading', { level: 1, name: 'New token' }).waitFor()
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('half-done')
  })

  it('is sent to the login from the middle of a search when the cookie has gone, and back with what was typed', async () => {
    const { page, open, context } = await stage.visit('erin')
    await open('/?kind=user')
    await page.getByRole('status').first().waitFor()
    await context.clearCookies()
    await page.getByRole('searchbox', { name: 'Search' }).pressSequentially('lap')
    await page.waitForURL(/\/login\?rd=/)
    const back = new URL(new URL(page.url()).searchParams.get('rd') ?? '')
    expect(back.pathname).toBe('/auth/tokens')
    expect(back.searchParams.get('kind')).toBe('user')
    expect(back.searchParams.get('search')).toMatch(/^l/)
  })

  it('is sent to the login, too, when they come back to a page that was left open', async () => {
    const { page, open } = await stage.visit('dora')
    await open('/history')
    await stage.site.api('POST', '/users/dora/revoke')
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`)
    await page.waitForURL(/\/login\?rd=.*history/)
  })

  it('logs out', async () => {
    const { page, open, context } = await stage.visit('carol')
    await open('/')
    await page.getByRole('link', { name: 'Log out' }).click()
    await page.waitForURL(/\/logged-out$/)
    const answer = await context.request.get(`${stage.site.url}/auth/api/v1/session`)
    expect(answer.status()).toBe(401)
  })
})
