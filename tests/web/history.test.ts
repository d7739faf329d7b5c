import { expect, it } from 'vitest'
import { onStages } from './suites.ts'

onStages(['embedded'], 'a list that is narrowed as one types', (stage) => {
  it('of changes stays until the answer is there', async () => {
    await stage.site.newToken('alice', [], { token_name: 'laptop' })
    const { page, open } = await stage.visit('alice')
    await open('/history')
    await page.getByText('2 changes').waitFor()
    const answer = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    await page.route('**/token-change-history*', async (route) => {
      asked.resolve()
      await answer.promise
      await route.continue()
    })
    await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'User tokens' })
    await asked.promise
    expect(await page.getByText('2 changes').count()).toBe(1)
    answer.resolve()
    await page.getByText('1 change', { exact: true }).waitFor()
  })

  it('of changes says at the field what is not finished, in words', async () => {
    await stage.site.newToken('bob', [], { token_name: 'laptop' })
    const { page, open } = await stage.visit('bob')
    await open('/history')
    await page.getByText('2 changes').waitFor()
    for (const [name, half, message] of [
      ['Address or network', '10.0.', 'Not an IP address'],
      ['Key of a token', 'abc', 'Must have at least 22 character'],
      ['By whom', 'b!', 'Must be a username'],
    ] as const) {
      const field = page.getByRole('searchbox', { name })
      await field.fill(half)
      await page.getByText(message).waitFor()
      expect([name, await field.getAttribute('aria-invalid')]).toEqual([name, 'true'])
      expect(await page.getByText('2 changes').count()).toBe(1)
      expect(await page.getByRole('alert').count()).toBe(0)
      await field.fill('')
      await page.getByText(message).waitFor({ state: 'detached' })
    }
  })

  it('of changes has those of the minute until which it is wanted', async () => {
    const { page, open } = await stage.visit('carol')
    await open('/history')
    await page.getByText('1 change', { exact: true }).waitFor()
    const made = (await page.locator('main time').first().getAttribute('datetime')) ?? ''
    const answered = page.waitForResponse((response) => response.url().includes('until='))
    await page.getByLabel('Until').fill(made.slice(0, 16))
    const asked = new URL((await answered).url()).searchParams.get('until')
    await page.getByText('1 change', { exact: true }).waitFor()
    expect(Number(asked) % 60).toBe(59)
  })

  it('of users keeps its rows when more of them cannot be had', async () => {
    for (let made = 0; made < 60; made++) await stage.site.newToken(`user-${made}`, [])
    const { page, open } = await stage.visit('admin', ['admin:token'])
    await open('/admin/users')
    await expect.poll(() => page.getByRole('row').count(), { timeout: 30_000 }).toBe(51)
    await page.route('**/users?*', (route) =>
      route.fulfill({ status: 429, json: { detail: { msg: 'Wait', type: 'rate_limited' } } }),
    )
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByRole('alert').getByText('Wait').waitFor()
    expect(await page.getByRole('row').count()).toBe(51)
    await page.unroute('**/users?*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => page.getByRole('row').count(), { timeout: 30_000 }).toBeGreaterThan(60)
    expect(await page.getByRole('alert').count()).toBe(0)
  })
})
