import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { Token } from '../../src/models/token.ts'
import { openStores } from '../support/stores.ts'
import { dialogHasKeyboard, focused, tabTo } from './keyboard.ts'
import { BOTH_ENDS, onStages } from './suites.ts'

onStages(BOTH_ENDS, 'by the keyboard alone', (stage) => {
  it('a token gets a new secret, and is revoked with what was derived from it', async () => {
    const { site } = stage
    const { verifier, delegation } = site.test.porthor
    const token = await site.newToken('alice', ['read:all'], { token_name: 'laptop' })
    const verified = await verifier.verify(token)
    if (verified.kind !== 'valid') throw new Error('A new token is not valid')
    const below = await delegation.getInternalToken({ parent: verified.data, ipAddress: null }, 'tap', [])
    const { page, open } = await stage.visit('alice', ['read:all'])
    await open('/')
    await page.getByRole('link', { name: 'laptop' }).waitFor()
    await tabTo(page, 'Actions for laptop')
    await chooseByArrows(page, 'New secret …')
    await dialogHasKeyboard(page)
    await tabTo(page, 'Make a new secret')
    await page.keyboard.press('Enter')
    await page.getByText('you will not see it again').waitFor()
    const secret = (await page.getByRole('dialog').locator('code').first().textContent()) ?? ''
    expect((await verifier.verify(Token.parse(secret))).kind).toBe('valid')
    await tabTo(page, 'I have copied it')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Actions for laptop')

    await chooseByArrows(page, 'Revoke …')
    await page.getByRole('dialog').getByText('tap: 1').waitFor()
    await tabTo(page, 'Revoke 2 tokens')
    await page.keyboard.press('Enter')
    await page.getByText('laptop was revoked').waitFor()
    expect((await verifier.verify(below.token)).kind).not.toBe('valid')
    await expect.poll(() => focused(page)).toBe('Your tokens')
  })

  it('all other sessions are ended', async () => {
    const { page, open } = await stage.visit('bob')
    const other = await stage.visit('bob', [], { userAgent: 'Firefox/140.0' })
    await open('/sessions')
    await page.getByRole('button', { name: 'End all others …' }).waitFor()
    await tabTo(page, 'End all others …')
    await page.keyboard.press('Enter')
    const end = page.getByRole('button', { name: 'End 1 session' })
    await expect.poll(() => end.isEnabled(), { timeout: 30_000 }).toBe(true)
    await tabTo(page, 'End 1 session')
    await page.keyboard.press('Enter')
    await end.waitFor({ state: 'detached' })
    // The button went with the other sessions.
    await expect.poll(() => focused(page)).toBe('Your sessions')
    await other.page.goto(page.url())
    await other.page.waitForURL(/\/login\?rd=/)
  })

  it('the history is narrowed and saved', async () => {
    await stage.site.newToken('carol', [], { token_name: 'laptop' })
    const { page, open } = await stage.visit('carol')
    await open('/history')
    await page.getByText('2 changes').waitFor()
    await tabTo(page, 'Kind')
    // The first letters choose from a list.
    await page.keyboard.type('User')
    await page.getByText('1 change', { exact: true }).waitFor()
    expect(await focused(page)).toContain('Kind')
    await tabTo(page, 'Save as CSV')
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
    const csv = await readFile(await download.path(), 'utf8')
    expect(csv.trimEnd().split('\r\n')).toHaveLength(2)
    expect(csv).toContain(',laptop,')
  })

  it('a quota is set, and all are removed', async () => {
    const { site } = stage
    const { page, open } = await stage.visit('admin', ['admin:token'])
    await open('/admin/quotas')
    await page.getByText('There are no overrides').waitFor()
    await tabTo(page, 'Add a limit: Requests a minute')
    await page.keyboard.press('Enter')
    await tabTo(page, 'Service')
    await page.keyboard.type('tap')
    await tabTo(page, 'Requests a minute')
    await page.keyboard.type('12')
    await tabTo(page, 'Save')
    await page.keyboard.press('Enter')
    await page.getByText('The quota overrides hold now').waitFor()
    const overrides = await (await site.api('GET', '/quota-overrides')).json()
    expect(overrides).toMatchObject({ default: { api: { tap: 12 } } })
    await page.getByRole('button', { name: 'Remove all overrides …' }).waitFor()
    await expect.poll(() => focused(page)).toBe('Quota overrides')
    await tabTo(page, 'Remove all overrides …')
    await page.keyboard.press('Enter')
    await dialogHasKeyboard(page)
    await expect.poll(() => focused(page)).toBe('Cancel')
    await tabTo(page, 'Remove')
    await page.keyboard.press('Enter')
    await page.getByText('There are no overrides').waitFor()
    await expect.poll(() => focused(page)).toBe('Quota overrides')
  })

  it('a finding is repaired', async () => {
    const { site } = stage
    const token = await site.newToken('dora', [])
    const stores = openStores(site.test)
    await stores.remove(token.key)
    const { page, open } = await stage.visit('admin', ['admin:token'])
    await open('/admin/audit')
    await tabTo(page, 'Compare the stores')
    await page.keyboard.press('Enter')
    await page.getByRole('status').filter({ hasText: '1 found.' }).waitFor()
    await tabTo(page, `Repair ${token.key}`)
    await page.keyboard.press('Enter')
    await dialogHasKeyboard(page)
    await expect.poll(() => focused(page)).toBe('Cancel')
    await tabTo(page, 'Repair')
    await page.keyboard.press('Enter')
    await page.getByRole('table').getByText('repaired').waitFor()
    await expect.poll(() => focused(page)).toBe('Audit')
    expect(await stores.row(token.key)).toBeNull()
  })
})

/** From the menu of the button that has the keyboard. */
async function chooseByArrows(page: Page, item: string): Promise<void> {
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: item }).waitFor()
  // The first of them gets the keyboard when the menu has come.
  await expect.poll(() => page.locator('[role="menuitem"]:focus').count()).toBe(1)
  for (let times = 0; times < 6 && (await focused(page)) !== item; times++) {
    await page.keyboard.press('ArrowDown')
  }
  expect(await focused(page)).toBe(item)
  await page.keyboard.press('Enter')
}
