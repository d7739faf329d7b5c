import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { everyPage } from './pages.ts'
import { BOTH_ENDS, onStages } from './suites.ts'

/** A width with each store, since each page takes its time, and stores do not show. */
const WIDTHS: Record<string, readonly number[]> = { embedded: [360], 'PostgreSQL with Redis': [1280] }

/** Notes how far the browser says that things have jumped without anybody's doing. */
const WATCH = `
  window.jumps = 0
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.jumps += value
  }).observe({ type: 'layout-shift', buffered: true })
`

onStages(BOTH_ENDS, 'the page with a slow connection', (stage) => {
  it.each(WIDTHS[stage.name] ?? [])('jumps nowhere while it loads, %i pixels wide', async (width) => {
    const { site } = stage
    const own = await site.newToken('admin', ['read:all'])
    for (let made = 1; made < 12; made++) await site.newToken('admin', ['read:all'])
    const { key } = await site.newToken(`trent-${width}`, ['read:all'])
    await site.api('POST', `/users/trent-${width}/freeze`, { reason: 'a laptop was lost' })
    await site.test.porthor.statistics.sample()
    const { page, open } = await stage.visit('admin', ['admin:token', 'read:all'], { width, height: 800 })
    await page.addInitScript(WATCH)
    await slowDown(page)
    for (const path of everyPage({ username: `trent-${width}`, ownKey: own.key, key })) {
      await open(path)
      await page.waitForLoadState('networkidle')
      await expect.poll(() => page.locator('[aria-busy="true"]').count(), { timeout: 30_000 }).toBe(0)
      // People do not notice 0.1, as browsers measure it (web.dev/cls); half of it leaves room for slower machines.
      const jumps = await page.evaluate<number>('window.jumps')
      expect([path, jumps < 0.05 ? 'steady' : jumps]).toEqual([path, 'steady'])
    }
  })

  it('keeps the places of its links when another becomes the current one', async () => {
    const { page, open } = await stage.visit('admin', ['admin:token'])
    const places = () => page.evaluate<number[]>(PLACES)
    await open('/admin')
    const before = await places()
    expect(before.length).toBeGreaterThan(10)
    await open('/admin/service-tokens')
    expect(await places()).toEqual(before)
  })
})

const PLACES = `[...document.querySelectorAll('nav a')].map((link) => link.getBoundingClientRect().left)`

/** Answers come one after the other, later than what does not wait for them is drawn. */
async function slowDown(page: Page): Promise<void> {
  let asked = 0
  await page.route('**/auth/api/v1/**', async (route) => {
    const milliseconds = 150 + 70 * (asked++ % 4)
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    await route.continue().catch(() => {})
  })
}
