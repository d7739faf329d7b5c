import { expect, it } from 'vitest'
import { logInAgain } from './log-in-again.ts'
import { BOTH_ENDS, onStages } from './suites.ts'

onStages(BOTH_ENDS, 'the end of a session', (stage) => {
  it('is announced with what else it would end, by service', async () => {
    const { page, open, context } = await stage.visit('alice', ['read:all'])
    const gate = new URL('/ingress/auth', stage.site.url)
    gate.search = `${new URLSearchParams({ scope: 'read:all', delegate_to: 'tap', delegate_scope: 'read:all' })}`
    const headers = { 'x-original-url': 'https://example.com/', 'x-original-method': 'GET' }
    expect((await context.request.get(gate.href, { headers })).status()).toBe(200)
    await open('/sessions')
    await page.getByRole('button', { name: /^End Chrome/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('You will have to log in again').waitFor()
    await dialog.getByText('ends 1 token derived from it').waitFor()
    expect(await dialog.getByRole('listitem').allTextContents()).toEqual(['tap: 1'])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'End all …' }).click()
    await dialog.getByText('tap: 1').waitFor()
    await dialog.getByRole('button', { name: 'End 1 session' }).click()
    await page.waitForURL(/\/login\?rd=/)
  })

  it('leads to the login and back to the same page, with what was filtered', async () => {
    const { site } = stage
    await site.newToken('bob', ['read:all'], { token_name: 'laptop' })
    const { page, open, context } = await stage.visit('bob')
    await open('/history')
    await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'User tokens' })
    // While it is asked for, the page shows what it had: an answer after the revocation would lead away at once.
    const filtered = page.waitForResponse((response) => response.url().includes('since='))
    await page.getByLabel('From').fill('2020-01-02T03:04')
    await filtered
    await page.getByText('1 change').waitFor()
    expect((await site.api('POST', '/users/bob/revoke')).status).toBe(200)
    // Anything that asks the API notices: here another filter.
    await page.getByRole('combobox', { name: 'What happened' }).selectOption({ label: 'Made' })
    await page.waitForURL(/\/login\?rd=/)
    const back = new URL(page.url()).searchParams.get('rd') ?? ''
    await logInAgain(site, context, 'bob')
    await page.goto(back)
    await page.getByRole('heading', { level: 1, name: 'Your history' }).waitFor()
    expect(await page.getByRole('combobox', { name: 'Kind' }).inputValue()).toBe('user')
    expect(await page.getByRole('combobox', { name: 'What happened' }).inputValue()).toBe('create')
    expect(await page.getByLabel('From').inputValue()).toBe('2020-01-02T03:04')
    await page.getByText('1 change').waitFor()
  })

  it('leads to the login instead of saving a file', async () => {
    const { site } = stage
    const { page, open } = await stage.visit('carol')
    await open('/history')
    await page.getByText('1 change').waitFor()
    expect((await site.api('POST', '/users/carol/revoke')).status).toBe(200)
    await page.getByRole('link', { name: 'Save as CSV' }).click()
    await page.waitForURL(/\/login\?rd=/)
  })

  it('leads to the login from an audit', async () => {
    const { site } = stage
    const { page, open } = await stage.visit('emma', ['admin:token'])
    await open('/admin/audit')
    expect((await site.api('POST', '/users/emma/revoke')).status).toBe(200)
    await page.getByRole('button', { name: 'Compare the stores' }).click()
    await page.waitForURL(/\/login\?rd=/)
  })

  it('by a logout shows that, whatever the page learns in the meantime', async () => {
    const { page, open } = await stage.visit('dora')
    await open('/history')
    await page.getByText('1 change').waitFor()
    // Something is asked before the logout, and answered after it, when its page has not come yet.
    const asked = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    await page.route('**/auth/api/v1/session', async (route) => {
      asked.resolve()
      await ended.promise
      await route.continue()
    })
    await page.evaluate(`window.dispatchEvent(new Event('visibilitychange'))`)
    await asked.promise
    await page.route('**/logout', async (route) => {
      const answer = await route.fetch({ maxRedirects: 0 })
      const told = page.waitForResponse((response) => response.status() === 401)
      ended.resolve()
      await told
      await route.fulfill({ response: answer })
    })
    await page.goto(`${stage.site.url}/logout`, { timeout: 10_000 })
    expect(new URL(page.url()).pathname).toBe('/logged-out')
  })
})
