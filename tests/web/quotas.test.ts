import { expect, it } from 'vitest'
import { onStages } from './suites.ts'

onStages(['embedded'], 'a form of quota overrides', (stage) => {
  const PATH = '/quota-overrides'
  const stored = async () => (await stage.site.api('GET', PATH)).json()
  const openQuotas = async () => {
    const visit = await stage.visit('admin', ['admin:token'])
    await visit.open('/admin/quotas')
    const bypass = visit.page.getByRole('textbox', { name: 'Groups without any limits' })
    await bypass.waitFor()
    return { ...visit, bypass }
  }

  it('refuses a second limit of a service, and a second group of a name, at the field', async () => {
    const before = { default: { api: { tap: 1000 }, tap: {} }, groups: {}, bypass: [] }
    await stage.site.api('PUT', PATH, before)
    const { page } = await openQuotas()
    await page.getByRole('button', { name: 'Add a limit: Requests a minute' }).click()
    const second = page.getByRole('textbox', { name: 'Service' }).nth(1)
    await second.fill('tap ')
    await page.getByRole('spinbutton', { name: 'Requests a minute' }).nth(1).fill('5')
    await page.getByText('This one is listed above already').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await second.getAttribute('aria-invalid')).toBe('true')
    await expect.poll(() => second.evaluate('document.activeElement.value')).toBe('tap ')
    expect(await stored()).toEqual(before)

    await second.fill('cutout')
    const group = page.getByRole('textbox', { name: 'Group', exact: true })
    for (const nth of [0, 1]) {
      await page.getByRole('button', { name: 'Add a group' }).click()
      await group.nth(nth).fill('g_users')
    }
    await page.getByText('This one is listed above already').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await stored()).toEqual(before)
    await group.nth(1).fill('g_others')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The quota overrides hold now').waitFor()
    const none = { api: {}, tap: {} }
    expect(await stored()).toEqual({
      default: { api: { tap: 1000, cutout: 5 }, tap: {} },
      groups: { g_users: none, g_others: none },
      bypass: [],
    })
  })

  it('shows what another has changed where nobody has typed, and nothing typed is replaced by it', async () => {
    await stage.site.api('PUT', PATH, { bypass: ['g_before'] })
    const { page, bypass } = await openQuotas()
    await page.clock.install()
    const comeBack = async (meanwhile: () => Promise<unknown>) => {
      await page.getByRole('link', { name: 'Audit' }).click()
      await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor()
      await page.clock.fastForward(20_000)
      const answer = Promise.withResolvers<void>()
      await page.route(`**${PATH}`, async (route) => {
        await answer.promise
        await route.continue()
      })
      await page.getByRole('link', { name: 'Quotas' }).click()
      await bypass.waitFor()
      await meanwhile()
      const answered = page.waitForResponse((response) => response.url().includes(PATH))
      answer.resolve()
      await answered
      await page.unroute(`**${PATH}`)
    }
    await comeBack(() => stage.site.api('PUT', PATH, { bypass: ['g_others'] }))
    await expect.poll(() => bypass.inputValue()).toBe('g_others')
    await comeBack(async () => {
      await bypass.fill('g_typed')
      await stage.site.api('PUT', PATH, { bypass: ['g_third'] })
    })
    await page.waitForTimeout(300)
    expect(await bypass.inputValue()).toBe('g_typed')
  })

  it('that another has overtaken saves and removes nothing, and loads what holds now', async () => {
    await stage.site.api('PUT', PATH, { bypass: ['g_before'] })
    const { page, bypass } = await openQuotas()
    await bypass.fill('g_typed')
    await stage.site.api('PUT', PATH, { bypass: ['g_others'] })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Load what they are now' }).click()
    await expect.poll(() => bypass.inputValue()).toBe('g_others')
    expect(await page.getByRole('alert').count()).toBe(0)

    await stage.site.api('PUT', PATH, { bypass: ['g_third'] })
    await page.getByRole('button', { name: 'Remove all overrides …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
    await dialog.getByRole('button', { name: 'Load what they are now' }).click()
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => bypass.inputValue()).toBe('g_third')
    expect(await stored()).toMatchObject({ bypass: ['g_third'] })

    await page.getByRole('button', { name: 'Remove all overrides …' }).click()
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('There are no overrides').waitFor()
    expect(await bypass.inputValue()).toBe('')
  })
})
