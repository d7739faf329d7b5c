import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { openStores } from '../support/stores.ts'
import { onStages } from './suites.ts'

onStages(['embedded'], 'the keyboard is not lost', (stage) => {
  it('with the row of a revoked token: it is at the title of the page', async () => {
    const { site } = stage
    for (const token_name of ['laptop', 'desktop']) await site.newToken('alice', [], { token_name })
    const { page, open } = await stage.visit('alice')
    await open('/')
    await page.getByRole('button', { name: 'Actions for laptop' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Revoke …' }).click()
    await confirm(page, 'Revoke')
    await page.getByRole('link', { name: 'laptop' }).waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Your tokens')
  })

  it('with a session that was ended, and when the question is put off it is where it was', async () => {
    const { page, open } = await stage.visit('bob')
    await stage.visit('bob', [], { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0' })
    await open('/sessions')
    const button = page.getByRole('button', { name: 'End Firefox on Linux' })
    await button.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('End Firefox on Linux')
    await page.keyboard.press('Enter')
    await confirm(page, 'End the session')
    await button.waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Your sessions')
  })

  it('when a user is frozen and unfrozen: it stays on the button', async () => {
    await stage.site.newToken('carol', [])
    const { page, open } = await stage.visit('admin', ['admin:token'])
    await open('/admin/users/carol')
    await page.getByRole('button', { name: 'Freeze …', exact: true }).press('Enter')
    await confirm(page, 'Freeze')
    await expect.poll(() => focused(page)).toBe('Unfreeze …')
    await page.keyboard.press('Enter')
    await confirm(page, 'Unfreeze')
    await expect.poll(() => focused(page)).toBe('Freeze …')
  })

  it('with what a repair has mended, and with an administrator who was removed', async () => {
    const { site } = stage
    const token = await site.newToken('dora', [])
    await openStores(site.test).remove(token.key)
    expect((await site.api('POST', '/admins', { username: 'emma' })).status).toBe(204)
    const { page, open } = await stage.visit('admin', ['admin:token'])
    await open('/admin/audit')
    await page.getByRole('button', { name: 'Compare the stores' }).press('Enter')
    const repair = page.getByRole('button', { name: `Repair ${token.key}` })
    // Not before the comparison has come to its end.
    await expect.poll(() => repair.isEnabled(), { timeout: 30_000 }).toBe(true)
    await repair.press('Enter')
    await confirm(page, 'Repair')
    await page.getByRole('table').getByText('repaired').waitFor()
    await expect.poll(() => focused(page)).toBe('Audit')
    await open('/admin/administrators')
    await page.getByRole('button', { name: 'Remove emma' }).press('Enter')
    await confirm(page, 'Remove')
    await page.getByRole('link', { name: 'emma' }).waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Administrators')
  })
})

/** By the keyboard. */
async function confirm(page: Page, action: string): Promise<void> {
  const button = page.getByRole('dialog').getByRole('button', { name: action, exact: true })
  // What is asked about is looked up first.
  await expect.poll(() => button.isEnabled(), { timeout: 30_000 }).toBe(true)
  await button.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

/** The name of what has the keyboard. */
function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const element = document.activeElement
    return (element.getAttribute('aria-label') ?? element.textContent ?? '').trim()
  })()`)
}
