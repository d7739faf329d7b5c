import type { Page } from 'playwright-core'

/** The name of what has the keyboard. */
export function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const element = document.activeElement
    const label = element.labels?.[0]?.textContent
    return (element.getAttribute('aria-label') ?? label ?? element.textContent ?? '').replace(' *', '').trim()
  })()`)
}

interface TabOptions {
  backwards?: boolean
}

/** Presses Tab until something of this name has the keyboard; whatever has it on the way there must show so. */
export async function tabTo(page: Page, name: string, options: TabOptions = {}): Promise<void> {
  for (let times = 0; times < 80; times++) {
    await page.keyboard.press(options.backwards ? 'Shift+Tab' : 'Tab')
    const stop = await focused(page)
    const isSeen = await page.evaluate<boolean>(IS_FOCUS_SEEN)
    if (!isSeen) throw new Error(`Nobody sees that ${JSON.stringify(stop)} has the keyboard`)
    if (stop === name) return
  }
  throw new Error(`The Tab key does not come to ${name}`)
}

/** The page itself may have the keyboard for a moment, as when a dialog goes. */
const IS_FOCUS_SEEN = `(() => {
  const element = document.activeElement
  if (element === document.body) return true
  const { outlineStyle, outlineWidth } = getComputedStyle(element)
  const { width, height } = element.getBoundingClientRect()
  return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && width > 1 && height > 1
})()`

/** Waits until an open dialog has taken the keyboard: what is pressed before that is not for it. */
export async function dialogHasKeyboard(page: Page): Promise<void> {
  await page.getByRole('dialog').locator(':focus').waitFor()
}
