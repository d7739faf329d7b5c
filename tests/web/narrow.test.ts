import { expect, it } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { onStages } from './suites.ts'

onStages(['embedded'], 'a narrow screen', (stage) => {
  it('shows the history first, and its filters where one wants them or some are set', async () => {
    await stage.site.newToken('alice', [], { token_name: 'laptop' })
    const { page, open } = await stage.visit('alice', [], { width: 360 })
    await open('/history')
    await page.getByText('2 changes').waitFor()
    const kind = page.getByRole('combobox', { name: 'Kind' })
    expect(await kind.count()).toBe(0)
    await page.getByRole('button', { name: 'Filters' }).click()
    await kind.selectOption({ label: 'User tokens' })
    await page.getByText('1 change').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.reload()
    await page.getByRole('button', { name: 'Filters (1)', expanded: true }).waitFor()
    expect(await kind.inputValue()).toBe('user')
  })

  it('shows found tokens as cards, and no button loses a part of its words', async () => {
    const { site } = stage
    const token = await site.newToken('bob', ['read:all'], {
      token_name: 'a name of quite some length, so to say',
    })
    const { page, open } = await stage.visit('admin', ['admin:token'], { width: 360 })
    for (const path of [
      '/',
      '/sessions',
      '/admin/tokens',
      '/admin/users',
      `/admin/users/bob/tokens/${token.key}`,
    ]) {
      await open(path)
      await page.waitForLoadState('networkidle')
      expect([path, await page.evaluate(CUT_OFF)]).toEqual([path, []])
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 360])
    }
  })

  it('cuts a long username short, and no button beside it', async () => {
    const username = 'bot-nightly-archive-sync'
    const { site } = stage
    await site.newToken(username, [], {
      token_name: 'soon over',
      expires: Math.floor(Date.now() / 1000) + 86_400,
    })
    const { page, open } = await stage.visit(username, [], { width: 360 })
    await open('/')
    expect(await page.evaluate(CUT_OFF)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    // Whoever hears or copies it has a space between an end and what is said of it.
    const row = page.getByRole('row', { name: 'soon over' })
    expect(await row.textContent()).toMatch(/\d soon/)
  })
})

/** Words of buttons that are wider than these. */
const CUT_OFF = `[...document.querySelectorAll('button, a[class*=Button]')]
  .filter((button) => button.querySelector('[class*=label]')?.scrollWidth > button.clientWidth)
  .map((button) => button.textContent)`
