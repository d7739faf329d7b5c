import { expect, it } from 'vitest'
import { onStages } from './suites.ts'

onStages(['embedded'], 'the keyboard', (stage) => {
  it('is at the title of the page when what had it has gone with a revoked token', async () => {
    const { site } = stage
    for (const token_name of ['laptop', 'desktop']) await site.newToken('alice', [], { token_name })
    const { page, open } = await stage.visit('alice')
    await open('/')
    await page.getByRole('button', { name: 'Actions for laptop' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Revoke …' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('link', { name: 'laptop' }).waitFor({ state: 'detached' })
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Your tokens')
  })
})
