import { expect, it } from 'vitest'
import { onStages } from './suites.ts'

/** What follows this in the same line is written from the right. */
const TURNED = '\u202egnp.exe'

onStages(['embedded'], 'other scripts and languages', (stage) => {
  it('in the name of a token turn no words of the page round', async () => {
    const { site } = stage
    await site.newToken('alice', [], { token_name: TURNED })
    const { page, open } = await stage.visit('alice')
    await open('/history')
    await page.locator('li bdi').getByText(TURNED).waitFor()
    await open('/')
    await page.locator('td bdi').getByText(TURNED).waitFor()
    await page.getByRole('button', { name: `Actions for ${TURNED}` }).click()
    await page.getByRole('menuitem', { name: 'Revoke …' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click()
    await page.getByText(`\u2068${TURNED}\u2069 was revoked`).waitFor()
  })

  it.each(['th-TH', 'fa-IR', 'de-DE'])('of a browser leave times in English: %s', async (locale) => {
    const { site } = stage
    const expires = Math.floor(site.test.porthor.clock.milliseconds() / 1000) + 3 * 86_400 + 60
    await site.newToken('bob', [], { expires, token_name: locale })
    const context = await stage.browser.newContext({ locale, reducedMotion: 'reduce' })
    const { page, open } = await stage.visit('bob', [], { context })
    await open('/')
    const time = page.getByRole('row', { name: locale }).locator('time').filter({ hasText: 'in 3 days' })
    await time.waitFor()
    const [year] = new Date(expires * 1000).toISOString().split('-')
    expect(await time.textContent()).toMatch(new RegExp(`[A-Z][a-z]{2}.*${year}`))
  })
})
