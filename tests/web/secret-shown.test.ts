import { it } from 'vitest'
import { BOTH_ENDS, onStages } from './suites.ts'

onStages(BOTH_ENDS, 'a new secret that is being shown', (stage) => {
  it('stays until it was copied, though the list around it changes or cannot be had', async () => {
    const { site } = stage
    await site.newToken('alice', ['read:all'], { token_name: 'laptop' })
    const { page, open } = await stage.visit('alice', ['read:all'])
    await page.clock.install()
    await open('/')
    await page.getByRole('button', { name: 'Actions for laptop' }).click()
    await page.getByRole('menuitem', { name: 'New secret …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Make a new secret' }).click()
    const copied = dialog.getByRole('button', { name: 'I have copied it' })
    await copied.waitFor()

    for (let index = 0; index < 40; index++)
      await site.newToken('alice', ['read:all'], { token_name: `newer ${index}` })
    // Lists are asked for again when somebody comes back to the page.
    const asked = page.waitForResponse((response) => response.url().includes('/users/alice/tokens'))
    await page.clock.fastForward(60_000)
    await page.evaluate(`window.dispatchEvent(new Event('visibilitychange'))`)
    await asked
    // Those of one second are in any order.
    const newer = page.getByRole('button', { name: /^Actions for newer/, includeHidden: true })
    await newer.first().waitFor({ state: 'attached' })
    const laptop = page.getByRole('button', { name: 'Actions for laptop', includeHidden: true })
    await laptop.waitFor({ state: 'detached' })
    await copied.click()
    await dialog.waitFor({ state: 'detached' })
  })
})
