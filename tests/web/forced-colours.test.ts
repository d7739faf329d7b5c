import { expect, it } from 'vitest'
import { onStages } from './suites.ts'

onStages(['embedded'], 'colours that the system forces', (stage) => {
  it.each(['light', 'dark'] as const)(
    'leave it seen what is ticked, and which page is current: %s',
    async (colorScheme) => {
      const { page, open } = await stage.visit('alice', ['read:all'], { colorScheme })
      await page.emulateMedia({ forcedColors: 'active', colorScheme })
      await open('/new')
      await page.getByRole('checkbox').first().check()
      const [tick, box] = await page.evaluate<[string, string]>(TICK_AND_BOX)
      expect(tick).not.toBe(box)
      expect(await page.evaluate(UNDERLINED)).toEqual(['New token'])
    },
  )
})

const TICK_AND_BOX = `(() => {
  const box = document.querySelector('input[type=checkbox]:checked')
  return [getComputedStyle(box.parentElement.querySelector('svg')).color, getComputedStyle(box).backgroundColor]
})()`

/** Links to pages below which there is a line of another colour than what it stands on. */
const UNDERLINED = `[...document.querySelectorAll('nav[aria-label=Pages] a')]
  .filter((link) => getComputedStyle(link).borderBottomColor !== getComputedStyle(document.body).backgroundColor)
  .map((link) => link.textContent)`
